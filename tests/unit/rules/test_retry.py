"""When a vendor is called again: a table for the waits, and promises that hold for every try."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.retry import Failure, wait_before_next

TRIES = st.integers(1, 20)
ASKED = st.none() | st.floats(0, 10_000)


@pytest.mark.parametrize(
    ("tries", "wait"), [(1, 2.0), (2, 4.0), (3, 8.0), (4, 16.0), (5, 32.0), (6, None), (7, None)]
)
def test_waits_double_and_end(tries: int, wait: float | None) -> None:
    for failure in (Failure.TRANSIENT, Failure.AMBIGUOUS):
        assert wait_before_next(failure, tries, asked=None, can_look_up=True) == wait


@given(TRIES, ASKED, st.booleans())
def test_what_is_permanent_is_never_tried_again(
    tries: int,
    asked: float | None,
    can_look_up: bool,  # noqa: FBT001 - hypothesis fills it
) -> None:
    wait = wait_before_next(Failure.PERMANENT, tries, asked=asked, can_look_up=can_look_up)
    assert wait is None


@given(TRIES, ASKED)
def test_an_ambiguous_failure_is_never_repeated_without_a_look_up(
    tries: int, asked: float | None
) -> None:
    assert wait_before_next(Failure.AMBIGUOUS, tries, asked=asked, can_look_up=False) is None


def test_what_never_arrived_is_sent_again_also_where_nobody_can_be_looked_up() -> None:
    wait = wait_before_next(Failure.TRANSIENT, 1, asked=None, can_look_up=False)
    assert wait == 2.0


@given(TRIES, st.floats(0, 10_000))
def test_a_vendor_is_never_called_before_the_time_it_asked_for(tries: int, asked: float) -> None:
    wait = wait_before_next(Failure.TRANSIENT, tries, asked=asked, can_look_up=False)
    assert wait is None or wait >= asked


@given(TRIES)
def test_no_wait_of_ours_is_longer_than_five_minutes(tries: int) -> None:
    wait = wait_before_next(Failure.TRANSIENT, tries, asked=None, can_look_up=False)
    assert wait is None or 2.0 <= wait <= 300.0


def test_the_failures_are_the_words_of_the_vendors() -> None:
    assert {failure.value for failure in Failure} == {"transient", "ambiguous", "permanent"}
