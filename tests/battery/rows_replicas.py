"""Several processes on one database."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql

_RACES = "tests/integration/test_races.py"


ROWS: tuple[Row, ...] = (
    Row(
        "REL-04",
        "Eight who decide at once, through two processes; asking for both directions at once",
        "exactly one decision each, one request about a person",
        (
            f"{_RACES}::test_two_processes_make_one_decision_of_eight_clicks_at_once",
            f"{_RACES}::test_of_an_onboarding_and_an_offboarding_at_once_one_is_asked",
            f"{_RACES}::test_two_processes_on_one_file_make_one_decision_of_eight",
        ),
        (
            Control(
                "a decision that reads before it writes is made twice",
                (f"{_RACES}::test_a_decision_that_only_reads_before_it_writes_is_made_twice",),
                shows=True,
            ),
        ),
        Scale(),
        Scale({"ABOARD_RACES": "1000"}),
        no_postgresql,
    ),
)
