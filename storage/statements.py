"""Statements that are built once, where many run them.

SQLAlchemy derives a key from every statement that it meets before it finds what it compiled for it.
For a statement made anew that costs several times what SQLite needs to run it; for one that is kept
it is done once. What differs from run to run is a parameter.
"""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

S = TypeVar("S", bound=sa.Executable)

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
