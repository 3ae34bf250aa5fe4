"""Wherever a write fails, once or for a moment, what was asked for is carried out soon after.

What reaches the disk is counted from the ask on, what the engine writes as well as what we do.
`ABOARD_WRITES` sets at how many places it fails.
"""

import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import pytest
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot import app
from sandbox.server import running
from sandbox.slack.model import Message, User
from tests.e2e.people import People
from tests.e2e.storage_in_trouble import RECORDED, counted
from tests.e2e.story import Story, mention
from tests.e2e.world import ShiftingClock, World, inhabited, settings_of

pytestmark = [pytest.mark.usefixtures("alone"), pytest.mark.timeout(600)]

TRIED = int(os.environ.get("ABOARD_WRITES", "3"))
MOST = 18
"""From an ask to the end of its request there are about so many writes; several may share one."""
SOON = 25.0
"""Nothing waits for the two minutes after which a step counts as quiet."""
PLACES = sorted({1 + round(turn * (MOST - 1) / max(1, TRIED - 1)) for turn in range(TRIED)})


@dataclass
class Disk:
    """Takes every write, but for the one that is named and those of some seconds from there on."""

    fails_at: int = 0
    seconds: float = 0.0
    writes: int = 0
    until: float = 0.0
    _changes: dict[int, int] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def fails(self, at: int, seconds: float) -> None:
        """Refuse the write of this number from now on, and for so long what follows it."""
        self.fails_at, self.seconds, self.writes = at, seconds, 0

    def refuses(self, driver: sqlite3.Connection) -> bool:
        """Tell whether what a connection is about to commit is refused; reading never is."""
        with self._turn:
            before, now = self._changes.get(id(driver), 0), driver.total_changes
            self._changes[id(driver)] = now
            if before == now or not driver.in_transaction:
                return False
            self.writes += 1
            if self.writes == self.fails_at:
                self.until = time.monotonic() + self.seconds
                return True
            return time.monotonic() < self.until


@pytest.fixture
def disk() -> Iterator[Disk]:
    """Give a disk on which SQLite's commits can fail as if it were full, whoever makes them."""
    disk = Disk()
    commit: Callable[[DefaultDialect, DBAPIConnection], None] = DefaultDialect.do_commit

    def refusing(self: DefaultDialect, connection: DBAPIConnection) -> None:
        driver = getattr(connection, "driver_connection", connection)
        if isinstance(driver, sqlite3.Connection) and disk.refuses(driver):
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full
        commit(self, connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "do_commit", refusing)
        yield disk


@pytest.fixture
async def world(
    disk: Disk,  # noqa: ARG001 - it counts from the beginning
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[World]:
    monkeypatch.setattr(app, "CLAIMS_SECONDS", 0.5)
    async with running() as server:
        settings = settings_of(server, tmp_path, f"sqlite:///{tmp_path / 'aboard.db'}", (1, ""))
        async with inhabited(server, settings, ShiftingClock()) as world:
            yield world


async def _is_recorded(story: Story, ada: User) -> int:
    """Ask until it is recorded, as somebody does who is told to."""
    while True:
        words = f"{mention(ada)} {story.people.login(ada)} engineer"
        answer = (await story.types("/onboard", words)).text
        found = RECORDED.search(answer)
        if found:
            return int(found[1])
        assert "before you try again" in answer


async def _is_approved(story: Story, card: Message, number: int) -> None:
    """Press until the decision is in the rows, as somebody does who is told to."""
    decisions = f"SELECT count(*) FROM decision WHERE request_number = {number}"  # noqa: S608 - ours
    while not await counted(story.world, decisions):
        await story.press(card, "Approve")


async def _is_carried_out(story: Story, disk: Disk) -> str | None:
    """Have somebody brought on board; return what was not so soon after, if anything."""
    ada = story.people.member()
    number = await _is_recorded(story, ada)
    card = await story.card(ada)
    await _is_approved(story, story.slack.copy_of(card), number)
    try:
        await story.slack.until(lambda: "Completed" in story.text(card), SOON)
    except TimeoutError:
        return f"write {disk.fails_at}: {story.text(card)}"
    cards = [one for one in story.cards() if ada.email in story.text(one)]
    made = len(story.created_at_axiom(ada)), len(story.asked_of_axolo(ada)), len(cards)
    return None if made == (1, 1, 1) else f"write {disk.fails_at}: {made}"


@pytest.mark.parametrize("seconds", [0.0, 1.0])
async def test_wherever_a_write_fails_what_is_approved_is_carried_out_soon(
    world: World, disk: Disk, seconds: float
) -> None:
    wrong = list[str | None]()
    for place in PLACES:
        people = People(world)
        story = Story(world, people, people.member(), people.approver())
        disk.fails(place, seconds)
        while disk.writes < place:
            wrong.append(await _is_carried_out(story, disk))
    assert [one for one in wrong if one] == []
