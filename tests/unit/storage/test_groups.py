"""Writes that share a commit: what SQLite takes back whole, and ends that cannot be handed over."""

import asyncio
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from storage import inbox
from storage.database import Database
from tests.unit.storage.rows import NOW

PLENTY = 1_000_000
SOON = 10.0
_HEAVY = "INSERT INTO ballast VALUES (randomblob(?))"

Write = Callable[[Connection], Any]


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the address of a migrated, empty file that has room for ballast."""
    path = shutil.copy(sqlite_template, tmp_path / "aboard.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE ballast (weight BLOB)")
    return f"sqlite:///{path}"


def keys(connection: Connection) -> list[str]:
    """Return the keys of every delivery that is kept."""
    return list(connection.scalars(sa.text("SELECT key FROM inbox ORDER BY key")))


def keep(key: str) -> Write:
    """Return a write that remembers a delivery."""
    return partial(inbox.first_time, key=key, at=NOW)


@contextmanager
def _full(connection: Connection) -> Iterator[None]:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA max_page_count={PLENTY}")


def fill(connection: Connection) -> None:
    """Write more than there is room for: SQLite takes the whole transaction back.

    It does so where it kept no journal of the statement by itself, as for one row and no index.
    """
    with _full(connection):
        connection.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(?))", (PLENTY,))


def fill_and_say_nothing(connection: Connection) -> None:
    """Write more than there is room for, as if nothing were the matter."""
    inbox.first_time(connection, "before", NOW)
    with suppress(OperationalError):
        fill(connection)


def fill_and_stumble(connection: Connection) -> None:
    """Write more than there is room for, and fail with something else."""
    fill_and_say_nothing(connection)
    raise KeyError("something else")


async def together(database: Database, writes: Sequence[Write]) -> list[Any]:
    """Have these writes share one transaction where writes do; return how each of them ended."""
    started, go_on = Event(), Event()

    def hold(_: Connection) -> None:
        started.set()
        assert go_on.wait(SOON)

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(started.wait, SOON)
    waiting = [asyncio.create_task(database.write(one)) for one in writes]
    await asyncio.sleep(0)
    go_on.set()
    async with asyncio.timeout(SOON):
        await holding
        return await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.parametrize("trouble", [fill, fill_and_say_nothing, fill_and_stumble])
async def test_what_sqlite_takes_back_whole_is_told_to_the_whole_group_and_nothing_runs_behind_it(
    sqlite: str, trouble: Write
) -> None:
    database, behind = Database(sqlite), list[str]()

    def after(connection: Connection) -> None:
        behind.append("ran")
        inbox.first_time(connection, "after", NOW)

    ends = await together(database, [keep("first"), trouble, after])
    assert [type(end) for end in ends] == [OperationalError] * 3
    assert await database.read(keys) == []
    assert not behind
    assert database._is_doubtful
    assert await database.can_write()
    assert await database.write(keep("later"))
    await asyncio.to_thread(database.close)


async def test_a_write_that_hides_that_its_transaction_is_gone_is_not_said_to_be_done(
    sqlite: str,
) -> None:
    database = Database(sqlite)
    with pytest.raises(OperationalError):
        await database.write(fill_and_say_nothing)
    assert await database.read(keys) == []
    await asyncio.to_thread(database.close)


@pytest.mark.parametrize("word", ["ROLLBACK TO", "RELEASE"])
async def test_a_savepoint_that_does_not_end_fails_the_whole_group(sqlite: str, word: str) -> None:
    """What it holds would be kept or lost with the commit, whatever its own writer was told."""
    database = Database(sqlite)

    def refuse(_: Connection, __: object, text: str, *___: object) -> None:
        if text.startswith(word):
            raise OperationalError(text, {}, Exception("disk I/O error"))

    def stumble(connection: Connection) -> None:
        inbox.first_time(connection, "stumbled", NOW)
        raise KeyError("something else")

    sa.event.listen(database.engine, "before_cursor_execute", refuse)
    ends = await together(database, [stumble, keep("second")])
    assert [type(end) for end in ends] == [OperationalError] * 2
    assert await database.read(keys) == []
    await asyncio.to_thread(database.close)


async def test_what_one_round_of_the_loop_hands_in_is_one_commit(sqlite: str) -> None:
    database = Database(sqlite)
    commits = list[Connection]()
    await database.write(keep("before"))
    sa.event.listen(database.engine, "commit", commits.append)

    async def hand_in(key: str) -> bool:
        writing = asyncio.ensure_future(database.write(keep(key)))
        asyncio.get_running_loop().call_soon(_let_the_writer_run)
        return bool(await writing)

    assert await asyncio.gather(*(hand_in(str(one)) for one in range(5))) == [True] * 5
    assert len(commits) == 1
    await asyncio.to_thread(database.close)


def _let_the_writer_run() -> None:
    """Let go of the interpreter within a round of the loop, as every call of a socket does."""
    time.sleep(0.02)


async def test_what_was_handed_in_is_written_before_a_database_is_closed(sqlite: str) -> None:
    database = Database(sqlite)
    writing = asyncio.create_task(database.write(keep("handed in")))
    await asyncio.sleep(0)
    database.close()
    async with asyncio.timeout(SOON):
        assert await writing
    reopened = Database(sqlite)
    assert await reopened.read(keys) == ["handed in"]
    await asyncio.to_thread(reopened.close)


@pytest.mark.skipif(sys.platform != "linux", reason="open files are looked up under /proc")
async def test_what_one_of_a_group_might_have_to_give_back_is_kept_in_no_file(sqlite: str) -> None:
    """In a file it would be most of what a group writes, and pages of rows outside the database."""
    database = Database(sqlite)
    await database.write(lambda one: one.exec_driver_sql(_HEAVY, (PLENTY,)))

    def change(connection: Connection) -> set[str]:
        before = _open_files()
        connection.exec_driver_sql("UPDATE ballast SET weight = randomblob(?)", (PLENTY,))
        return _open_files() - before

    assert await together(database, [change, keep("second")]) == [set(), True]
    await asyncio.to_thread(database.close)


def _open_files() -> set[str]:
    return {str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}


async def test_an_end_that_a_future_refuses_is_told_and_so_are_those_behind_it(
    database: Database,
) -> None:
    """A future takes no StopIteration, and whoever waits for it would wait for ever."""

    def stop(_: Connection) -> object:
        return next(iter(()))

    first, *others = await together(database, [stop, keep("second"), keep("third")])
    assert isinstance(first, RuntimeError)
    assert isinstance(first.__cause__, StopIteration)
    assert others == [True, True]
    assert await database.read(keys) == ["second", "third"]


async def test_a_read_whose_end_a_future_refuses_is_answered(database: Database) -> None:
    async with asyncio.timeout(SOON):
        with pytest.raises(RuntimeError):
            await database.read(lambda _: next(iter(())))
