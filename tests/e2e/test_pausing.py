"""Aboard that is paused records and decides; a copy of it waits, and never does the past again."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from benchmarks.ports import HOST
from bot import pause_desk
from bot.migration import migrate
from bot.settings import Settings
from bot.status import Address, told
from sandbox.parts import Server
from sandbox.server import running
from storage import pauses
from storage.engine import is_sqlite
from storage.history import Filter
from tests.e2e.people import People
from tests.e2e.story import Story, mention
from tests.e2e.world import A_MOMENT, PATIENCE, ShiftingClock, World, inhabited, settings_of
from tests.integration.stalling import Stall
from workflow.runner import Runner

pytestmark = pytest.mark.usefixtures("alone")


@dataclass
class Shelter:
    """A sandbox, a database, and a bot that begins and ends."""

    server: Server
    settings: Settings
    clock: ShiftingClock

    def life(self) -> AbstractAsyncContextManager[World]:
        return inhabited(self.server, self.settings, self.clock)

    def calls(self) -> int:
        """Count every call of any vendor, looks included."""
        vendors = (self.server.axolo, self.server.axiom, self.server.ixon)
        return sum(len(one.journal.calls) for one in vendors)


@pytest.fixture
async def shelter(database_url: str, tmp_path: Path) -> AsyncIterator[Shelter]:
    async with running() as server:
        settings = settings_of(server, tmp_path, database_url, (1, ""))
        if not is_sqlite(database_url):
            migrate(database_url)
        yield Shelter(server, settings, ShiftingClock())


def told_in(world: World) -> Story:
    people = People(world)
    return Story(world, people, people.member(), people.approver())


def is_paused(world: World) -> bool:
    return world.aboard.life.degraded() == ["paused"]


def notices(story: Story) -> list[str]:
    channel = story.slack.messages(story.world.server.cast.requests)
    return [one.text for one in channel if one.text.startswith("Aboard is paused")]


async def stands_still(world: World) -> bool:
    """Tell whether the row says so, which a start decides before it works."""
    return (await world.aboard.means.database.read(pauses.standing)).since is not None


def lines_of(file: Path) -> int:
    return len(file.read_text("utf-8").splitlines()) if file.exists() else 0


async def paused(world: World, *, so: bool) -> None:
    """Wait until the bot is paused, or is not: nothing in the sandbox tells of it."""
    await until(lambda: is_paused(world) is so)


async def until(so: Callable[[], bool], meanwhile: Callable[[], object] = bool) -> None:
    async with asyncio.timeout(PATIENCE):
        while not so():
            meanwhile()
            await asyncio.sleep(A_MOMENT)


async def metrics_of(world: World) -> str:
    async with told(world.aboard, Address(HOST, 0)) as port, httpx.AsyncClient() as client:
        return (await client.get(f"http://{HOST}:{port}/metrics")).text


def shows_life(url: str) -> bool:
    """Tell whether some process counts as alive: nobody takes over what it has under way."""
    held = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7701 AND granted"
    )
    here = " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    with psycopg.connect(url) as connection:
        row = connection.execute(held + here).fetchone()
    return row is not None and row[0] > 0


async def test_what_is_asked_and_decided_in_a_pause_is_done_after_it(shelter: Shelter) -> None:
    async with shelter.life() as world:
        story = told_in(world)
        ada, bea = story.people.member(), story.people.member()
        card = await story.onboarding(ada)
        assert await pause_desk.pause(shelter.settings)
        await paused(world, so=True)
        await story.until(lambda: notices(story))
        before, shown = shelter.calls(), story.text(card)
        await story.press(card, "Approve")
        words = f"{mention(bea)} {story.people.login(bea)} engineer"
        assert "is recorded" in (await story.types("/onboard", words)).text
        assert 'aboard_degraded{reason="paused"} 1.0' in await metrics_of(world)
        assert (shelter.calls(), story.text(card)) == (before, shown)
        page = await world.aboard.reads.page(Filter(state="approved"), size=9)
        assert [one.subject for one in page.requests] == [ada.id]
        assert await pause_desk.resume(shelter.settings)
        await story.reads(card, "Completed")
        await story.card(bea)
        assert len(notices(story)) == 1
    assert world.errors == []


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres_url"], indirect=True)
async def test_what_is_under_way_at_a_pause_is_nobody_elses_and_makes_nobody_unready(
    shelter: Shelter,
) -> None:
    url = shelter.settings.environment.database_url.get_secret_value()
    stall = Stall(shelter.server.axiom.faults, "POST")
    async with shelter.life() as world:
        story, life = told_in(world), world.aboard.life
        card = await story.onboarding(story.people.member())
        await story.press(card, "Approve")
        await stall.until_held(1)
        runner, missing = world.aboard.means.queue, list[str]()
        assert isinstance(runner, Runner)

        def missed() -> None:
            missing.extend(life.missing())

        assert await pause_desk.pause(shelter.settings)
        await until(lambda: not runner.is_alive(), missed)
        assert shows_life(url)
        stall.let_go()
        await until(lambda: not shows_life(url), missed)
        assert missing == []
        assert await pause_desk.resume(shelter.settings)
        await story.reads(card, "Completed")
    assert world.errors == []


@pytest.mark.parametrize("database_url", ["sqlite_url"], indirect=True)
async def test_a_copy_waits_and_asks_no_vendor_again_that_cannot_be_looked_up(
    shelter: Shelter, tmp_path: Path
) -> None:
    url, copy = shelter.settings.environment.database_url.get_secret_value(), tmp_path / "copy.db"
    async with shelter.life() as world:
        story = told_in(world)
        ada = story.people.member()
        card = await story.onboarding(ada)
        pending = story.slack.copy_of(card)
        await world.spoken()
        await pause_desk.backup(shelter.settings, copy)
        await story.press(card, "Approve")
        await story.reads(card, "Completed")
    shutil.copy(copy, urlsplit(url).path)
    before = shelter.calls()
    async with shelter.life() as world:
        story.world = world
        await paused(world, so=True)
        await story.until(lambda: notices(story))
        assert shelter.calls() == before
        assert await pause_desk.resume(shelter.settings)
        await paused(world, so=False)
        await story.press(pending, "Approve")
        await story.reads(card, "Needs attention", "restored from a copy")
        assert len(story.created_at_axiom(ada)) == 1
        assert len(story.asked_of_axolo(ada)) == 1
        await story.press(card, "Retry Axolo")
        await story.until(lambda: len(story.asked_of_axolo(ada)) == 2)
    assert world.errors == []


@pytest.mark.parametrize("database_url", ["sqlite_url"], indirect=True)
async def test_a_copy_that_an_anchor_is_ahead_of_waits_once(
    shelter: Shelter, tmp_path: Path
) -> None:
    url, copy = shelter.settings.environment.database_url.get_secret_value(), tmp_path / "copy.db"
    file, anchors = urlsplit(url).path, tmp_path / "anchors.jsonl"
    anchored = f'[audit]\nfile = "{anchors}"\nevery = 1\n'
    shelter.settings = settings_of(shelter.server, tmp_path, url, (1, anchored))
    async with shelter.life() as world:
        story = told_in(world)
        card = await story.onboarding(story.people.member())
        pending = story.slack.copy_of(card)
        await world.spoken()
    shutil.copy(file, copy)
    taken = lines_of(anchors)
    async with shelter.life() as world:
        story.world = world
        assert not await stands_still(world)
        await story.press(card, "Approve")
        await story.reads(card, "Completed")
        await story.until(lambda: lines_of(anchors) > taken)
    shutil.copy(copy, file)
    before = shelter.calls()
    async with shelter.life() as world:
        story.world = world
        await paused(world, so=True)
        await story.until(lambda: notices(story))
        assert "an anchor outside is ahead of the audit trail" in notices(story)[0]
        await story.press(pending, "Approve")
        assert shelter.calls() == before
        assert await pause_desk.resume(shelter.settings)
        await paused(world, so=False)
        await story.reads(card, "Needs attention", "restored from a copy")
    async with shelter.life() as world:
        assert not await stands_still(world)
