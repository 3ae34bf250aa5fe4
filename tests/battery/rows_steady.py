"""What comes second after second, for long: acknowledged in time, and nothing is heaped up."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_postgresql

_STEADY = (
    "tests/battery/steady.py::"
    "test_at_half_of_what_can_be_taken_everything_is_acknowledged_in_time_and_recorded"
)
_SOAK = "tests/battery/soak.py::test_a_process_that_goes_on_working_holds_no_more_than_before"
_BRIEFLY = Scale({"ABOARD_STEADY": "2"})

ROWS: tuple[Row, ...] = (
    Row(
        "REL-15",
        "A process goes on working: whole lives of requests, one wave after the other",
        "less than 1 MB more memory for 500 requests (fast, still warming up: 15 MB) and 100 of "
        "Python's blocks for each; no more tasks, threads and open files",
        (_SOAK,),
        (
            Control(
                "every request is kept in memory",
                (_SOAK,),
                word="Python holds more with every request",
            ),
        ),
        Scale(),
        Scale({"ABOARD_SOAK": "90"}),
        no_postgresql,
        less="in full, 2,200 requests, of which the last 1,600 are judged, after a larger crowd "
        "and as many signatures as are remembered at most; the goal is half an hour.",
    ),
    Row(
        "PERF-01",
        "Asks at fifty a second, then at half the rate that can be taken, beside a Slack that "
        "keeps its own pace",
        "99 of 100 acknowledged within half a second, then within a second, each within 3 s, and "
        "each recorded",
        (_STEADY,),
        (
            Control(
                "an ask is answered as late as a vendor answers",
                (_STEADY,),
                scale=_BRIEFLY,
                word="not acknowledged in time",
            ),
            Control(
                "Slack is asked who asks before they are answered",
                (_STEADY,),
                scale=_BRIEFLY,
                word='(steady["statuses"], recorded)',
            ),
        ),
        Scale(),
        Scale({"ABOARD_STEADY": "300"}),
        alone=True,
    ),
)
