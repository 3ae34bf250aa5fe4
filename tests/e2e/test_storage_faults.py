"""A database that cannot write: nothing is said to be recorded, nobody is called, and it goes on.

A disk that is full is SQLite's own limit of pages, a database that is locked another connection
that holds the lock, and an audit trail that takes nothing a trigger that refuses.
"""

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.health import standing
from sandbox.server import running
from tests.e2e.people import People
from tests.e2e.story import Story, mention
from tests.e2e.world import ShiftingClock, World, inhabited, settings_of

pytestmark = pytest.mark.usefixtures("alone")

RECORDED = re.compile(r"Request \*?#(\d+)\*? is recorded")
WHOLE = 2**30 - 2
SOON = 30.0
HONEST_WITHIN = 2.9
QUIET = timedelta(minutes=3)
"""After this, a step whose attempt was given up is attempted again."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running() as server:
        settings = settings_of(server, tmp_path, f"sqlite:///{tmp_path / 'aboard.db'}", (1, ""))
        async with inhabited(server, settings, ShiftingClock()) as world:
            yield world


@pytest.fixture
def story(world: World) -> Story:
    people = People(world)
    return Story(world, people, people.member(), people.approver())


@contextmanager
def full_disk(world: World) -> Iterator[None]:
    """Give the database no page more than it has."""
    pool, limit = world.aboard.means.database.engine, [1]

    def limited(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit[0]}").close()

    event.listen(pool, "checkout", limited)
    yield
    limit[0] = WHOLE


@contextmanager
def another_holds_the_lock(world: World) -> Iterator[None]:
    path = sa.make_url(world.aboard.means.database.url).database
    with closing(sqlite3.connect(str(path), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def trail_that_takes_no(world: World, code: str) -> Iterator[None]:
    path = sa.make_url(world.aboard.means.database.url).database
    with closing(sqlite3.connect(str(path), isolation_level=None, timeout=20)) as other:
        other.execute(
            "CREATE TRIGGER planted BEFORE INSERT ON auditevent "
            f"WHEN NEW.code = '{code}' BEGIN SELECT RAISE(ABORT, 'planted'); END"
        )
        yield
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
    def numbers(connection: sa.Connection) -> set[int]:
        return set(connection.scalars(sa.text("SELECT number FROM request")))

    return await world.aboard.means.database.read(numbers)


async def begun(world: World) -> int:
    """Count the attempts at Axolo that stand in the trail."""
    of_axolo = sa.text(
        "SELECT count(*) FROM auditevent WHERE code = 'STP001I' AND vendor = 'axolo'"
    )
    return int(await world.aboard.means.database.read(lambda one: one.scalar(of_axolo)) or 0)


async def given_up(world: World, attempts: int) -> None:
    """Wait until the engine has given up so many attempts."""
    status = sa.text("SELECT count(*) FROM workflow_status WHERE status = 'ERROR'")
    async with asyncio.timeout(SOON):
        while await world.aboard.means.database.read(lambda one: one.scalar(status)) != attempts:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.1)


async def is_well_again(world: World) -> None:
    async with asyncio.timeout(SOON):
        while not (await standing(world.aboard)).is_ready:  # noqa: ASYNC110 - as a balancer asks
            await asyncio.sleep(0.1)


async def test_on_a_full_disk_nothing_is_said_to_be_recorded_that_is_not(story: Story) -> None:
    world, said, refused = story.world, set[int](), 0
    card = await story.onboarding(story.people.member())
    await world.spoken()
    shown, before = story.slack.copy_of(card), len(world.server.axolo.journal.calls)
    with full_disk(world):
        while refused == 0 or (await standing(world.aboard)).is_ready:
            number = await asked(story)
            refused += number is None
            said |= {number} if number else set()
        assert (await standing(world.aboard)).problems == ("database",)
        await story.press(shown, "Approve")
        assert said <= await kept(world)
        assert len(world.server.axolo.journal.calls) - before <= await begun(world)
    await is_well_again(world)
    await story.press(shown, "Approve")
    await story.reads(card, "Completed")
    assert await asked(story)
    assert said <= await kept(world)


async def test_while_another_holds_the_database_the_answer_is_honest_and_in_time(
    story: Story,
) -> None:
    with another_holds_the_lock(story.world):
        assert [await asked(story) for _ in range(3)] == [None] * 3
    await is_well_again(story.world)
    number = await asked(story)
    assert number
    assert number in await kept(story.world)


async def test_without_its_audit_event_no_request_is_made(story: Story) -> None:
    before = await kept(story.world)
    with trail_that_takes_no(story.world, "REQ001I"):
        assert await asked(story) is None
        assert await kept(story.world) == before
    assert await asked(story)


async def test_without_its_audit_event_no_decision_counts(story: Story) -> None:
    ada = story.people.member()
    card = await story.onboarding(ada)
    with trail_that_takes_no(story.world, "DEC001I"):
        await story.press(card, "Approve")
        await story.hears(story.approver, "Something went wrong")
        await story.nothing_happened(card, ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")


async def test_without_its_audit_event_no_vendor_is_called(story: Story) -> None:
    ada = story.people.member()
    card = await story.onboarding(ada)
    with trail_that_takes_no(story.world, "STP001I"):
        await story.press(card, "Approve")
        await given_up(story.world, 2)
        assert not story.asked_of_axolo(ada)
        assert not story.created_at_axiom(ada)
    await story.world.later(QUIET)
    await story.reads(card, "Completed")
    assert len(story.asked_of_axolo(ada)) == len(story.created_at_axiom(ada)) == 1
