"""Nothing is given while no anchor of the audit trail arrives outside; removals are carried out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from benchmarks.ports import HOST
from bot import anchoring, audit_desk, pause_desk
from bot.crier import Crier
from bot.migration import migrate
from bot.settings import Settings
from bot.status import Address, told
from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.model import Message, User
from storage import watch
from storage.engine import is_sqlite
from storage.history import Filter
from storage.models import METADATA
from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.story import REQUESTS, Story
from tests.e2e.test_five_vendors import Vendors
from tests.e2e.test_pausing import paused
from tests.e2e.world import PATIENCE, ShiftingClock, World, inhabited, settings_of
from workflow.unanchored import Sentry

pytestmark = pytest.mark.usefixtures("alone")

GRACE, SOON = timedelta(minutes=15), timedelta(minutes=3)
WAITS = "nothing is given at the moment"
GENERAL = "#general"


@dataclass
class Outside:
    """A place outside for the anchors of a bot, which begins and ends."""

    server: Server
    settings: Settings
    clock: ShiftingClock
    folder: Path

    def life(self) -> AbstractAsyncContextManager[World]:
        return inhabited(self.server, self.settings, self.clock)

    def vanish(self) -> None:
        """Have the folder of the file be gone."""
        for one in self.folder.iterdir():
            one.unlink()
        self.folder.rmdir()

    @property
    def lines(self) -> int:
        file = self.folder / "anchors.jsonl"
        return len(file.read_text("utf-8").splitlines()) if file.exists() else 0


@dataclass
class Loops:
    """The loops that take anchors and look after them, these of two replicas, moved by hand."""

    outside: Outside
    world: World
    sentries: tuple[Sentry, Sentry]

    async def turn(self, *lengths: timedelta) -> None:
        """Let time pass, and let both loops have a turn after each length of it."""
        for length in lengths or (timedelta(0),):
            self.world._pass(length)
            means, client = self.world.aboard.means, self.world.aboard.bolt.client
            taking = audit_desk.anchoring(
                self.outside.settings, means.database, client, means.clock
            )
            await taking.once()
            while await self._look() != {None}:
                pass

    async def _look(self) -> set[float | None]:
        return set(await asyncio.gather(*(one.once() for one in self.sentries)))

    def notices(self, text: str) -> int:
        return sum(one.text == text for one in self.world.slack.messages(REQUESTS))

    async def until_kept_back(self, steps: int) -> None:
        """Wait until so many steps are kept back."""
        kept = sa.select(sa.func.count()).select_from(METADATA.tables["keptback"])
        read = partial(self.world.aboard.means.database.read, lambda one: one.scalar(kept))
        async with asyncio.timeout(PATIENCE):
            while await read() != steps:
                await self.world._something_happens()

    async def degraded(self) -> list[str]:
        """Return what `/readyz` and `/metrics` say, but of messages.

        Where time is let pass at once, those that were about to go are late for a moment.
        """
        async with told(self.world.aboard, Address(HOST, 0)) as port, httpx.AsyncClient() as client:
            metrics = (await client.get(f"http://{HOST}:{port}/metrics")).text
            ready = await client.get(f"http://{HOST}:{port}/readyz")
        assert ready.status_code == 200
        words: list[str] = ready.json()["degraded"]
        words = [one for one in words if one != "outbox"]
        assert all(f'aboard_degraded{{reason="{one}"}} 1.0' in metrics for one in words)
        return words


def loops_of(outside: Outside, world: World) -> Loops:
    means = world.aboard.means
    crier = Crier(means, world.aboard.bolt.client, outside.settings.operators)
    one, other = (Sentry(means, anchoring.telling(crier)) for _ in range(2))
    return Loops(outside, world, (one, other))


def told_in(world: World) -> Story:
    people = People(world)
    return Story(world, people, people.member(), people.approver())


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running() as server:
        yield server


@pytest.fixture
def outside(server: Server, database_url: str, tmp_path: Path) -> Outside:
    folder = tmp_path / "outside"
    folder.mkdir()
    policy = f'[audit]\nfile = "{folder / "anchors.jsonl"}"\nevery = 1\n'
    return outside_of(server, database_url, tmp_path, policy)


def outside_of(server: Server, url: str, folder: Path, policy: str) -> Outside:
    settings = settings_of(server, folder, url, (1, policy))
    if not is_sqlite(url):
        migrate(url)
    return Outside(server, settings, ShiftingClock(), folder / "outside")


async def approved(story: Story, who: User) -> Message:
    card = await story.onboarding(who)
    await story.press(card, "Approve")
    return card


async def removed(story: Story, who: User) -> None:
    card = await story.offboarding(who)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(who) is None


async def test_after_the_grace_what_gives_waits_and_what_removes_does_not(outside: Outside) -> None:
    async with outside.life() as world:
        story, loops = told_in(world), loops_of(outside, world)
        ada, bea = story.people.member(), story.people.member()
        outside.vanish()
        await loops.turn(timedelta(0), SOON)
        assert await loops.degraded() == ["anchors"]
        await story.onboarded(bea)
        await loops.turn(GRACE)
        assert await loops.degraded() == ["anchors", "grants"]
        card = await approved(story, ada)
        await story.reads(card, "Approved", WAITS)
        await removed(story, bea)
        assert story.at_axiom(ada) is None
        assert not story.asked_of_axolo(ada)
        await loops.turn(timedelta(minutes=10))
        assert story.line(card, "Axiom").count(WAITS) == 1
        assert (loops.notices(anchoring.STOPPED), loops.notices(anchoring.GOES_ON)) == (1, 0)
    async with outside.life() as world:
        story.world, loops = world, loops_of(outside, world)
        await loops.turn()
        assert "grants" in await loops.degraded()
        assert story.at_axiom(ada) is None
        outside.folder.mkdir()
        await loops.turn()
        await story.reads(card, "Completed", "done, verified")
        assert WAITS not in story.text(card)
        assert story.at_axiom(ada) is not None
        assert len(story.created_at_axiom(ada)) == 1
        assert len(story.asked_of_axolo(ada)) == 1
        assert await loops.degraded() == []
        assert (loops.notices(anchoring.STOPPED), loops.notices(anchoring.GOES_ON)) == (1, 1)
        await loops.turn()
    assert all("an anchor could not be written down" in one for one in world.errors)


@pytest.mark.parametrize("database_url", ["sqlite_url"], indirect=True)
async def test_one_place_that_takes_anchors_is_enough(
    server: Server, database_url: str, tmp_path: Path
) -> None:
    general = server.workspace.channel(GENERAL)
    file = tmp_path / "outside" / "anchors.jsonl"
    policy = f'[audit]\nfile = "{file}"\nchannel = "{general}"\nevery = 1\ngrace = "5m"\n'
    outside = outside_of(server, database_url, tmp_path, policy)
    async with outside.life() as world:
        story, loops = told_in(world), loops_of(outside, world)
        ada, bea = story.people.member(), story.people.member()
        await loops.turn(timedelta(0), GRACE, GRACE)
        await story.onboarded(ada)
        with archived(story, GENERAL):
            await loops.turn(timedelta(0), SOON, SOON)
            card = await approved(story, bea)
            await story.reads(card, WAITS)
            assert loops.notices(anchoring.STOPPED) == 1
        await loops.turn()
        await story.reads(card, "Completed")
        assert story.at_axiom(bea) is not None
        assert loops.notices(anchoring.GOES_ON) == 1


@contextmanager
def archived(story: Story, channel: str) -> Iterator[None]:
    place = story.slack.state.directory.channel(story.slack.channel(channel))
    place.is_archived = True
    try:
        yield
    finally:
        place.is_archived = False


async def test_what_waits_can_be_cancelled_and_is_not_given_later(outside: Outside) -> None:
    async with outside.life() as world:
        story, loops = told_in(world), loops_of(outside, world)
        ada = story.people.member()
        outside.vanish()
        await loops.turn(timedelta(0), GRACE + SOON)
        card = await approved(story, ada)
        await story.reads(card, WAITS)
        assert "Cancelled in request" in await story.asks(f"cancel {story.number(card)}")
        await story.reads(card, "Cancelled")
        outside.folder.mkdir()
        await loops.turn()
        await loops.turn(SOON)
        assert await loops.degraded() == []
        assert story.at_axiom(ada) is None
        assert not story.asked_of_axolo(ada)


async def test_people_who_wait_together_are_given_it_by_one_call(outside: Outside) -> None:
    async with outside.life() as world:
        story, loops = told_in(world), loops_of(outside, world)
        members, vendors = [story.people.member() for _ in range(10)], Vendors(outside.server)
        outside.vanish()
        await loops.turn(timedelta(0), GRACE + SOON)
        crowd = Crowd(story)
        assert await crowd.pastes(*(crowd.row(one, "seller") for one in members)) is None
        card = await crowd.card("Waiting for approval", "onboard 10 people")
        await story.press(card, "Approve")
        await loops.until_kept_back(50)
        outside.folder.mkdir()
        await loops.turn()
        await story.reads(card, "Completed · Batch")
        [call] = vendors.invited_by_appxite(members[0])
        assert all(one.email in str(call.body) for one in members)
        assert all(vendors.appxite(one) and vendors.ambition(one) for one in members)
        assert set((await attempts(world)).values()) == {10}


async def attempts(world: World) -> Counter[str | None]:
    """Return how many attempts were begun at each vendor."""
    read = partial(watch.facts_after, seq=0, limit=5000)
    facts = await world.aboard.means.database.read(read)
    return Counter(one.vendor for one in facts if one.code == "STP001I")


async def test_of_people_who_wait_together_and_are_cancelled_no_call_is_left(
    outside: Outside,
) -> None:
    async with outside.life() as world:
        story, loops = told_in(world), loops_of(outside, world)
        members = [story.people.member() for _ in range(2)]
        outside.vanish()
        await loops.turn(timedelta(0), GRACE + SOON)
        crowd = Crowd(story)
        assert await crowd.pastes(*(crowd.row(one, "seller") for one in members)) is None
        card = await crowd.card("Waiting for approval", "onboard 2 people")
        await story.press(card, "Approve")
        await loops.until_kept_back(10)
        for one in (await world.aboard.reads.page(Filter(state="approved"), size=9)).requests:
            assert "Cancelled in request" in await story.asks(f"cancel {one.number}")
        outside.folder.mkdir()
        await loops.turn()
        calls = sa.select(sa.func.count()).select_from(METADATA.tables["batchcall"])
        assert await world.aboard.means.database.read(lambda one: one.scalar(calls)) == 0


async def test_after_a_pause_anchors_are_written_down_before_anything_is_kept_back(
    outside: Outside,
) -> None:
    async with outside.life() as world:
        story, loops = told_in(world), loops_of(outside, world)
        card = await story.onboarding(story.people.member())
        outside.vanish()
        await loops.turn(timedelta(0), SOON)
        assert await pause_desk.pause(outside.settings)
        await paused(world, so=True)
        world._pass(GRACE)
        await story.press(card, "Approve")
        outside.folder.mkdir()
        assert await pause_desk.resume(outside.settings)
        await story.reads(card, "Completed")
        assert loops.notices(anchoring.STOPPED) == 0
        read = partial(watch.facts_after, seq=0, limit=5000)
        facts = await world.aboard.means.database.read(read)
        assert "STP015W" not in {one.code for one in facts}


async def test_an_alert_that_slack_does_not_take_is_told_later_and_once(
    outside: Outside,
) -> None:
    async with outside.life() as world:
        loops = loops_of(outside, world)
        outside.vanish()
        await loops.turn()
        world.server.slack.faults.down(only="chat.")
        await loops.turn(GRACE + SOON)
        world.server.slack.faults.clear()
        assert loops.notices(anchoring.STOPPED) == 0
        await loops.turn(SOON, SOON)
        assert loops.notices(anchoring.STOPPED) == 1


async def test_where_the_channel_is_archived_each_operator_is_told_once(outside: Outside) -> None:
    async with outside.life() as world:
        story, loops = told_in(world), loops_of(outside, world)
        outside.vanish()
        await loops.turn()
        with archived(story, REQUESTS):
            await loops.turn(GRACE + SOON)
        await loops.turn(SOON, SOON)
        said = [one.text for one in story.slack.direct_messages(story.approver)]
        assert said.count(anchoring.STOPPED) == 1
        assert loops.notices(anchoring.STOPPED) == 0


async def test_without_a_place_for_anchors_none_is_missing(
    server: Server, database_url: str, tmp_path: Path
) -> None:
    outside = outside_of(server, database_url, tmp_path, "[audit]\nevery = 1\n")
    async with outside.life() as world:
        story, loops = told_in(world), loops_of(outside, world)
        await loops.turn(timedelta(0), GRACE, GRACE)
        await story.onboarded(story.people.member())
        assert await loops.degraded() == []
