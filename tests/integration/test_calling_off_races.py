"""An end that is due calls off what stands still, while another step of it is under way."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.engine import Connection

from rules.states import RequestState, StepState
from rules.values import Kind
from storage import requests
from storage.database import Database
from tests.unit.storage.rows import NOW, add_request, add_step
from workflow.withdrawing import make_way

WHO = "U0ADA"
PATIENCE = 30.0


def rows(connection: Connection, state: StepState, stopped_at: int | None) -> tuple[int, int]:
    """Have somebody's access be about to end while more of it is given: return both requests."""
    ends = add_request(connection, subject=WHO, state=RequestState.COMPLETED)
    more = add_request(connection, subject=WHO, state=RequestState.RUNNING)
    add_step(connection, more, state=state, attempts=1, stopped_at=stopped_at)
    return ends, more


def end_is_due(connection: Connection, number: int) -> bool:
    """Make way for the removal of whoever the request gave access, as its end does."""
    request = requests.lock(connection, number)
    assert request is not None
    return make_way(connection, request, Kind.OFFBOARD, NOW)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("state", "stopped_at"), [(StepState.WAITING, NOW), (StepState.RUNNING, None)]
)
def test_an_end_that_is_due_and_a_step_that_ends_never_wait_for_each_other(
    postgres: str, state: StepState, stopped_at: int | None
) -> None:
    database = Database(postgres)
    with database.engine.begin() as connection:
        ends, more = rows(connection, state, stopped_at)
    has_one, both = Barrier(2, timeout=PATIENCE), ThreadPoolExecutor(2)

    def step_ends() -> bool:
        """Lock its own request, and then the one that it sees to, as an end of a step does."""
        with database.engine.begin() as connection:
            requests.lock(connection, more)
            has_one.wait()
            return requests.lock(connection, ends) is not None

    def end_begins() -> bool:
        with database.engine.begin() as connection:
            requests.lock(connection, ends)
            has_one.wait()
            return end_is_due(connection, ends)

    with both:
        others = both.submit(step_ends), both.submit(end_begins)
        assert [one.result(PATIENCE) for one in others] == [True, False]
    with database.engine.begin() as connection:
        assert end_is_due(connection, ends) is (stopped_at is not None)
    database.close()


def test_whoever_asked_reads_why_also_where_something_else_is_still_under_way(url: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        ends, more = rows(connection, StepState.WAITING, NOW)
        add_step(connection, more, vendor="axolo", state=StepState.RUNNING, attempts=1)
        assert not end_is_due(connection, ends)
        states = [one.state for one in requests.steps_of(connection, more)]
        request = requests.by_number(connection, more)
    assert states == [StepState.CANCELLED, StepState.RUNNING]
    assert request is not None
    assert "The access of this person ends now" in (request.problem or "")
    database.close()
