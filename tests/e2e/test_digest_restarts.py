"""The daily digest comes although the bot ends and begins again, and although Slack fails."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.mornings import CHANNEL, DIGEST, NEW_YORK, about, evening, look, morning, reads
from tests.e2e.people import People
from tests.e2e.restarts import Bot, restartable
from tests.e2e.story import Story

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
async def bot(database_url: str, tmp_path: Path) -> AsyncIterator[Bot]:
    async with restartable(tmp_path, database_url, DIGEST) as bot:
        yield bot


async def test_it_survives_restarts_and_comes_late_or_not_at_all(bot: Bot) -> None:
    async with bot() as world:
        await evening(world)
        people = People(world)
        story = Story(world, people, people.member(), people.approver())
        ada = people.member()
        await story.onboarding(ada)
        await morning(world, story.approver.tz)
    story.world.clock.forward(timedelta(hours=5))
    async with bot() as again:
        story.world = again
        await look(again)
        await reads(story, story.approver, ada.email)
        await look(again)
    async with bot() as again:
        story.world = again
        await look(again)
        await reads(story, story.approver, ada.email)
        await morning(again, story.approver.tz)
    story.world.clock.forward(timedelta(hours=7))
    async with bot() as again:
        story.world = again
        await look(again)
        await look(again)
        await reads(story, story.approver, ada.email)
        await morning(again, story.approver.tz)
        await look(again)
        await reads(story, story.approver, ada.email, times=2)


async def test_what_slack_does_not_take_is_sent_later_and_a_channel_that_is_gone_left_out(
    bot: Bot,
) -> None:
    async with bot() as world:
        await evening(world)
        people = People(world)
        story = Story(world, people, people.member(), people.approver())
        ada = people.member()
        await story.onboarding(ada)
        await world.spoken()
        await morning(world, story.approver.tz)
        world.server.slack.faults.status(500, only="chat.postMessage", times=None)
        await look(world)
        assert about(story, story.approver, ada.email) == []
        world.server.slack.faults.clear()
        await look(world)
        await reads(story, story.approver, ada.email)
        general = world.slack.state.directory.channel(world.slack.channel(CHANNEL))
        general.is_archived = True
        await morning(world, NEW_YORK)
        await look(world)
        general.is_archived = False
        await look(world)
        assert about(story, CHANNEL, ada.real_name) == []
        await morning(world, NEW_YORK)
        await look(world)
        await reads(story, CHANNEL, ada.real_name)
