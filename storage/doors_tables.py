"""Making the door's tables, by doors that may start at once on one database."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from storage import locks


def make(metadata: sa.MetaData, engine: Engine) -> None:
    """Make the tables of ``metadata`` that are missing; waits while another door does so.

    On PostgreSQL, two who look at once both find a table missing, and one of them fails.
    """
    with engine.begin() as connection:
        locks.hold(connection, locks.DOORS_TABLES)
        metadata.create_all(connection)
