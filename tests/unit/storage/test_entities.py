"""What is read by a prepared statement is what SQLAlchemy would have read."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import requests
from storage.models import METADATA, Request
from tests.unit.storage.rows import add_request, add_step


@pytest.mark.parametrize("confidential", [0, 1])
def test_a_request_is_as_its_row_says_with_every_type(engine: Engine, confidential: int) -> None:
    with engine.begin() as connection:
        number = add_request(connection, confidential=bool(confidential), reason="ä")
        found = requests.by_number(connection, number)
        assert found is not None
        assert found.confidential is bool(confidential)
        assert found.model_dump() == _request(connection, number).model_dump()


def test_the_steps_of_a_request_come_in_their_order_and_whole(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        made = [add_step(connection, number, vendor=one) for one in ("axiom", "ixon")]
        steps = requests.steps_of(connection, number)
        assert [one.model_dump() for one in steps] == [one.model_dump() for one in made]


def test_nobody_is_found_by_a_number_that_was_never_given(engine: Engine) -> None:
    with engine.begin() as connection:
        assert requests.by_number(connection, 7) is None
        assert requests.steps_of(connection, 7) == ()
        assert requests.step_by_ref(connection, "nothing") is None


def _request(connection: Connection, number: int) -> Request:
    table = METADATA.tables["request"]
    query = sa.select(table).where(table.c.number == number)
    return Request(**connection.execute(query).mappings().one())
