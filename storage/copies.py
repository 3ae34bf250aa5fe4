"""A copy of an SQLite file, made while others write to it, that knows that it is a copy.

``VACUUM INTO`` copies what one reading transaction sees: https://www.sqlite.org/lang_vacuum.html.
"""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, Engine

from storage import pauses
from storage.engine import create_engine
from storage.links import Key
from storage.pauses import Why


def copy(engine: Engine, target: Path, key: Key | None, clock: Callable[[], int]) -> None:
    """Copy the file of ``engine`` to ``target``, sealed with ``key`` and paused.

    It is paused since ``clock`` said so once it was filled: whatever it holds is older.

    Nothing stands at ``target`` before the copy is marked and on the disk. ``FileExistsError``
    where something does already; ``OSError`` where it cannot be filled or kept, ``SQLAlchemyError``
    where it cannot be marked, and ``KeyMissingError`` where it cannot be sealed.
    """
    if target.exists():
        raise FileExistsError(target)
    beside = target.with_name(f"{target.name}.part")
    beside.unlink(missing_ok=True)
    try:
        _fill(engine, beside)
        _mark(beside, key, clock())
        _keep(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _fill(engine: Engine, target: Path) -> None:
    """Copy into a file that only its owner may read: it holds what the database holds."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error)) from error


def _mark(target: Path, key: Key | None, now: int) -> None:
    """Pause the copy; with the last connection to it its journal goes into the file."""
    url = URL.create("sqlite", database=str(target)).render_as_string(hide_password=False)
    copied = create_engine(url, key)
    try:
        with copied.begin() as connection:
            pauses.pause(connection, Why.BACKUP, now)
    finally:
        copied.dispose()


def _keep(beside: Path, target: Path) -> None:
    """Put the file in its place, for good."""
    _sync(beside)
    beside.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
