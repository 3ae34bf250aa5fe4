"""What the database complains of names no value: it may be a name, an address or a reason."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.models import METADATA
from tests.unit.storage.rows import NOW, force_request, request_row

CANARY = "canary@acme.example"


def test_the_text_of_a_refused_row_holds_no_parameters(engine: Engine) -> None:
    with engine.begin() as connection:
        force_request(connection, ref="same", reason=CANARY)
    with pytest.raises(DBAPIError) as refused, engine.begin() as connection:
        force_request(connection, ref="same", reason=CANARY)
    assert CANARY not in f"{refused.value} {refused.value!r}"


def test_the_text_of_a_key_that_is_taken_does_not_name_it(engine: Engine) -> None:
    with engine.begin() as connection:
        force_request(connection, ref=CANARY)
    with pytest.raises(DBAPIError) as refused, engine.begin() as connection:
        force_request(connection, ref=CANARY)
    assert CANARY not in f"{refused.value} {refused.value!r}"


def test_the_text_of_a_refused_group_of_rows_holds_no_parameters(engine: Engine) -> None:
    rows = [dict(request_row(ref="same", requester_email=CANARY)) for _ in range(3)]
    with pytest.raises(DBAPIError) as refused, engine.begin() as connection:
        connection.execute(sa.insert(METADATA.tables["request"]), rows)
    assert CANARY not in f"{refused.value} {refused.value!r}"


async def test_the_text_of_an_incomplete_row_holds_none_of_its_values(database: Database) -> None:
    def work(connection: sa.Connection) -> None:
        values = {"team_id": None, "slack_id": CANARY, "email": CANARY, "updated_at": NOW}
        connection.execute(sa.insert(METADATA.tables["person"]).values(values))

    with pytest.raises(DBAPIError) as refused:
        await database.write(work)
    assert CANARY not in f"{refused.value} {refused.value!r}"
