"""Entities from rows: every read makes them here.

SQLModel sets every field of a new entity by itself, past three libraries. That takes a tenth of a
millisecond, thirty times as long as this, and it was most of what the reading of a batch or of a
page of the history took. What comes from a row has its types already.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import configure_mappers
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.orm.instrumentation import ClassManager
from sqlmodel import SQLModel

from storage.statements import Prepared

E = TypeVar("E", bound=SQLModel)
Query = Prepared | sa.Select[Any]


def all_of(connection: Connection, query: Query, kind: type[E], **given: Any) -> list[E]:  # noqa: ANN401 - the query says what
    """Return the entities that a query finds: it asks for every column of a table, in their order.

    ``given`` are its parameters, by their names.
    """
    return [_of_values(kind, row) for row in _rows(connection, query, given)]


def one_of(connection: Connection, query: Query, kind: type[E], **given: Any) -> E | None:  # noqa: ANN401 - likewise
    """Return the first entity that a query finds as ``all_of`` does; None where it finds none."""
    rows = _rows(connection, query, given)
    return _of_values(kind, rows[0]) if rows else None


def _rows(
    connection: Connection, query: Query, given: Mapping[str, Any]
) -> Sequence[Sequence[Any]]:
    if isinstance(query, Prepared):
        return query.run(connection, **given)
    return connection.execute(query, given).all()


def _of_values(kind: type[E], values: Sequence[Any]) -> E:
    names, flags = _columns(kind)
    made: E = kind.__new__(kind)
    _manager(kind).setup_instance(made)
    held = made.__dict__
    held.update(zip(names, values, strict=True))
    for name in flags:
        held[name] = bool(held[name])  # the driver of SQLite says 0 and 1
    return made


@cache
def _columns(kind: type[SQLModel]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of a table's columns in order, and which of them tell yes or no."""
    columns = sa.inspect(kind).local_table.columns
    flags = tuple(one.name for one in columns if isinstance(one.type, sa.Boolean))
    return tuple(one.name for one in columns), flags


@cache
def _manager(kind: type[SQLModel]) -> ClassManager[Any]:
    """Have SQLAlchemy prepare its classes, as it does by itself before it makes the first."""
    configure_mappers()
    return manager_of_class(kind)
