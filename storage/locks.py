"""The locks that transactions on PostgreSQL wait for each other by, each under a number of its own.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

MIGRATING: Final = 7_700_001
SEALING: Final = 7_700_002
DOORS_TABLES: Final = 7_700_003
ASKING: Final = 7_700_004

_ONE_OF: Final = sa.select(
    sa.func.pg_advisory_xact_lock(
        sa.bindparam("kind", type_=sa.Integer), sa.bindparam("which", type_=sa.Integer)
    )
)


def hold(connection: Connection, number: int) -> None:
    """Wait until nobody else holds this lock; it is held until this transaction ends.

    On SQLite nothing is done: it has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def hold_one_of(connection: Connection, kind: int, which: int) -> None:
    """Likewise hold one of many locks of a kind; ``which`` is a number of 32 bits.

    None of these is the lock of a single number.
    """
    if connection.dialect.name == "postgresql":
        signed = which - 2**32 if which >= 2**31 else which
        connection.execute(_ONE_OF, {"kind": kind, "which": signed})
