"""What may have been done stays unknown until somebody has looked, whatever the look comes to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.life import walks
from tests.life.machine import Life
from tests.life.products import Fault
from workflow.clock import MINUTE


@pytest.fixture
def life(empty: Path, tmp_path: Path) -> Iterator[Life]:
    class Walked(Life):
        template, folder = empty, tmp_path

    life = Walked()
    yield life
    life.everything_is_as_it_must_be()
    life.teardown()


def _clear(life: Life) -> str:
    return next(one.state for one in life.judge.rows.parts() if one.vendor == "clear")


@pytest.mark.parametrize("fault", ["refused", "forbidden", "busy", "unreachable"])
def test_a_look_that_fails_does_not_say_that_nothing_was_changed(life: Life, fault: Fault) -> None:
    walks.look_is_refused(life, fault)
    assert _clear(life) == "unknown"


@pytest.mark.parametrize("fault", ["refused", "forbidden"])
def test_after_a_death_in_a_call_a_look_that_fails_leaves_it_unknown(
    life: Life, fault: Fault
) -> None:
    walks.dies_in_a_call(life)
    life.the_next_calls_fail(name="clear", writes=[], looks=[fault])
    life.all_work_is_done()
    assert _clear(life) == "unknown"


def test_the_next_look_settles_it(life: Life) -> None:
    walks.look_is_refused(life, "busy")
    life.time_passes(length=5 * MINUTE, is_noticed=False)
    life.all_work_is_done()
    assert _clear(life) == "done"
