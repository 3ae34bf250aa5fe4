"""A database in trouble: full, read-only, held by somebody, or with a trail that refuses a fact.

A disk that is full is SQLite's own limit of pages, and a trail that takes nothing a trigger.
"""

import asyncio
import re
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import event

from bot.health import standing
from tests.e2e.story import Story, mention
from tests.e2e.world import World

RECORDED = re.compile(r"Request \*?#(\d+)\*? is recorded")
WHOLE = 2**30 - 2
SOON = 30.0
HONEST_WITHIN = 2.9
"""Seconds: 2.6 of them are the bot's, the rest is the way there and back on a busy machine."""

_HOLDER = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
other.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
other.execute("ROLLBACK")
other.close()
"""


def path_of(world: World) -> str:
    return str(sa.make_url(world.aboard.means.database.url).database)


def full_disk(world: World) -> AbstractContextManager[None]:
    """Give the database no page more than it has."""
    return _with_pragma(world, "max_page_count=1", f"max_page_count={WHOLE}")


def read_only(world: World) -> AbstractContextManager[None]:
    """Have SQLite refuse every write, as it does on a file system that is read-only."""
    return _with_pragma(world, "query_only=ON", "query_only=OFF")


@contextmanager
def _with_pragma(world: World, during: str, after: str) -> Iterator[None]:
    pool, said = world.aboard.means.database.engine, [during]

    def limited(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA {said[0]}").close()

    event.listen(pool, "checkout", limited)
    yield
    said[0] = after


@asynccontextmanager
async def another_holds_the_lock(world: World) -> AsyncIterator[None]:
    """Have another process keep everybody from writing until the block ends."""
    pipe = asyncio.subprocess.PIPE
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, path_of(world), stdin=pipe, stdout=pipe
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        await holder.communicate(b"")


@dataclass
class Refusing:
    """How often a trail was handed a fact that it takes no more."""

    times: int = 0


@contextmanager
def trail_that_takes_no(world: World, code: str) -> Iterator[Refusing]:
    """Refuse every fact with this code, and count them."""
    engine, refusing = world.aboard.means.database.engine, Refusing()

    def count(_: object, __: object, statement: str, given: object, *___: object) -> None:
        handed_in = given.values() if isinstance(given, dict) else given
        is_it = statement.startswith("INSERT INTO auditevent") and code in list(handed_in)  # type: ignore[call-overload]  # rows of values
        refusing.times += is_it

    with closing(sqlite3.connect(path_of(world), isolation_level=None, timeout=20)) as other:
        other.execute(
            "CREATE TRIGGER planted BEFORE INSERT ON auditevent "
            f"WHEN NEW.code = '{code}' BEGIN SELECT RAISE(ABORT, 'planted'); END"
        )
        event.listen(engine, "before_cursor_execute", count)
        try:
            yield refusing
        finally:
            event.remove(engine, "before_cursor_execute", count)
            other.execute("DROP TRIGGER planted")


async def asked(story: Story) -> int | None:
    """Ask for somebody new; return the number that is said to be recorded, if any."""
    who = story.people.member()
    words = f"{mention(who)} {story.people.login(who)} engineer"
    began = time.monotonic()
    answer = (await story.types("/onboard", words)).text
    assert time.monotonic() - began < HONEST_WITHIN
    found = RECORDED.search(answer)
    assert found or "before you try again" in answer
    return int(found[1]) if found else None


async def kept(world: World) -> set[int]:
    """Return the number of every request that is in the rows."""

    def numbers(connection: sa.Connection) -> set[int]:
        return set(connection.scalars(sa.text("SELECT number FROM request")))

    return await world.aboard.means.database.read(numbers)


async def counted(world: World, query: str) -> int:
    """Return the one number that a query asks for."""
    return int(await world.aboard.means.database.read(lambda one: one.scalar(sa.text(query))) or 0)


async def begun(world: World, vendor: str) -> int:
    """Count the attempts at a vendor that stand in the trail."""
    of_it = f"SELECT count(*) FROM auditevent WHERE code = 'STP001I' AND vendor = '{vendor}'"  # noqa: S608 - a word of the test
    return await counted(world, of_it)


async def is_well_again(world: World) -> None:
    """Wait until a balancer would send something to this process."""
    async with asyncio.timeout(SOON):
        while not (await standing(world.aboard)).is_ready:  # noqa: ASYNC110 - as a balancer asks
            await asyncio.sleep(0.1)
