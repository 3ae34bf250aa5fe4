"""One decision about many people asks for everything that any of them asks for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.approval import strictest
from rules.terms import Circle, Stage, Terms

_OPS = Stage("ops", "Operations", ("S0OPS",), 1)
_BOARD = Stage("board", "The board", ("S0BOARD",), 2)
_BY_OPS = Terms(
    rules=("ops",),
    stages=(_OPS,),
    automatic=None,
    requesters=(),
    expires_after=timedelta(days=7),
    valid_for=timedelta(hours=24),
    confidential=False,
)
_BY_RULE = replace(_BY_OPS, rules=("readers",), stages=(), automatic="readers")


def test_all_stages_are_asked_and_the_shortest_times_count() -> None:
    other = replace(
        _BY_OPS, rules=("board",), stages=(_BOARD,), expires_after=timedelta(days=1),
        valid_for=timedelta(hours=2), confidential=True,
        requesters=(Circle("board", ("S0SALES",)),),
    )  # fmt: skip
    found = strictest([_BY_OPS, other])
    assert found.stages == (_OPS, _BOARD)
    assert found.rules == ("ops", "board")
    assert (found.expires_after, found.valid_for) == (timedelta(days=1), timedelta(hours=2))
    assert found.confidential
    assert found.requesters == other.requesters


def test_the_same_people_are_asked_once_for_the_larger_number() -> None:
    two = replace(_BY_OPS, stages=(replace(_OPS, threshold=2),))
    assert strictest([_BY_OPS, two]).stages == (replace(_OPS, threshold=2),)


def test_nothing_is_approved_by_itself_where_anybody_is_to_be_asked() -> None:
    assert strictest([_BY_RULE, _BY_OPS]).automatic is None
    assert strictest([_BY_RULE, _BY_RULE]).automatic == "readers"


def test_nothing_asks_for_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        strictest([])
