"""A database that cannot write: nothing is said to be recorded, nobody is called, and it goes on.

`ABOARD_LOCKED` sets for how many seconds another process holds the database.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.health import standing
from sandbox.server import running
from tests.e2e.people import People
from tests.e2e.storage_in_trouble import (
    SOON,
    another_holds_the_lock,
    asked,
    begun,
    counted,
    full_disk,
    is_well_again,
    kept,
    read_only,
    trail_that_takes_no,
)
from tests.e2e.story import Story
from tests.e2e.world import SLOWER, ShiftingClock, World, inhabited, settings_of, slower

pytestmark = pytest.mark.usefixtures("alone")

LOCKED = float(os.environ.get("ABOARD_LOCKED", "3"))
PUT_TO_APPROVERS = "SELECT count(*) FROM request WHERE state = 'pending'"
ENOUGH = 20
QUIET = timedelta(minutes=3)
"""After this, a step whose attempt was given up is attempted again."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running() as server:
        settings = settings_of(server, tmp_path, f"sqlite:///{tmp_path / 'aboard.db'}", (1, ""))
        async with inhabited(server, settings, ShiftingClock()) as world:
            with slower(server, 1 / SLOWER):  # what cannot be recorded is said within Slack's time
                yield world


@pytest.fixture
def story(world: World) -> Story:
    people = People(world)
    return Story(world, people, people.member(), people.approver())


async def given_up(world: World, attempts: int) -> None:
    """Wait until the engine has given up so many attempts."""
    of_them = "SELECT count(*) FROM workflow_status WHERE status = 'ERROR'"
    async with asyncio.timeout(SOON):
        while await counted(world, of_them) != attempts:  # noqa: ASYNC110 - nothing tells of it
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
            assert refused < ENOUGH, "nothing is written, and a balancer is told that it is"
            said |= {number} if number else set()
        assert (await standing(world.aboard)).problems == ("database",)
        await story.press(shown, "Approve")
        assert said <= await kept(world)
        assert len(world.server.axolo.journal.calls) - before <= await begun(world, "axolo")
    await is_well_again(world)
    await story.press(shown, "Approve")
    await story.reads(card, "Completed")
    assert await asked(story)
    assert said <= await kept(world)


async def test_what_cannot_be_written_to_is_read_and_nothing_is_said_to_be_recorded(
    story: Story,
) -> None:
    world = story.world
    card = await story.onboarding(story.people.member())
    await world.spoken()
    shown, before = story.slack.copy_of(card), await kept(world)
    with read_only(world):
        assert await asked(story) is None
        assert (await standing(world.aboard)).problems == ("database",)
        await story.press(shown, "Approve")
        assert await kept(world) == before
        assert not world.server.axolo.journal.calls
    await is_well_again(world)
    await story.press(shown, "Approve")
    await story.reads(card, "Completed")
    assert await asked(story)


@pytest.mark.timeout(60 + 3 * LOCKED)
async def test_while_another_process_holds_the_database_every_answer_is_honest(
    story: Story,
) -> None:
    world, answers = story.world, list[int | None]()
    before = await kept(world)
    async with another_holds_the_lock(world):
        began = time.monotonic()
        while time.monotonic() - began < LOCKED:
            answers.append(await asked(story))
            assert await kept(world) == before
    assert set(answers) == {None}
    await is_well_again(world)
    number = await asked(story)
    assert number in await kept(world)
    await world.at_rest()
    asked_for = await counted(world, "SELECT count(*) FROM auditevent WHERE code = 'REQ001I'")
    in_rows = len(await kept(world))
    assert asked_for == in_rows == await counted(world, PUT_TO_APPROVERS)
    assert not world.server.axolo.journal.calls


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
