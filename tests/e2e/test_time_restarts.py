"""What is due is a row: it comes at its moment, whichever process is there then."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from rules import moments
from tests.e2e.calendar import Calendar
from tests.e2e.people import People
from tests.e2e.restarts import Bot, restartable
from tests.e2e.story import Story

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
async def bot(database_url: str, tmp_path: Path) -> AsyncIterator[Bot]:
    async with restartable(tmp_path, database_url) as bot:
        yield bot


async def test_a_start_an_end_and_a_reminder_come_although_the_bot_was_restarted(
    bot: Bot,
) -> None:
    async with bot() as world:
        people = People(world)
        story = Story(world, people, people.member(), people.approver())
        calendar, ada, bea = Calendar(story), people.member(), people.member()
        start, end = calendar.wall(5, "09:00", ada), calendar.wall(40, "18:00", ada)
        card = await calendar.asks(ada, starts=start, until=end)
        await story.press(card, "Approve")
        await story.reads(card, "starts later")
        await story.onboarding(bea)
    async with bot() as again:
        story.world = calendar.story.world = again
        await again.later(timedelta(hours=5))
        await story.direct(story.approver, "still waits for you", bea.email)
        assert story.at_axiom(ada) is None
    async with bot() as again:
        story.world = calendar.story.world = again
        await calendar.until(start, ada)
        await story.reads(card, "Completed")
        assert story.at_axiom(ada) == "user"
    async with bot() as again:
        story.world = calendar.story.world = again
        await calendar.until(end, ada)
        await story.reads(await story.card(ada), "Completed", "Offboard")
        assert story.at_axiom(ada) is None


async def test_what_was_due_while_no_process_was_there_comes_as_soon_as_there_is_one(
    bot: Bot,
) -> None:
    async with bot() as world:
        people = People(world)
        story = Story(world, people, people.member(), people.approver())
        calendar, ada = Calendar(story), people.member()
        start = calendar.wall(5, "09:00", ada)
        card = await calendar.asks(ada, starts=start)
        await story.press(card, "Approve")
        await story.reads(card, "starts later")
    missed = moments.instant(start, ada.tz) - world.clock()
    world.clock.forward(timedelta(microseconds=missed, hours=10))
    async with bot() as again:
        story.world = again
        await again.later(timedelta())
        await story.reads(card, "Completed")
        assert story.at_axiom(ada) == "user"
