"""The locks that transactions on PostgreSQL wait for each other by, each under a number of its own.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

MIGRATING: Final = 7_700_001
SEALING: Final = 7_700_002
DOORS_TABLES: Final = 7_700_003


def hold(connection: Connection, number: int) -> None:
    """Wait until nobody else holds this lock; it is held until this transaction ends.

    On SQLite nothing is done: it has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
