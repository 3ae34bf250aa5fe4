"""The database itself refuses a second open request about the same person."""

import re
from functools import partial

import pytest
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from rules.states import OPEN, RequestState
from storage import requests
from storage.models import METADATA
from tests.unit.storage.planned import planned
from tests.unit.storage.rows import add_request, fact, force_request, request_row
from tests.unit.storage.test_moves import at_once


@pytest.mark.parametrize("second", [RequestState.RECEIVED, RequestState.DENIED])
def test_a_person_has_at_most_one_open_request(engine: Engine, second: RequestState) -> None:
    for first in RequestState:
        both_open = {first, second} <= OPEN
        with engine.begin() as connection:
            add_request(connection, subject=f"U0{first}", state=first.value)
            row = request_row(subject=f"U0{first}", state=second.value)
            assert (requests.insert(connection, row) is None) is both_open, first


def test_the_database_itself_refuses_the_second_one(engine: Engine) -> None:
    with engine.begin() as connection:
        force_request(connection, subject="U0ADA")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        force_request(connection, subject="U0ADA")


def test_of_two_who_ask_at_once_one_gets_a_number(engine: Engine) -> None:
    for name in ("U0ADA", "U0EVE", "U0KIM"):
        asks = [partial(_ask, subject=name) for _ in range(4)]
        assert sorted(at_once(engine, asks)) == [False, False, False, True]


def _ask(connection: Connection, subject: str) -> bool:
    return requests.insert(connection, request_row(subject=subject)) is not None


def test_people_of_other_workspaces_are_others(engine: Engine) -> None:
    with engine.begin() as connection:
        add_request(connection, subject="U0ADA", team_id="T0HOME")
        add_request(connection, subject="U0ADA", team_id="T0AWAY")
        assert requests.open_about(connection, "T0HOME", "U0ADA") is not None
        assert requests.open_about(connection, "T0HOME", "U0EVE") is None


def test_what_waits_for_its_start_is_found_by_its_kind(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, subject="U0ADA", state="scheduled", kind="onboard")
        add_request(connection, subject="U0ADA", state="completed", kind="offboard")
        found = requests.scheduled_about(connection, "T0HOME", "U0ADA", "onboard")
        assert found is not None
        assert found.number == number
        assert requests.scheduled_about(connection, "T0HOME", "U0ADA", "offboard") is None
        assert requests.scheduled_about(connection, "T0HOME", "U0EVE", "onboard") is None


def test_what_every_ask_looks_for_is_planned_once(engine: Engine) -> None:
    with engine.begin() as connection:
        plans = planned(connection)
        assert requests.scheduled_about(connection, "T0HOME", "U0ADA", "onboard") is None
        assert plans
        plans.clear()
        assert requests.scheduled_about(connection, "T0HOME", "U0EVE", "offboard") is None
        assert not plans


def test_a_request_that_has_ended_makes_room_for_the_next(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, subject="U0ADA")
        assert requests.move(connection, RequestState.CANCELLED, fact(number))
        again = add_request(connection, subject="U0ADA")
        found = requests.open_about(connection, "T0HOME", "U0ADA")
        assert found is not None
        assert found.number == again


def test_the_index_knows_the_open_states_of_the_rules() -> None:
    index = next(
        one for one in METADATA.tables["request"].indexes if one.name == "request_open_subject"
    )
    for dialect in ("sqlite", "postgresql"):
        where = str(index.dialect_options[dialect]["where"])
        assert set(re.findall(r"'(\w+)'", where)) == {state.value for state in OPEN}


@pytest.mark.parametrize(
    ("table", "column"), [("request", "ref"), ("step", "ref"), ("inbox", "key")]
)
def test_a_reference_names_one_row(table: str, column: str) -> None:
    held = METADATA.tables[table].c[column]
    assert held.unique or held.primary_key
