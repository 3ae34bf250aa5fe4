"""One process per SQLite file: two would take each other's work up again."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.reader import ConfigurationError


@contextmanager
def only_one(url: str) -> Iterator[None]:
    """Hold the lock beside an SQLite file; the system drops it with the process, however it ends.

    Raises ``ConfigurationError`` where another process holds it.
    """
    database = make_url(url).database or "aboard.db"
    with Path(f"{database}.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            sentence = f"{database}: another Aboard works on this file. Use PostgreSQL for several."
            raise ConfigurationError([sentence]) from error
        yield
