"""Of those who wait for a vendor that refuses the credential, one asks, and then others do."""

import pytest
from sqlalchemy.engine import Connection, Engine

from rules.states import RequestState
from storage import stops
from storage.models import Step
from storage.stops import PAUSE
from tests.unit.storage.rows import NOW, add_request, add_step


def waits(connection: Connection, since: int, **values: str | int) -> Step:
    """Return a step that has waited for its vendor since a moment."""
    number = add_request(connection, state=RequestState.RUNNING)
    return add_step(connection, number, stopped_at=since, **values)


def asks(connection: Connection, now: int) -> Step:
    found = stops.first_waiting(connection, "axiom", now)
    assert found is not None
    return found


def test_removals_ask_before_grants_and_the_oldest_first(engine: Engine) -> None:
    with engine.begin() as connection:
        waits(connection, NOW - 9)
        waits(connection, NOW - 1, access="")
        oldest = waits(connection, NOW - 2, access="")
        assert asks(connection, NOW).ref == oldest.ref


@pytest.mark.parametrize("access", ["", "{}"])
def test_whoever_has_just_asked_in_vain_lets_the_others_ask(engine: Engine, access: str) -> None:
    with engine.begin() as connection:
        asked = waits(connection, NOW, access=access, attempts=1)
        other = waits(connection, NOW)
        assert asks(connection, NOW + PAUSE).ref == other.ref
        if not access:
            assert asks(connection, NOW + 2 * PAUSE).ref == asked.ref


def test_whoever_is_alone_asks_again(engine: Engine) -> None:
    with engine.begin() as connection:
        alone = waits(connection, NOW, access="", attempts=1)
        assert asks(connection, NOW + PAUSE).ref == alone.ref
