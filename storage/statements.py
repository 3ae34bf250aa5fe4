"""Statements that are built once, where many run them.

SQLAlchemy derives a key from every statement that it meets before it finds what it compiled for it.
For a statement made anew that costs several times what SQLite needs to run it; for one that is kept
it is done once. What differs from run to run is a parameter. A ``Prepared`` one costs little beyond
what SQLite does itself: it is for what every ask runs.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

_DRIVER = "aboard.driver"

S = TypeVar("S", bound=sa.Executable)
Plain = str | int | None

Insert = postgresql.Insert | sqlite.Insert
"""An insert that can say what happens where the row is there already."""


def inserting(table: sa.Table, make: Callable[[Insert], S]) -> Callable[[Connection], S]:
    """Make one statement for each database; return what picks the one of a connection."""
    made = {
        "postgresql": make(postgresql.insert(table)),
        "sqlite": make(sqlite.insert(table)),
    }

    def of(connection: Connection) -> S:
        return made[connection.dialect.name]

    return of


def always(statement: sa.Executable) -> Callable[[Connection], sa.Executable]:
    """Return what picks ``statement`` for every connection: each database reads it alike."""
    return lambda _: statement


@dataclass(frozen=True, slots=True)
class _Made:
    """A compiled statement: its text, and what stands for each of its question marks."""

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Plain]

    def ordered(self, given: Mapping[str, Plain]) -> list[Plain]:
        """Return the values of the question marks, in their order."""
        values = {**self.fixed, **given}
        return [values[name] for name in self.names]


class Prepared:
    """A statement that goes to SQLite's driver as it was compiled once.

    What SQLAlchemy does around a small statement costs several times what SQLite does in it. On
    PostgreSQL, and wherever somebody listens to the statements of a connection when its transaction
    begins, it runs as any other. Its parameters and columns are texts and integers: no type of
    SQLAlchemy converts them.
    """

    def __init__(self, of: Callable[[Connection], sa.Executable]) -> None:
        """Prepare what ``of`` returns for a connection, each time the same for one database."""
        self._of = of
        self._made: dict[tuple[str, ...], _Made | None] = {}

    def run(self, connection: Connection, **given: Plain) -> Sequence[Sequence[Any]]:
        """Run it with its parameters and return the rows; raises what SQLAlchemy would."""
        driver = _driver(connection)
        made = self._direct(connection, tuple(given)) if driver else None
        if driver is None or made is None:
            result = connection.execute(self._of(connection), given)
            return result.all() if result.returns_rows else ()
        return _to_driver(driver, made.text, made.ordered(given))

    def run_many(self, connection: Connection, given: Sequence[Mapping[str, Plain]]) -> None:
        """Run it for each of ``given``, which have the same names, and in their order.

        They are handed over together: a server answers once. Raises what SQLAlchemy would.
        """
        if not given:
            return
        driver = _driver(connection)
        made = self._direct(connection, tuple(given[0])) if driver else None
        if driver is None or made is None:
            connection.execute(self._of(connection), list(given))
        else:
            _many_to_driver(driver, made.text, [made.ordered(one) for one in given])

    def first(self, connection: Connection, **given: Plain) -> Any:  # noqa: ANN401 - of any column
        """Run it and return the first column of the first row; None where there is no row."""
        rows = self.run(connection, **given)
        return rows[0][0] if rows else None

    def _direct(self, connection: Connection, names: tuple[str, ...]) -> _Made | None:
        """Return what the driver runs where these parameters are given."""
        if names not in self._made:
            self._made[names] = _compiled(connection, self._of(connection), names)
        return self._made[names]


def replacing(table: sa.Table, *keys: str) -> Prepared:
    """Return what writes a whole row, in place of the one with the same ``keys``, and its id."""

    def replaced(statement: Insert) -> sa.Executable:
        others = [name for name in table.c.keys() if name not in {"id", *keys}]  # noqa: SIM118 - no mapping
        new = {name: statement.excluded[name] for name in others}
        return statement.on_conflict_do_update(index_elements=keys, set_=new).returning(table.c.id)

    return Prepared(inserting(table, replaced))


def _compiled(
    connection: Connection, statement: sa.Executable, names: tuple[str, ...]
) -> _Made | None:
    """Compile a statement; None where a column has a default that SQLAlchemy has to put in."""
    if not isinstance(statement, sa.ClauseElement):
        return None
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))
    if not isinstance(compiled, SQLCompiler) or compiled.insert_prefetch:
        return None
    return _Made(compiled.string, tuple(compiled.positiontup or ()), compiled.params)


def run_text(connection: Connection, text: str) -> None:
    """Run a statement without parameters, at the least cost there is."""
    driver = _driver(connection)
    if driver is None:
        connection.exec_driver_sql(text)
    else:
        _to_driver(driver, text, ())


def note_driver(connection: Connection) -> None:
    """Remember SQLite's driver for the transaction that begins, unless somebody listens to it.

    To find out costs as much as a small statement does, and a transaction has many of them.
    """
    listening, driver = connection.dispatch, connection.connection.driver_connection
    heard = listening.before_cursor_execute or listening.after_cursor_execute
    is_direct = isinstance(driver, sqlite3.Connection) and not heard
    connection.info[_DRIVER] = driver if is_direct else None


def _driver(connection: Connection) -> sqlite3.Connection | None:
    """Return the driver where a statement may go to it: one was noted, and a transaction has begun.

    With the first statement SQLAlchemy begins a transaction where nobody did, and the driver none.
    """
    driver: sqlite3.Connection | None = connection.info.get(_DRIVER)
    return driver if connection.in_transaction() else None


def _to_driver(
    driver: sqlite3.Connection, text: str, values: Sequence[Plain]
) -> Sequence[Sequence[Any]]:
    try:
        return driver.execute(text, values).fetchall()
    except sqlite3.Error as error:
        raise _as_sqlalchemy_would(text, error) from error


def _many_to_driver(
    driver: sqlite3.Connection, text: str, values: Sequence[Sequence[Plain]]
) -> None:
    try:
        driver.executemany(text, values)
    except sqlite3.Error as error:
        raise _as_sqlalchemy_would(text, error) from error


def _as_sqlalchemy_would(text: str, error: sqlite3.Error) -> Exception:
    return DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True)
