"""What a later request makes good is passed over by the list of what needs attention."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from rules.pages import Span
from rules.states import GOOD, LEFT, STEP_MOVES, StepState
from storage import alarms, audit, home, migrate, requests
from storage.alarms import Due
from storage.conditions import did_not_end_well, still_in_trouble
from storage.engine import create_engine
from storage.home_pages import Ask
from storage.made_good import FOR_GOOD, mark
from storage.models import METADATA
from tests.unit.storage.rows import NOW, add_request, add_step, end_step, fact
from tests.unit.storage.worked import steps_of

STEPS = METADATA.tables["step"]
WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


def failed(connection: Connection, subject: str, vendor: str = "axiom") -> int:
    number = add_request(connection, subject=subject, state="completed_with_errors")
    add_step(connection, number, vendor=vendor, state="failed")
    return number


def ends(connection: Connection, number: int, to: StepState, *, before: str = "running") -> None:
    """Have the step of a request at Axiom end."""
    end_step(connection, number, to, vendor="axiom", state=before)


def made_good(connection: Connection) -> dict[int, int | None]:
    """Return which of what failed was made good, and by which request."""
    columns = (STEPS.c.request_number, STEPS.c.made_good_by)
    rows = connection.execute(sa.select(*columns).where(STEPS.c.state == "failed"))
    return {row.request_number: row.made_good_by for row in rows}


def test_what_failed_is_made_good_by_a_later_request_that_ends_well(
    connection: Connection,
) -> None:
    first, second = failed(connection, "U0ADA"), failed(connection, "U0ADA")
    later = add_request(connection, subject="U0ADA", state="running")
    ends(connection, later, StepState.DONE)
    assert made_good(connection) == {first: later, second: later}


def test_nothing_else_is_made_good(connection: Connection) -> None:
    elsewhere = failed(connection, "U0ADA", vendor="ixon")
    others = failed(connection, "U0BEA")
    number = add_request(connection, subject="U0ADA", state="running")
    newer = failed(connection, "U0ADA")
    ends(connection, number, StepState.DONE)
    assert made_good(connection) == {elsewhere: None, others: None, newer: None}


def test_an_invitation_makes_good_when_it_was_accepted(connection: Connection) -> None:
    first = failed(connection, "U0ADA")
    later = add_request(connection, subject="U0ADA", state="running")
    ends(connection, later, StepState.INVITED)
    assert made_good(connection) == {first: None}
    another = add_request(connection, subject="U0ADA", state="completed")
    ends(connection, another, StepState.DONE, before="invited")
    assert made_good(connection) == {first: another}


def test_who_is_made_good_is_told_so_once_and_is_looked_at_at_once(
    connection: Connection,
) -> None:
    first, elsewhere = failed(connection, "U0ADA"), failed(connection, "U0ADA", vendor="ixon")
    for number in (first, elsewhere):
        alarms.set_anew(connection, Due(number, "overdue", NOW + 1, NOW))
    for _ in range(2):
        later = add_request(connection, subject="U0ADA", state="completed")
        ends(connection, later, StepState.DONE)
    told = [(one.code, one.vendor) for one in audit.of_request(connection, first)]
    assert told == [("REQ012I", "axiom")]
    assert audit.of_request(connection, elsewhere) == []
    assert [one.request_number for one in alarms.due(connection, NOW, 5)] == [first]


def test_what_is_confidential_makes_good_and_tells_so_when_it_has_completed(
    connection: Connection,
) -> None:
    first = failed(connection, "U0ADA")
    later = add_request(connection, subject="U0ADA", state="running", confidential=True)
    ends(connection, later, StepState.DONE)
    assert made_good(connection) == {first: None}
    assert audit.of_request(connection, first) == []
    connection.execute(sa.update(METADATA.tables["request"]).values(state="completed"))
    [step] = requests.steps_of(connection, later)
    mark(connection, step, StepState.DONE, NOW)
    assert made_good(connection) == {first: later}


def test_what_somebody_attests_meanwhile_is_made_good_by_nobody_else(engine: Engine) -> None:
    """Whoever marks waits for whoever has the request, and finds nothing left."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    with engine.begin() as connection:
        first = failed(connection, "U0ADA")
        later = add_request(connection, subject="U0ADA", state="running")
    with ThreadPoolExecutor(1) as threads, engine.begin() as connection:
        assert requests.lock(connection, first)
        other = threads.submit(_ends_well, engine, later)
        while not connection.scalar(WAITING):
            assert not other.done()
        [step] = requests.steps_of(connection, first)
        told = fact(first, "STP008I")
        assert requests.move_step(connection, step, StepState.ATTESTED, told)
        connection.commit()
        other.result()
    with engine.begin() as connection:
        [step] = requests.steps_of(connection, first)
        assert (step.state, step.made_good_by) == ("attested", None)
        assert [one.code for one in audit.of_request(connection, first)] == ["STP008I"]


def _ends_well(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        ends(connection, number, StepState.DONE)


def test_what_ends_badly_after_a_later_request_has_ended_well_is_left(
    connection: Connection,
) -> None:
    """Such as a removal that was asked for first and starts later."""
    planned = add_request(connection, subject="U0ADA", kind="offboard", state="scheduled")
    later = add_request(connection, subject="U0ADA", state="completed")
    ends(connection, later, StepState.DONE)
    ends(connection, planned, StepState.FAILED)
    assert made_good(connection) == {planned: None}
    ask = Ask("T0HOME", "U0ANY", Span(), 5)
    assert [row.number for row in home.in_trouble(connection, ask).rows] == [planned]


def test_what_goes_on_by_itself_is_not_made_good_yet(connection: Connection) -> None:
    goes_on = add_request(connection, subject="U0ADA", kind="offboard", state="scheduled")
    step = add_step(connection, goes_on, state="unknown", next_at=NOW + 1)
    later = add_request(connection, subject="U0ADA", state="completed")
    ends(connection, later, StepState.DONE, before="invited")
    assert requests.steps_of(connection, goes_on) == (step,)
    assert audit.of_request(connection, goes_on) == []


@pytest.mark.parametrize("to", [StepState.WAITING, StepState.RUNNING])
def test_what_goes_on_after_it_was_made_good_is_no_more(
    connection: Connection, to: StepState
) -> None:
    """A person retries it; or a process of before has marked what still went on by itself."""
    before = add_request(connection, subject="U0ADA", state="completed_with_errors")
    made = add_step(connection, before, state="unknown", made_good_by=before + 1)
    assert requests.move_step(connection, made, to, fact(before))
    [step] = requests.steps_of(connection, before)
    assert (step.state, step.made_good_by) == (to, None)


@pytest.mark.parametrize("to", [StepState.FAILED, StepState.ACTION_REQUIRED, StepState.UNKNOWN])
def test_what_does_not_end_well_makes_nothing_good(connection: Connection, to: StepState) -> None:
    first = failed(connection, "U0ADA")
    later = add_request(connection, subject="U0ADA", state="running")
    ends(connection, later, to)
    assert made_good(connection)[first] is None


def test_only_what_stays_good_makes_good_for_good() -> None:
    moving = {state for state in GOOD if STEP_MOVES[state]}
    assert moving == GOOD - FOR_GOOD


def test_what_was_made_good_is_no_work_for_whoever_looks_for_trouble(sqlite_url: str) -> None:
    """Ten times as much is no more work; the control finds it all where it is not marked."""
    few, many = (_work(f"{sqlite_url}.{many}", many) for many in (20, 200))
    assert many <= few + 1


def _work(url: str, many: int) -> int:
    """Return the work of finding nothing in trouble where so many were made good."""
    engine = create_engine(url)
    migrate.upgrade(engine)
    ask = Ask("T0HOME", "U0ANY", Span(), many)
    with engine.begin() as connection:
        for one in range(many):
            failed(connection, f"U0{one}")
            later = add_request(connection, subject=f"U0{one}", state="running")
            ends(connection, later, StepState.DONE)
        assert home.in_trouble(connection, ask).rows == []
        work = steps_of(connection, lambda: home.in_trouble(connection, ask))
        connection.execute(sa.update(STEPS).values(made_good_by=None))
        assert len(home.in_trouble(connection, ask).rows) == many
    engine.dispose()
    return work


def test_a_database_of_before_is_told_what_was_made_good_already(
    database_url: str,
) -> None:
    engine = create_engine(database_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        first, alone = failed(connection, "U0ADA"), failed(connection, "U0BEA")
        later = add_request(connection, subject="U0ADA", state="completed")
        add_step(connection, later, vendor="axiom", state="unchanged")
    migrate.downgrade(engine, "0019")
    migrate.upgrade(engine)
    with engine.begin() as connection:
        assert made_good(connection) == {first: later, alone: None}
    engine.dispose()


@pytest.mark.parametrize("state", StepState)
def test_the_database_calls_left_what_the_rules_call_left(
    connection: Connection, state: StepState
) -> None:
    word = sa.literal(state.value)
    by: list[sa.ColumnElement[int | None]] = [sa.literal(one, sa.BigInteger) for one in (None, 7)]
    asked = sa.select(did_not_end_well(word), *(still_in_trouble(word, one) for one in by))
    is_left = state in LEFT
    assert tuple(map(bool, connection.execute(asked).one())) == (is_left, is_left, False)
