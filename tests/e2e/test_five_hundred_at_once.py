"""Five hundred people in one batch: a file, one card, one decision, five hundred outcomes.

On PostgreSQL, where those who write at once may wait for each other, it is a hundred. One of the
two vendors takes one person a call, the other one fifty.
"""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from bot import queues
from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.world import World, living
from vendors.many import MOST

PEOPLE, MANY = 500, 100
HURRIED, AT_ONCE = 200, 32
"""Attempts a second and at once, in the place of 20 and 8: what is tried is not the patience."""
SECONDS = 150
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
READER = """
[profiles.reader]
title = "Reader"
axiom = { role = "read-only" }
appxite = { organizations = ["Acme"], role = "Viewer" }
"""


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the vendors be called as often as nobody would in earnest."""
    monkeypatch.setattr(queues, "PER_SECOND", HURRIED)
    monkeypatch.setattr(queues, "AT_ONCE", AT_ONCE)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Run a world of its own: nobody else is to find so many people in theirs."""
    async with living(tmp_path, f"sqlite:///{tmp_path / 'aboard.db'}", policy=READER) as world:
        yield world


@pytest.mark.timeout(300)
async def test_five_hundred_people_come_on_board_with_one_click(world: World) -> None:
    await _come_on_board(world, PEOPLE)


@pytest.mark.postgres
@pytest.mark.usefixtures("alone")
@pytest.mark.timeout(300)
async def test_a_hundred_people_come_on_board_on_postgresql_without_a_deadlock(
    tmp_path: Path, postgres_url: str
) -> None:
    async with living(tmp_path, postgres_url, policy=READER) as world:
        await _come_on_board(world, MANY)
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute(DEADLOCKS).fetchone() == (0,)


async def _come_on_board(world: World, many: int) -> None:
    people = People(world)
    story = Story(world, people, people.member(), people.approver())
    crowd, newcomers = Crowd(story), [people.member() for _ in range(many)]
    rows = [f"{one.id},,reader" for one in newcomers]
    assert await crowd.uploads("\n".join(rows).encode()) is None
    await _says(crowd, "Waiting for approval", f"onboard {many} people")
    card = await crowd.card("Waiting for approval")
    asked = time.monotonic()
    await story.press(card, "Approve")
    pressed = time.monotonic() - asked
    await _says(crowd, "Completed · Batch")
    result = await crowd.result()
    assert {one["outcome"] for one in result.values()} == {"Completed"}
    assert len(result) == many
    assert {story.at_axiom(one) for one in newcomers} == {"read-only"}
    invited = world.server.appxite.journal.asked("POST", "/users/invite")
    assert {world.server.appxite.user(one.email) is None for one in newcomers} == {False}
    assert len(invited) == many / MOST
    assert pressed < 2
    assert len(story.cards()) == 1
    assert world.errors == []


async def _says(crowd: Crowd, *words: str) -> None:
    """Wait for the card to say so, longer than a story of one person does."""
    slack = crowd.story.slack
    await slack.until(lambda: crowd.seen(*words), SECONDS)
