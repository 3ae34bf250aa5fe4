"""One process per SQLite file: two would take each other's work up again."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy.engine import make_url

from bot.reader import ConfigurationError


@contextmanager
def only_one(url: str) -> Iterator[None]:
    """Hold the lock beside an SQLite file; the system drops it with the process, however it ends.

    Raises ``ConfigurationError`` where another process holds it, or it cannot be written.
    """
    database = make_url(url).database or "aboard.db"
    with _opened(Path(f"{database}.lock")) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            sentence = f"{database}: another Aboard works on this file. Use PostgreSQL for several."
            raise ConfigurationError([sentence]) from error
        yield


def _opened(file: Path) -> TextIO:
    try:
        return file.open("w", encoding="utf-8")
    except OSError as error:
        sentence = f"{file} cannot be written ({error.strerror}): look at DATABASE_URL."
        raise ConfigurationError([sentence]) from error
