"""What a database plans anew while statements run."""

import sqlite3

import pytest
from sqlalchemy.engine import Connection


def planned(connection: Connection) -> list[object]:
    """Return a list that grows with whatever is planned on ``connection`` from now on.

    SQLite asks who may read a column whenever it plans a statement, and not when it runs it.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        pytest.skip("a server says nothing of what it plans")
    seen = list[object]()

    def allow(*given: object) -> int:
        seen.append(given)
        return sqlite3.SQLITE_OK

    driver.set_authorizer(allow)
    return seen
