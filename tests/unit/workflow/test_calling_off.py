"""What is called off is said to be untouched only where nothing can have been done for it."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Connection

from rules.states import RequestState
from storage import audit, migrate
from storage.audit import Fact
from storage.engine import create_engine
from storage.models import Step
from storage.pauses import RESTORED
from tests.unit.storage.rows import NOW, add_request, add_step
from workflow.calling_off import is_untouched


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def waits(connection: Connection, **values: str | int | None) -> Step:
    """Return a step that waits, of a request that is under way."""
    number = add_request(connection, state=RequestState.RUNNING)
    return add_step(connection, number, **values)


@pytest.mark.parametrize(
    ("attempts", "tries", "stopped_at", "untouched"),
    [
        (0, 0, None, True),
        (0, 0, NOW, True),
        (1, 1, None, False),
        (2, 0, NOW, True),
        (2, 1, NOW, False),
    ],
)
def test_what_was_let_in_once_is_not_untouched_though_it_was_refused_since(
    connection: Connection, attempts: int, tries: int, stopped_at: int | None, *, untouched: bool
) -> None:
    step = waits(connection, attempts=attempts, tries=tries, stopped_at=stopped_at)
    assert is_untouched(connection, step) is untouched


def test_what_waited_when_a_copy_was_made_may_have_been_done_since_the_copy(
    connection: Connection,
) -> None:
    assert not is_untouched(connection, waits(connection, problem=RESTORED))


def test_what_somebody_has_had_tried_again_is_not_untouched_and_other_steps_are(
    connection: Connection,
) -> None:
    retried, other = (waits(connection, attempts=2, tries=0, stopped_at=NOW) for _ in range(2))
    number = retried.request_number
    audit.record(connection, Fact("STP006I", NOW, "U0LEAD", number, "axiom"))
    audit.record(connection, Fact("STP006I", NOW, "U0LEAD", other.request_number, "axolo"))
    assert not is_untouched(connection, retried)
    assert is_untouched(connection, other)
