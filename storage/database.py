"""Transactions for an asynchronous program: ``read`` and ``write`` take a plain function.

A write is a function of a connection and nothing else may happen inside it, so that neither a
vendor nor Slack can be called while a transaction is open. On SQLite all writes of a process pass
through one thread that puts whatever waits into one commit, each in a savepoint of its own: sixteen
waiting clicks cost one fsync, and one that fails leaves the others whole. On PostgreSQL each write
has a connection of a pool. A write may run again after a lost connection or a deadlock: it must be
idempotent, which a compare-and-set, or the inbox key in the same transaction, makes it.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

import psycopg
import stamina
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from storage import inbox
from storage.engine import POOL, create_engine, is_sqlite
from storage.links import Key

T = TypeVar("T")

_GROUP = 64
_VICTIM = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected: the server took everything back."""

_STOPPING = frozenset({"57P01", "57P02", "57P03"})
"""The server ends, crashed, or is not up yet. What never reached it has no code at all."""


@dataclass(slots=True)
class _Work:
    """A function that waits for its transaction, and where its answer goes."""

    run: Callable[[Connection], Any]
    answer: "Future[Any]"


class Database:
    """Durable transactions over one database. Close it when done."""

    def __init__(self, url: str, key: Key | None = None) -> None:
        """Prepare to connect; nothing is opened before the first transaction.

        ``key`` seals the audit trail.
        """
        self.url = url
        self.engine = create_engine(url, key)
        self._reading = self.engine.execution_options(reading=True)
        self._readers = ThreadPoolExecutor(POOL, "aboard-db")
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._writer = Thread(target=self._write_groups, name="aboard-writer", daemon=True)
        self._grouped = is_sqlite(url)
        self._is_doubtful = False
        if self._grouped:
            self._writer.start()

    async def read(self, run: Callable[[Connection], T]) -> T:
        """Return what ``run`` reads, from one snapshot on SQLite."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, run)

    async def write(self, run: Callable[[Connection], T]) -> T:
        """Return what ``run`` returned, after its transaction is on disk.

        What ``run`` raises is raised here and nothing of it is kept.
        """
        if self._grouped:
            work = _Work(run, Future())
            self._queue.put(work)
            answer: T = await asyncio.wrap_future(work.answer)
            return answer
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._write, run)

    async def can_write(self) -> bool:
        """Tell whether what is handed in gets to the disk; tried only since a write has failed.

        A disk that is full still lets a transaction pass that changes nothing, so a row is written
        and taken away again.
        """
        if self._is_doubtful:
            try:
                await self.write(inbox.probe)
            except (DBAPIError, OSError):
                return False
            self._is_doubtful = False
        return True

    def close(self) -> None:
        """Finish what was handed in, then close every connection."""
        if self._grouped:
            self._queue.put(None)
            self._writer.join()
        self._readers.shutdown()
        self.engine.dispose()

    def _read(self, run: Callable[[Connection], T]) -> T:
        for attempt in stamina.retry_context(on=worth_repeating, attempts=4, timeout=5.0):
            with attempt, self._reading.begin() as connection:
                return run(connection)
        raise AssertionError("a retry ends by returning or raising")

    def _write(self, run: Callable[[Connection], T]) -> T:
        for attempt in stamina.retry_context(on=worth_repeating, attempts=12, timeout=20.0):
            with attempt, self._doubting(), self.engine.begin() as connection:
                return run(connection)
        raise AssertionError("a retry ends by returning or raising")

    @contextmanager
    def _doubting(self) -> Iterator[None]:
        """Remember that the database itself could not write: a bad value says nothing of that."""
        try:
            yield
        except (IntegrityError, DataError):
            raise
        except DBAPIError:
            self._is_doubtful = True
            raise

    def _write_groups(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            while len(group) < _GROUP and not self._queue.empty() and not last:
                more = self._queue.get()
                last = more is None
                group += [more] if more is not None else []
            self._write_group(group)
            if last:
                return

    def _write_group(self, group: list[_Work]) -> None:
        group = [work for work in group if work.answer.set_running_or_notify_cancel()]
        told: list[Callable[[], None]] = []
        try:
            with self._doubting(), self.engine.begin() as connection:
                told = [_in_savepoint(connection, work, self._doubting) for work in group]
        except BaseException as error:  # noqa: BLE001 - whoever waits is told, the thread lives on
            told = [partial(work.answer.set_exception, error) for work in group]
        for tell in told:
            tell()


def worth_repeating(error: Exception) -> bool:
    """Tell whether ``error`` says nothing of the work: a lost connection, none, or a deadlock."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, psycopg.OperationalError) and error.orig.sqlstate is None:
        return True
    code = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or code in _VICTIM | _STOPPING


def _in_savepoint(
    connection: Connection, work: _Work, doubting: Callable[[], AbstractContextManager[None]]
) -> Callable[[], None]:
    """Do one piece of work and return how to tell its end, once the group is on disk."""
    try:
        with doubting(), _savepoint(connection):
            result = work.run(connection)
    except Exception as error:  # noqa: BLE001 - it belongs to the one who asked, not to the group
        return partial(work.answer.set_exception, error)
    return partial(work.answer.set_result, result)


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql("SAVEPOINT work")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO work")
        raise
    finally:
        connection.exec_driver_sql("RELEASE work")
