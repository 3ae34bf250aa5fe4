"""Engines: what a connection must be before anything is promised on it.

What is acknowledged is on disk: SQLite runs with ``journal_mode=WAL`` and ``synchronous=FULL``.
``BEGIN IMMEDIATE`` takes the write lock first: with the default, a transaction that reads before it
writes fails with SQLITE_BUSY under contention however long the busy timeout is. What a savepoint
might have to give back is kept in memory: in a file it would be most of the pages that are written.
A connection keeps half a megabyte of pages: what it lacks is in the system's memory anyway.
On PostgreSQL a process that freezes inside a transaction loses it, and its locks, after ten
seconds.

https://www.sqlite.org/wal.html, https://www.sqlite.org/lang_transaction.html
"""

import sqlite3
from typing import Any

import psycopg
import sqlalchemy as sa
import stamina
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from storage import audit_chain
from storage.links import Key
from storage.statements import note_driver

POOL, READERS = 8, 3
"""Connections to PostgreSQL, and those that read SQLite, where one more writes. Each is kept: to
open one takes a while. Those of SQLite answer within this process, from the system's memory: more
than a few would wait for the interpreter lock, and each keeps pages and statements of its own."""

_FEW_PAGES = "cache_size=-512"

_PRAGMAS = (
    "busy_timeout=10000",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    _FEW_PAGES,
)


class Frugal(sqlite3.Connection):
    """A connection of SQLite's that keeps as few pages as ours, for an engine of somebody else's.

    By default each of them would keep two megabytes.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - whatever sqlite3 takes
        """Open the file and keep little of it."""
        super().__init__(*given, **named)
        self.execute(f"PRAGMA {_FEW_PAGES}").close()


def normal_url(url: str) -> str:
    """Return ``url`` with the driver that Aboard uses: psycopg 3 for PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def is_sqlite(url: str) -> bool:
    """Tell whether ``url`` names an SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def create_engine(url: str, key: Key | None = None, seconds: int = 0) -> Engine:
    """Return an engine whose transactions are durable and whose errors show no parameters.

    The facts that a transaction records are sealed when it commits, with ``key`` if there is one.
    PostgreSQL has so many ``seconds`` to take a connection and for each statement; 0 is no limit.
    """
    engine = _sqlite(url) if is_sqlite(url) else _postgresql(url, seconds)
    audit_chain.keep(engine, key)
    return engine


def _postgresql(url: str, seconds: int) -> Engine:
    given: dict[str, str | int] = {
        "options": "-c idle_in_transaction_session_timeout=10s -c timezone=UTC"
    }
    if seconds:
        given["options"] = f"{given['options']} -c statement_timeout={seconds}s"
        given |= {"connect_timeout": seconds, "tcp_user_timeout": 1000 * seconds}
    engine = sa.create_engine(
        normal_url(url),
        pool_size=POOL,
        max_overflow=POOL,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=given,
    )
    event.listen(engine, "handle_error", _without_values)
    return engine


def _without_values(context: ExceptionContext) -> None:
    """Keep the server's DETAIL out of an error's text: it repeats the row."""
    original, ours = context.original_exception, context.sqlalchemy_exception
    if isinstance(original, psycopg.Error) and ours is not None:
        primary = original.diag.message_primary or type(original).__name__
        original.args = (primary,)
        ours.args = (f"({type(original).__name__}) {primary}",)


def _sqlite(url: str) -> Engine:
    engine = sa.create_engine(
        normal_url(url),
        pool_size=READERS + 1,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
    _switch_to_wal(connection)


@stamina.retry(on=_is_locked, attempts=50, timeout=10.0, wait_max=0.2)
def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch a new file to its journal; of two who do so at once, SQLite refuses one at once."""
    connection.execute("PRAGMA journal_mode=WAL").close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
    note_driver(connection)
