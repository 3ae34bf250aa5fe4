"""Asynchronous transactions: whole or not at all, also where many of them share one commit."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Event

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import inbox, requests
from storage.database import Database
from storage.engine import create_engine
from tests.unit.storage.conftest import migrated
from tests.unit.storage.rows import NOW, add_request, force_request

MANY = 60


def keys(connection: Connection) -> list[str]:
    """Return the keys of every delivery that is kept."""
    return list(connection.scalars(sa.text("SELECT key FROM inbox ORDER BY key")))


def keep(key: str) -> Callable[[Connection], bool]:
    """Return a write that remembers a delivery."""
    return partial(inbox.first_time, key=key, at=NOW)


def break_after(key: str) -> Callable[[Connection], bool]:
    """Return a write that remembers a delivery and then fails."""

    def work(connection: Connection) -> bool:
        inbox.first_time(connection, key, NOW)
        raise RuntimeError(key)

    return work


async def test_a_write_is_there_when_it_returns(database: Database, url: str) -> None:
    assert await database.write(keep("a"))
    other = create_engine(url)
    with other.connect() as connection:
        assert keys(connection) == ["a"]
    other.dispose()


async def test_a_write_that_fails_raises_and_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError, match="a"):
        await database.write(break_after("a"))
    assert await database.read(keys) == []


async def test_of_many_writes_at_once_those_that_fail_leave_the_others_whole(
    database: Database,
) -> None:
    writes = [break_after(f"{n:02}") if n % 3 == 0 else keep(f"{n:02}") for n in range(MANY)]
    ends = await asyncio.gather(*map(database.write, writes), return_exceptions=True)
    for number, end in enumerate(ends):
        if number % 3 == 0:
            assert isinstance(end, RuntimeError)
            assert str(end) == f"{number:02}"
        else:
            assert end is True
    assert await database.read(keys) == [f"{n:02}" for n in range(MANY) if n % 3]


async def test_a_refused_row_in_a_group_is_told_to_the_one_who_wrote_it(
    database: Database,
) -> None:
    taken = partial(force_request, ref="same")
    ends = await asyncio.gather(
        *(database.write(taken) for _ in range(5)), database.write(keep("a")),
        return_exceptions=True,
    )  # fmt: skip
    assert sum(isinstance(end, IntegrityError) for end in ends) == 4
    assert ends[-1] is True
    assert await database.read(keys) == ["a"]


async def test_writes_of_one_process_see_each_other(database: Database) -> None:
    await database.write(keep("a"))
    assert await database.write(keep("a")) is False
    assert await asyncio.gather(*(database.write(keep("b")) for _ in range(8))) != [True] * 8
    assert await database.read(keys) == ["a", "b"]


async def test_the_loop_goes_on_while_a_write_waits(database: Database) -> None:
    started, go_on = Event(), Event()

    def slow(connection: Connection) -> bool:
        started.set()
        assert go_on.wait(10)
        return inbox.first_time(connection, "slow", NOW)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(started.wait, 10)
    assert await database.read(keys) == []
    go_on.set()
    assert await writing


async def test_closing_finishes_what_was_handed_in(url: str) -> None:
    database = Database(url)
    writing = [asyncio.create_task(database.write(keep(f"{n}"))) for n in range(9)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    assert await asyncio.gather(*writing) == [True] * 9


async def test_waiting_writes_share_commits_on_sqlite(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    commits: list[int] = []
    started, go_on = Event(), Event()

    def hold(_: Connection) -> None:
        started.set()
        assert go_on.wait(10)

    sa.event.listen(database.engine, "commit", lambda _: commits.append(1))
    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(started.wait, 10)
    waiting = [asyncio.create_task(database.write(_nothing)) for _ in range(MANY)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(holding, *waiting)
    await asyncio.to_thread(database.close)
    assert len(commits) == 2


async def test_a_caller_who_went_away_before_its_turn_writes_nothing(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    started, go_on, done = Event(), Event(), list[str]()

    def hold(_: Connection) -> None:
        started.set()
        assert go_on.wait(10)

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(started.wait, 10)
    leaving = asyncio.create_task(database.write(lambda _: done.append("left")))
    staying = asyncio.create_task(database.write(lambda _: done.append("stayed")))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(holding, staying)
    await asyncio.to_thread(database.close)
    assert done == ["stayed"]
    assert leaving.cancelled()


async def test_what_failed_is_not_written_again_for_a_caller_who_went_away(
    postgres_url: str,
) -> None:
    database, tried = Database(postgres_url), list[str]()
    loop, failed = asyncio.get_running_loop(), asyncio.Event()

    def lose(_: Connection) -> None:
        tried.append("again" if tried else "once")
        loop.call_soon_threadsafe(failed.set)
        raise sa.exc.OperationalError("SELECT", {}, psycopg.OperationalError("connection lost"))

    writing = asyncio.create_task(database.write(lose))
    await failed.wait()
    writing.cancel()
    await asyncio.wait([writing])
    await asyncio.to_thread(database.close)
    assert tried == ["once"]


async def test_a_commit_that_fails_is_told_to_everybody_in_the_group(
    database: Database,
) -> None:
    def refuse(_: Connection) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, Exception("disk I/O error"))

    sa.event.listen(database.engine, "commit", refuse)
    ends = await asyncio.gather(
        *(database.write(keep(f"{n}")) for n in range(4)), return_exceptions=True
    )
    assert all(isinstance(end, sa.exc.OperationalError) for end in ends)
    sa.event.remove(database.engine, "commit", refuse)
    assert await database.read(keys) == []
    assert await database.write(keep("after"))


def _nothing(_: Connection) -> None:
    return None


async def test_two_writes_that_wait_for_each_other_are_both_done(
    database: Database, engine: Engine
) -> None:
    with engine.begin() as connection:
        numbers = [add_request(connection) for _ in range(2)]
    met = Barrier(2)

    def both(first: int, second: int) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            requests.amend(connection, first, {"look_at": NOW})
            if not database.url.startswith("sqlite"):
                with suppress(BrokenBarrierError):
                    met.wait(timeout=1)
            requests.amend(connection, second, {"look_at": NOW})

        return work

    await asyncio.gather(*(database.write(both(*pair)) for pair in (numbers, numbers[::-1])))


@pytest.mark.postgres
async def test_a_database_that_only_lets_itself_be_read_is_doubted(postgres_url: str) -> None:
    database = Database(migrated(postgres_url))
    assert await database.can_write(), "nothing was tried yet"
    _only_to_be_read(postgres_url)
    with pytest.raises(DBAPIError):
        await database.write(keep("a"))
    assert await database.read(keys) == []
    assert not await database.can_write()
    database.close()


def _only_to_be_read(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        setting = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on")
        connection.execute(setting.format(name))


async def test_a_file_that_is_broken_is_doubted(tmp_path: Path) -> None:
    file = tmp_path / "aboard.db"
    database = Database(migrated(f"sqlite:///{file}"))
    assert await database.write(keep("a"))
    _break(file)
    with pytest.raises(DBAPIError):
        await database.write(keep("b"))
    assert not await database.can_write()
    database.close()


def _break(file: Path) -> None:
    for one in file.parent.iterdir():
        one.write_bytes(b"x" * one.stat().st_size)


async def test_a_value_that_is_refused_says_nothing_of_the_database(database: Database) -> None:
    taken = partial(force_request, ref="same")
    await database.write(taken)
    with pytest.raises(IntegrityError):
        await database.write(taken)
    database.write = _unasked  # type: ignore[method-assign,assignment]  # nothing is to be tried
    assert await database.can_write()


async def _unasked(_: object) -> None:
    raise AssertionError("the database was not in doubt")
