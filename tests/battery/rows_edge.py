"""Slack's edge: who is heard, who may decide, and what text may do."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql
from tests.unit.rules.test_truth_table import cells

_GUARD = "tests/integration/test_guard.py"
_MALFORMED = f"{_GUARD}::test_nothing_malformed_or_unsigned_is_accepted_or_breaks_anything"
_SIGNATURES = "tests/unit/bot/test_guard_signature.py"
_ONCE = "tests/e2e/test_one_decision.py"
_REPLAYS = "tests/integration/test_replays.py"
_TABLE = "tests/unit/rules/test_truth_table.py"
_CSV = "tests/unit/workflow/test_spreadsheets.py"
_VIEWS = tuple(
    f"tests/unit/commands/test_views_{name}.py"
    for name in (
        "messages", "forms", "lists", "history", "access", "by_hand", "text", "home", "daily",
        "manners", "times",
    )
)  # fmt: skip
_REPEATED = (
    _REPLAYS,
    *(
        f"{_ONCE}::test_a_{what}"
        for what in (
            "click_that_is_delivered_twice_has_one_effect",
            "command_that_is_delivered_twice_makes_one_request",
            "form_that_is_delivered_twice_makes_one_request",
            "double_click_counts_once",
        )
    ),
)


def _cells() -> int:
    return sum(1 for _ in cells())


def _fuzz(times: int) -> Scale:
    return Scale({"ABOARD_FUZZ": str(times)})


def _replayed(commands: int) -> Scale:
    return Scale({"ABOARD_REPLAYS": str(commands)})


ROWS: tuple[Row, ...] = (
    Row(
        "SEC-01",
        "Requests that are malformed or not signed reach the guard",
        "0 answered 5xx, 0 accepted, 0 reach a handler, less than 50 MB more memory",
        (_MALFORMED,),
        (
            Control(
                "any signature is right",
                (_MALFORMED,),
                scale=_fuzz(200),
                word="<= {401, 413}",
            ),
        ),
        Scale(),
        _fuzz(100_000),
    ),
    Row(
        "SEC-02",
        "Signatures and timestamps at their edges",
        "every one as Slack's document says",
        (_SIGNATURES,),
        (
            Control(
                "a signature holds for fifteen minutes",
                (_SIGNATURES,),
                word="200 == 401",
            ),
        ),
        Scale(),
        Scale(),
    ),
    Row(
        "SEC-03",
        "Slack delivers commands four times, by HTTP and Socket Mode (on SQLite), and commands, "
        "clicks and forms twice (on both databases)",
        "one effect each",
        _REPEATED,
        (
            Control(
                "every delivery is new",
                (_REPLAYS,),
                scale=_replayed(5),
                word='{"cancelled": COMMANDS}',
            ),
        ),
        Scale(),
        _replayed(1_000),
        no_postgresql,
        less="fast, the goal is 300 commands; in full it is reached.",
    ),
    Row(
        "SEC-04",
        "Every cell of who may decide what, against an oracle written from the documents",
        "all equal, 0 more allowed",
        (_TABLE,),
        (
            Control(
                "any team is the home team",
                (_TABLE,),
                word="team='T0AWAY'",
            ),
            Control(
                "whoever it is about may decide",
                (_TABLE,),
                word="identity='the subject'",
            ),
        ),
        Scale(tried=_cells),
        Scale(tried=_cells),
    ),
    Row(
        "SEC-06",
        "Hostile text as markup, as plain text, and through every view",
        "0 active sequences, 0 limits broken",
        _VIEWS,
        (
            Control(
                "text is not escaped",
                _VIEWS[:1],
                word="harmless",
            ),
        ),
        Scale(),
        Scale({"ABOARD_TEXTS": "100000"}, examples=600),
    ),
    Row(
        "SEC-07",
        "Hostile cells through the CSV export",
        "0 live cells",
        (_CSV,),
        (
            Control(
                "cells are made safe as defusedcsv 3.0.0 does",
                (_CSV,),
                word="test_what_a_program_would_run",
            ),
        ),
        Scale(),
        Scale(examples=10_000),
    ),
)
