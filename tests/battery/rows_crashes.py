"""Processes that are killed at any moment."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql

_CRASHES = "tests/integration/test_crashes.py"


def _killing(times: int) -> Scale:
    """Killed so often on SQLite, and half as often on PostgreSQL."""
    return Scale({"ABOARD_KILLS": str(times)}, tried=times + times // 2)


ROWS: tuple[Row, ...] = (
    Row(
        "REL-02",
        "kill -9 at any moment under load, on both databases",
        "0 lost, 0 decided or created twice, 0 false green, the trail whole",
        (_CRASHES,),
        (
            Control(
                "whatever must not be is found where it is planted",
                ("tests/integration/test_judge.py::test_what_is_wrong_is_found",),
                shows=True,
            ),
        ),
        _killing(4),
        _killing(200),
        no_postgresql,
    ),
)
