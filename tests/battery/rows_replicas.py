"""Several processes on one database."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql

_RACES = "tests/integration/test_races.py"


def _racing(times: int) -> Scale:
    return Scale({"ABOARD_RACES": str(times)}, tried=times)


ROWS: tuple[Row, ...] = (
    Row(
        "REL-04",
        "Approve and deny at once, through two processes on PostgreSQL",
        "exactly one decision each",
        (f"{_RACES}::test_two_processes_make_one_decision_of_two_clicks_at_once",),
        (
            Control(
                "a decision that reads before it writes is made twice",
                (f"{_RACES}::test_a_decision_that_only_reads_before_it_writes_is_made_twice",),
                shows=True,
            ),
        ),
        _racing(60),
        _racing(1_000),
        no_postgresql,
    ),
)
