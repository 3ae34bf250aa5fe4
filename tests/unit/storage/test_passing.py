"""Which failures of a database pass by themselves, as SQLite and PostgreSQL tell them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.passing import is_passing

PASSING = (
    psycopg.OperationalError("server closed the connection unexpectedly"),
    errors.DiskFull("could not extend file"),
    errors.IoError("could not fsync file"),
    errors.ReadOnlySqlTransaction("cannot execute INSERT in a read-only transaction"),
    errors.TooManyConnections("sorry, too many clients already"),
    errors.AdminShutdown("terminating connection"),
    errors.DeadlockDetected("deadlock detected"),
    errors.ConnectionFailure("gone"),
)
LASTING = (
    errors.UniqueViolation("duplicate key"),
    errors.UndefinedTable("no such table"),
    errors.QueryCanceled("statement timeout"),
    errors.InsufficientPrivilege("permission denied"),
)

Run = Callable[[Connection], object]


def _full(connection: Connection) -> object:
    connection.exec_driver_sql("PRAGMA max_page_count=1")
    return connection.exec_driver_sql("INSERT INTO kept VALUES (zeroblob(100000))")


def _read_only(connection: Connection) -> object:
    connection.exec_driver_sql("PRAGMA query_only=ON")
    return connection.exec_driver_sql("INSERT INTO kept VALUES (2)")


def _locked(connection: Connection) -> object:
    path = str(connection.engine.url.database)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
        return connection.exec_driver_sql("INSERT INTO kept VALUES (2)")


def _twice(connection: Connection) -> object:
    return connection.exec_driver_sql("INSERT INTO kept VALUES (1)")


def _nowhere(connection: Connection) -> object:
    return connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")


def _refused(connection: Connection) -> object:
    never = "CREATE TRIGGER never BEFORE INSERT ON kept BEGIN SELECT RAISE(ABORT, 'no'); END"
    connection.exec_driver_sql(never)
    return connection.exec_driver_sql("INSERT INTO kept VALUES (2)")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'kept.db'}")
    with engine.begin() as first:
        first.exec_driver_sql("CREATE TABLE kept (id UNIQUE)")
        first.exec_driver_sql("INSERT INTO kept VALUES (1)")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("run", [_full, _read_only, _locked])
def test_a_database_that_cannot_write_now_can_later(connection: Connection, run: Run) -> None:
    with pytest.raises(DBAPIError) as raised:
        run(connection)
    assert is_passing(raised.value)


@pytest.mark.parametrize("run", [_twice, _nowhere, _refused])
def test_what_is_refused_for_what_it_is_stays_refused(connection: Connection, run: Run) -> None:
    with pytest.raises(DBAPIError) as raised:
        run(connection)
    assert not is_passing(raised.value)


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_a_server_in_trouble_passes(error: psycopg.Error) -> None:
    assert is_passing(OperationalError("COMMIT", {}, error))


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_what_a_server_refuses_for_what_it_is_stays_refused(error: psycopg.Error) -> None:
    assert not is_passing(DBAPIError("COMMIT", {}, error))


def test_what_no_database_says_is_nothing_that_passes() -> None:
    assert not is_passing(KeyError("a mistake"))
