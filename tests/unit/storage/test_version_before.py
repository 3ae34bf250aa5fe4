"""Yesterday's process beside today's schema: each of its statements works as before.

What a version writes and reads is taken from the schema that it knew: every column of every table,
inserted, changed and read on the schema that came after it.
"""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import migrate
from storage.engine import create_engine

NEWEST = int(migrate.newest())
KEPT = {"auditevent", "auditlink"}
"""Only ever added to."""


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def test_the_version_before_works_on_the_newest_schema(empty: Engine) -> None:
    migrate.upgrade(empty, f"{NEWEST - 1:04}")
    known = sa.MetaData()
    known.reflect(empty)
    migrate.upgrade(empty)
    tables = [one for one in known.sorted_tables if one.name != "alembic_version"]
    assert len(tables) > 10
    for table in tables:
        with empty.connect() as connection:
            _leave_references_alone(connection)
            _write_and_read(connection, table)
            connection.rollback()


def _write_and_read(connection: Connection, table: sa.Table) -> None:
    row = {column.name: _value(column) for column in table.columns}
    connection.execute(sa.insert(table).values(row))
    if table.name not in KEPT:
        key = next(iter(table.primary_key))
        mine = sa.update(table).where(key == row[key.name])
        changed = {name: value for name, value in row.items() if name != key.name}
        assert connection.execute(mine.values(changed or row)).rowcount == 1
    assert row in [dict(one) for one in connection.execute(sa.select(table)).mappings()]


def _value(column: "sa.Column[object]") -> object:
    if isinstance(column.type, sa.Boolean):
        return False
    if isinstance(column.type, sa.Integer):
        return 7
    return "x" * (column.type.length or 4) if isinstance(column.type, sa.String) else "x"


def _leave_references_alone(connection: Connection) -> None:
    """Let a row stand without those that it refers to: each statement is tried by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
    else:
        connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
