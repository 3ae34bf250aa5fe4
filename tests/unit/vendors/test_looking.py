"""Looking at what a vendor shows: whatever the case, one of several is none, and a lost look."""

import pytest

from vendors.errors import AmbiguousError, RejectedError, UnavailableError
from vendors.looking import after_a_write, grouped, only_one


def test_items_are_known_by_each_of_their_words_in_any_case() -> None:
    known = grouped([("Ada", "ADA"), ("Grace", ""), ("ada", "")], lambda one: one)
    assert known == {"ada": [("Ada", "ADA"), ("ada", "")], "grace": [("Grace", "")]}


def test_the_only_one_is_returned_and_nothing_where_there_is_none() -> None:
    assert only_one("acme", "Acme", [7]) == 7
    assert only_one("acme", "Acme", list[int]()) is None


def test_several_are_refused_in_a_sentence() -> None:
    with pytest.raises(RejectedError, match=r"^Acme has several doors with this e-mail: ") as error:
        only_one("acme", "Acme", [1, 2], "doors")
    assert error.value.vendor == "acme"


async def shown(value: int) -> int:
    return value


async def silent() -> int:
    raise UnavailableError("acme", "Acme did not answer in time.", 503, "trace-7")


async def test_what_is_seen_after_a_write_is_returned() -> None:
    assert await after_a_write("Acme", shown(7)) == 7


async def test_a_look_that_fails_after_a_write_leaves_it_open() -> None:
    with pytest.raises(AmbiguousError) as error:
        await after_a_write("Acme", silent())
    assert error.value.sentence == "Acme said yes, and could not be asked whether it is so."
    assert (error.value.vendor, error.value.status, error.value.trace) == ("acme", 503, "trace-7")
