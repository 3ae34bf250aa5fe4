"""Transactions for an asynchronous program: ``read`` and ``write`` take a plain function.

A write is a function of a connection and nothing else may happen inside it, so that neither a
vendor nor Slack can be called while a transaction is open. On SQLite all writes of a process pass
through one thread that puts whatever waits into one commit, each in a savepoint of its own: sixteen
waiting clicks cost one fsync, and one that fails leaves the others whole. Where SQLite takes back
the whole transaction, as it may on a full disk, all of them fail. On PostgreSQL each write has a
connection of a pool. A write may run again after a lost connection or a deadlock: it must be
idempotent, which a compare-and-set, or the inbox key in the same transaction, makes it. Whoever
went away is not written for: they may have been told that nothing was recorded.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeVar

import psycopg
import stamina
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from storage import inbox
from storage.ends import End, Ended, Failed, Work, tell
from storage.engine import POOL, READERS, create_engine, is_sqlite
from storage.links import Key
from storage.statements import run_text

T = TypeVar("T")

_GROUP = 64
"""So many writes are handed over at once at most. The writer takes more while it has fewer, so that
one commit is of fewer than 128: 63 and the 64 of what came next."""

_VICTIM = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected: the server took everything back."""

_STOPPING = frozenset({"57P01", "57P02", "57P03"})
"""The server ends, crashed, or is not up yet. What never reached it has no code at all."""


class Database:
    """Durable transactions over one database. Close it when done."""

    def __init__(self, url: str, key: Key | None = None) -> None:
        """Prepare to connect; nothing is opened before the first transaction.

        ``key`` seals the audit trail.
        """
        self.url = url
        self.engine = create_engine(url, key)
        self._reading = self.engine.execution_options(reading=True)
        self._still = _as_of_one_moment(self._reading)
        self._grouped = is_sqlite(url)
        self._readers = ThreadPoolExecutor(READERS if self._grouped else POOL, "aboard-db")
        self._handed_in = deque[Work]()
        self._queue: SimpleQueue[list[Work] | None] = SimpleQueue()
        self._writer = Thread(target=self._write_groups, name="aboard-writer", daemon=True)
        self._is_doubtful = False
        if self._grouped:
            self._writer.start()

    async def read(self, run: Callable[[Connection], T]) -> T:
        """Return what ``run`` reads, from one snapshot on SQLite."""
        return await self._read(self._reading, run)

    async def read_as_one(self, run: Callable[[Connection], T]) -> T:
        """Return what ``run`` reads, all of it as of its first statement, on either database."""
        return await self._read(self._still, run)

    async def write(self, run: Callable[[Connection], T]) -> T:
        """Return what ``run`` returned, after its transaction is on disk.

        What ``run`` raises is raised here and nothing of it is kept.
        """
        loop = asyncio.get_running_loop()
        if self._grouped:
            work = Work(run, loop.create_future())
            self._handed_in.append(work)
            loop.call_soon(self._hand_over)
            answer: T = await work.answer
            return answer
        gone = Event()
        try:
            return await loop.run_in_executor(self._readers, self._write, run, gone)
        except asyncio.CancelledError:
            gone.set()
            raise

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
            while self._handed_in:
                self._hand_over()
            self._queue.put(None)
            self._writer.join()
        self._readers.shutdown()
        self.engine.dispose()

    def _hand_over(self) -> None:
        """Give the writer all that one round of the loop handed in, so that it is one commit.

        The writer runs as soon as it has anything, at the cost of the loop: it would begin with the
        first of them.
        """
        group = list[Work]()
        with suppress(IndexError):
            while len(group) < _GROUP:
                group.append(self._handed_in.popleft())
        if group:
            self._queue.put(group)

    async def _read(self, engine: Engine, run: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, read_from, engine, run)

    def _write(self, run: Callable[[Connection], T], gone: Event) -> T:
        def once() -> T:
            if gone.is_set():
                raise CancelledError
            with self._doubting(), self.engine.begin() as connection:
                return run(connection)

        return _repeated(once, attempts=12, timeout=20.0)

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
        while (group := self._queue.get()) is not None:
            last = False
            while len(group) < _GROUP and not self._queue.empty() and not last:
                more = self._queue.get()
                last = more is None
                group += more or []
            self._write_group(group)
            if last:
                return

    def _write_group(self, group: list[Work]) -> None:
        group = [work for work in group if not work.answer.cancelled()]
        if not group:
            return
        try:
            with self._doubting(), self.engine.begin() as connection:
                ends = self._done(connection, group)
                _be_within(connection)
        except BaseException as error:  # noqa: BLE001 - whoever waits is told, the thread lives on
            ends = [Failed(work.answer, error) for work in group]
        tell(ends)

    def _done(self, connection: Connection, group: list[Work]) -> Sequence[End]:
        """Do everything and return the ends, to be told once the group is on disk.

        What is alone in its transaction is taken back with it, and SQLite copies every page that
        a savepoint might have to give back.
        """
        if len(group) == 1:
            return [Ended(group[0].answer, group[0].run(connection))]
        return [_in_savepoint(connection, work, self._doubting) for work in group]


def _as_of_one_moment(engine: Engine) -> Engine:
    """Return an engine whose transactions see one snapshot; those of SQLite always do."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def read_from(engine: Engine, run: Callable[[Connection], T]) -> T:
    """Return what ``run`` reads in one transaction, repeated where the connection was lost."""

    def once() -> T:
        with engine.begin() as connection:
            return run(connection)

    return _repeated(once, attempts=4, timeout=5.0)


def _repeated(once: Callable[[], T], attempts: int, timeout: float) -> T:
    """Return what ``once`` returns, which is called again where its failure says nothing of it.

    The first try goes without what repeats: that is twenty objects that refer to each other, and
    was most of what Python's collector had to go through while everybody waited. A future takes no
    ``StopIteration``, and whoever waits for it would wait for ever.
    """
    try:
        return once()
    except StopIteration as error:
        raise RuntimeError("what was to be read or written ended with StopIteration") from error
    except DBAPIError as error:
        failed = error
    for attempt in stamina.retry_context(on=worth_repeating, attempts=attempts, timeout=timeout):
        with attempt:
            if attempt.num == 1:
                raise failed
            return once()
    raise AssertionError("a retry ends by returning or raising")


def worth_repeating(error: Exception) -> bool:
    """Tell whether ``error`` says nothing of the work: a lost connection, none, or a deadlock."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, psycopg.OperationalError) and error.orig.sqlstate is None:
        return True
    code = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or code in _VICTIM | _STOPPING


def _in_savepoint(
    connection: Connection, work: Work, doubting: Callable[[], AbstractContextManager[None]]
) -> End:
    """Do one piece of work and return its end, to be told once the group is on disk.

    What fails around the work fails the group: nobody could say what the commit would keep.
    """
    run_text(connection, "SAVEPOINT work")
    end = _end_of(connection, work, doubting)
    _be_within(connection, end.error if isinstance(end, Failed) else None)
    if isinstance(end, Failed):
        run_text(connection, "ROLLBACK TO work")
    run_text(connection, "RELEASE work")
    return end


def _end_of(
    connection: Connection, work: Work, doubting: Callable[[], AbstractContextManager[None]]
) -> End:
    try:
        with doubting():
            return Ended(work.answer, work.run(connection))
    except Exception as error:  # noqa: BLE001 - it belongs to the one who asked, not to the group
        return Failed(work.answer, error)


def _be_within(connection: Connection, cause: BaseException | None = None) -> None:
    """Raise where SQLite has taken the whole transaction back, as a full disk has it do.

    From there on each statement would be a transaction of its own, and a commit would do nothing
    and succeed. https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
        gone = sqlite3.OperationalError("the whole transaction was taken back")
        gone.sqlite_errorcode = sqlite3.SQLITE_ABORT
        raise OperationalError("COMMIT", {}, gone) from cause
