"""How much work a read is for SQLite, in steps of its machine."""

from collections.abc import Callable

from sqlalchemy.engine import Connection

_AT_ONCE = 10


def steps_of(connection: Connection, read: Callable[[], object]) -> int:
    """Have something read; return how many times ten steps that took, one at least."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    raw = connection.connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(count, _AT_ONCE)
    read()
    raw.set_progress_handler(None, _AT_ONCE)
    return counted + 1
