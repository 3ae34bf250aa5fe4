"""Of those who wait for a vendor that refuses the credential, one asks, and then others do."""

from functools import partial

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
    return add_step(connection, number, **{"stopped_at": since, "next_at": since, **values})


def asked_in_vain(connection: Connection, at: int, **values: str | int) -> Step:
    """Return a step that has asked its vendor at a moment, and lets others ask since."""
    return waits(connection, at, next_at=at + 2 * PAUSE, attempts=1, **values)


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
        asked = asked_in_vain(connection, NOW, access=access)
        other = waits(connection, NOW)
        assert asks(connection, NOW + PAUSE).ref == other.ref
        if not access:
            assert asks(connection, NOW + 2 * PAUSE).ref == asked.ref


def test_whoever_is_alone_asks_again(engine: Engine) -> None:
    with engine.begin() as connection:
        alone = asked_in_vain(connection, NOW, access="")
        assert asks(connection, NOW + PAUSE).ref == alone.ref


def test_a_removal_that_was_tried_before_it_waited_has_not_just_asked(engine: Engine) -> None:
    with engine.begin() as connection:
        waits(connection, NOW - 9)
        removal = waits(connection, NOW, access="", attempts=3)
        assert asks(connection, NOW).ref == removal.ref


def test_where_only_removals_may_ask_one_that_has_just_asked_does_and_no_grant(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        waits(connection, NOW - 9)
        asked = partial(stops.first_waiting, connection, "axiom", NOW, only_removals=True)
        assert asked() is None
        removal = asked_in_vain(connection, NOW, access="")
        found = asked()
        assert found is not None
        assert found.ref == removal.ref
