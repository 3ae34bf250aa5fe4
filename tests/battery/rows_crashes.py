"""Processes that are killed: at every point, and at any moment."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql, no_tracing

_CRASHES = "tests/integration/test_crashes.py"
_AGAIN_AND_AGAIN = "test_a_bot_that_is_killed_again_and_again_keeps_every_promise"
_EVERY = "tests/integration/test_every_death.py"
_SYNCED = "tests/integration/test_synced_before_ack.py"
_ANY_POINT = f"{_EVERY}::test_a_bot_that_dies_at_any_point_of_a_scene_keeps_every_promise"
_POINTS = "80"
"""Nearly all that coming on board at two vendors has, and two in five of those of a batch."""


def _killing(times: int) -> Scale:
    """Killed so often on SQLite, and half as often on PostgreSQL."""
    return Scale({"ABOARD_KILLS": str(times)})


def _dying_at(calls: str) -> Scale:
    """Killed at two calls alone, in the first scene."""
    return Scale({"ABOARD_DEATHS": "2", "ABOARD_DEATHS_AT": calls})


ROWS: tuple[Row, ...] = (
    Row(
        "REL-01",
        "kill -9 before and after commits, calls and acknowledgements, spread over one scene (in "
        "full at 80 of them, or all where there are fewer, in each of seven), also twice in a row",
        "0 lost, 0 decided or created twice, 0 false green, the trail whole, settled in 60 s where "
        "the bot waits a twentieth of the time between two looks",
        (_EVERY,),
        (
            Control(
                "a step is called done before its vendor is called",
                (_ANY_POINT,),
                scale=_dying_at("before vendor: POST"),
                word="false green",
            ),
            Control(
                "an attempt that died is begun as if it had not been",
                (_ANY_POINT,),
                scale=_dying_at("after vendor: POST"),
                word="twice: ",
            ),
        ),
        Scale({"ABOARD_DEATHS": "60", "ABOARD_DOUBLE_DEATHS": "3", "ABOARD_TAKEN_OVER": "3"}),
        Scale(
            {
                "ABOARD_DEATHS": _POINTS,
                "ABOARD_SCENES": "7",
                "ABOARD_DOUBLE_DEATHS": "20",
                "ABOARD_TAKEN_OVER": "20",
            }
        ),
        no_postgresql,
    ),
    Row(
        "REL-02",
        "kill -9 at any moment under load, on both databases",
        "0 lost, 0 decided or created twice, 0 false green, the trail whole",
        (_CRASHES,),
        (
            Control(
                "a step is called done before its vendor is called",
                (f"{_CRASHES}::{_AGAIN_AND_AGAIN}",),
                scale=_killing(12),
                word="false green: ",
            ),
            Control(
                "whatever must not be is found where it is planted",
                ("tests/integration/test_judge.py::test_what_is_wrong_is_found",),
                shows=True,
            ),
        ),
        _killing(12),
        _killing(334),
        no_postgresql,
        less="fast, the goal is 50 kills; in full it is reached.",
    ),
    Row(
        "REL-03",
        "what an answer to /onboard, a click or a form tells has been synced by fdatasync",
        "100 % of the answers",
        (f"{_SYNCED}::test_what_slack_is_told_is_on_the_disk_by_then",),
        (
            Control(
                "SQLite does not wait for the disk",
                (f"{_SYNCED}::test_what_slack_is_told_is_on_the_disk_by_then",),
                scale=Scale({"ABOARD_SYNCED": "4"}),
                word="before what they tell was synced",
            ),
        ),
        Scale({"ABOARD_SYNCED": "20"}),
        Scale({"ABOARD_SYNCED": "200"}),
        no_tracing,
    ),
)
