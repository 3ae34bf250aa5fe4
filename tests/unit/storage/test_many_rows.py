"""The schema goes down to its beginning and up again under thousands of rows, and keeps them.

`ABOARD_ROWS` sets how many requests there are; the full figure is 10,000. What a later migration
added goes with it on the way down; what the first tables had stays as it was.
"""

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import audit, migrate, requests
from storage.engine import create_engine
from storage.models import METADATA
from tests.unit.storage.rows import add_step, fact, request_row
from workflow.audit_verify import verify

ROWS = int(os.environ.get("ABOARD_ROWS", "50"))
FIRST = "0001"
TABLES = ("request", "step", "auditevent")


@pytest.fixture
def filled(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        for _ in range(ROWS):
            number = requests.insert(connection, request_row(reason="Because", email="a@b.example"))
            assert number is not None
            add_step(connection, number)
            audit.record(connection, fact(number))
    yield engine
    engine.dispose()


@pytest.mark.timeout(60 + ROWS // 40)
def test_thousands_of_rows_go_down_and_up_again_as_they_were(filled: Engine) -> None:
    migrate.downgrade(filled, FIRST)
    old = {name: sa.Table(name, sa.MetaData(), autoload_with=filled) for name in TABLES}
    below = _contents(filled, old)
    assert [len(rows) for rows in below.values()] == [ROWS] * len(TABLES)
    migrate.upgrade(filled)
    assert migrate.difference(filled) == []
    assert _contents(filled, old) == below
    with filled.begin() as connection:
        assert verify(connection).flaw is None
        counted = sa.select(sa.func.count()).select_from(METADATA.tables["auditlink"])
        assert connection.scalar(counted) == ROWS


def _contents(engine: Engine, tables: dict[str, sa.Table]) -> dict[str, list[tuple[object, ...]]]:
    with engine.begin() as connection:
        return {name: _rows(connection, table) for name, table in tables.items()}


def _rows(connection: Connection, table: sa.Table) -> list[tuple[object, ...]]:
    found = connection.execute(sa.select(table).order_by(*table.primary_key))
    return [tuple(row) for row in found]
