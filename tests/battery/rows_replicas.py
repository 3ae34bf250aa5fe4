"""Several processes on one database."""

from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_own_cluster, no_postgresql

_LIMITS = "tests/e2e/test_limits.py"
_RACES = "tests/integration/test_races.py"
_ON_ONE_FILE = f"{_RACES}::test_two_processes_on_one_file_make_one_decision_of_eight"

_STOPPING = "tests/integration/test_stopping.py"
_STOPPED = f"{_STOPPING}::test_a_bot_that_is_asked_to_end_under_load_loses_nothing"
_ANSWERS_FIRST = "test_a_bot_that_answers_before_it_writes_loses_what_it_answered"
_RESTARTS = "tests/integration/test_restarts.py"
_FROZEN = "test_a_process_that_froze_does_nothing_with_what_was_taken_over"
_DEAD = "test_the_other_process_finishes_the_work_of_one_that_died_for_good"
_FENCED = (
    "tests/integration/test_fencing.py::test_who_lost_a_step_writes_nothing_and_records_nothing"
)
_PG = "tests/integration/test_postgres_restarts.py"
_PG_LOAD = f"{_PG}::test_a_database_that_dies_under_load_costs_nobody_anything"
_PG_WRITES = f"{_PG}::test_every_write_outlives_the_connection_that_it_lost"
_ROLLING = "tests/integration/test_rolling.py"
_ROLLED = f"{_ROLLING}::test_a_rolling_restart_under_load_loses_nothing_and_refuses_nobody"
_REFUSED = f"{_ROLLING}::test_a_proxy_that_knows_one_replica_alone_refuses_somebody"
_AT_ONCE = "SIGTERM ends it before its work has"


def _freezing_once(defect: str, word: str) -> Control:
    return Control(defect, (_FENCED,), scale=Scale({"ABOARD_FREEZES": "1"}), word=word)


ROWS: tuple[Row, ...] = (
    Row(
        "SEC-15",
        "One person asks for more than one may: again and again within an hour, and all at once",
        "no more recorded than the limits, each refusal says what to do, one fact in a minute",
        (_LIMITS,),
        (
            Control(
                "nobody is kept to what one person may ask for",
                (_LIMITS,),
                word="TOO_MANY",
            ),
            Control(
                "the asks of one person do not wait for each other",
                (f"{_LIMITS}::test_of_many_asks_at_one_moment_no_more_pass",),
                word="RECORDED",
            ),
        ),
        Scale(),
        Scale({"ABOARD_ASKS": "60"}),
        no_postgresql,
    ),
    Row(
        "REL-04",
        "Eight who decide at once, through two processes; asking for both directions at once",
        "exactly one decision each, one request about a person",
        (
            f"{_RACES}::test_two_processes_make_one_decision_of_eight_clicks_at_once",
            f"{_RACES}::test_of_an_onboarding_and_an_offboarding_at_once_one_is_asked",
            _ON_ONE_FILE,
        ),
        (
            Control(
                "a decision does not look whether there is one",
                (_ON_ONE_FILE,),
                scale=Scale({"ABOARD_RACES": "12"}),
                word="[1] * ON_A_FILE",
            ),
            Control(
                "a decision that reads before it writes is made twice",
                (f"{_RACES}::test_a_decision_that_only_reads_before_it_writes_is_made_twice",),
                shows=True,
            ),
        ),
        Scale(),
        Scale({"ABOARD_RACES": "1000"}),
        no_postgresql,
        less="fast, the goal is 100 races on each database; in full it is reached.",
    ),
    Row(
        "REL-09",
        "PostgreSQL ended at once and started again, under load",
        "0 lost, 0 twice, back within 10 s",
        (_PG_LOAD, _PG_WRITES),
        (
            Control(
                "a lost connection is not tried again",
                (_PG_WRITES,),
                word="OperationalError",
            ),
        ),
        Scale(),
        Scale({"ABOARD_PG_RESTARTS": "20", "ABOARD_PG_REQUESTS": "200"}),
        no_own_cluster,
        alone=True,
    ),
    Row(
        "REL-12",
        "SIGTERM under load, over HTTP and over Socket Mode",
        "0 lost, ended with status 0 within 30 s",
        (_STOPPED, f"{_STOPPING}::test_a_vendor_that_does_not_answer_keeps_nobody_from_ending"),
        (
            Control(
                _AT_ONCE,
                (_STOPPED,),
                scale=Scale({"ABOARD_STOPS": "2"}),
                word="[code for code, _ in ends] == [0]",
            ),
            Control(
                "a bot that answers before it writes loses what it answered",
                (f"{_STOPPING}::{_ANSWERS_FIRST}",),
                shows=True,
            ),
        ),
        Scale(),
        Scale({"ABOARD_STOPS": "50"}),
        no_postgresql,
    ),
    Row(
        "REL-18",
        "A process frozen while its work is taken over, and one dead for good",
        "0 written or ended by the one that lost, taken over within 15 s of a death",
        (_FENCED, f"{_RESTARTS}::{_FROZEN}", f"{_RESTARTS}::{_DEAD}"),
        (
            _freezing_once(
                "a process that froze writes what it was about to write",
                "created(newcomer) == 1",
            ),
            _freezing_once(
                "a process that froze ends a step that is another's",
                "who lost it has not ended it",
            ),
        ),
        Scale(),
        Scale({"ABOARD_FREEZES": "50", "ABOARD_FROZEN": "60", "ABOARD_SIGSTOPS": "50"}),
        no_postgresql,
        alone=True,
        less="fast, one whole process is frozen by SIGSTOP; in full, 50 are for 60 s each.",
    ),
    Row(
        "REL-19",
        "Two replicas behind a load balancer, started anew one after the other under load",
        "0 lost, 0 of Slack's requests refused or left without an answer for 15 s, each ends with "
        "status 0",
        (_ROLLED,),
        (
            Control(
                _AT_ONCE,
                (_ROLLED,),
                scale=Scale({"ABOARD_ROLLS": "1"}),
                word="codes == [0]",
            ),
            Control(
                "a proxy that knows one replica alone refuses somebody while it is started anew",
                (_REFUSED,),
                shows=True,
            ),
        ),
        Scale(),
        Scale({"ABOARD_ROLLS": "3"}),
        no_postgresql,
    ),
)
