"""Slack does not say who somebody is: the ask is kept, and Slack is asked again when it wants."""

import asyncio
from datetime import timedelta

import pytest

from commands.directory import SlackDirectory
from sandbox.slack.model import User
from storage import batches
from tests.e2e.crowds import Crowd
from tests.e2e.story import Story, mention
from tests.e2e.world import PATIENCE
from workflow.clock import as_micros
from workflow.directory import DirectoryError

WHO, BY_MAIL = "users.info", "users.lookupByEmail"
PAUSE, LONG, MINUTE = 30, 300, 60


async def test_no_more_is_asked_who_somebody_is_before_the_pause_that_slack_wants_is_over(
    story: Story, ada: User
) -> None:
    await story.world.later(timedelta(seconds=PAUSE + 1))
    faults, another = story.world.server.slack.faults, story.people.member()
    faults.rate_limit(seconds=LONG, only=WHO)
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    await story.until(lambda: not faults.active("rate_limit"))
    await story.types("/onboard", f"{mention(another)} {story.people.login(another)}")
    await story.world.later(timedelta(seconds=LONG - MINUTE))
    assert _asked_about(story, another) == 0
    await story.world.later(timedelta(seconds=MINUTE + 1))
    await story.card(ada)
    await story.card(another)


async def test_nor_is_it_about_a_batch(story: Story) -> None:
    crowd, somebody = Crowd(story), story.people.member()
    await story.world.later(timedelta(seconds=PAUSE + 1))
    faults = story.world.server.slack.faults
    faults.rate_limit(seconds=PAUSE, only=BY_MAIL)
    assert await crowd.pastes(crowd.row(somebody)) is None
    means, least = story.world.aboard.means, as_micros(timedelta(seconds=PAUSE - 10))
    async with asyncio.timeout(PATIENCE):
        while (await means.database.read(batches.next_look) or 0) < means.clock() + least:  # noqa: ASYNC110 - only its rows tell
            await asyncio.sleep(0.02)
    await story.world.later(timedelta(seconds=PAUSE + 1))
    await story.world.aboard.batches.once()
    await crowd.card("Waiting for approval")


async def test_whoever_was_looked_up_half_a_minute_ago_is_forgotten(
    story: Story, ada: User
) -> None:
    directory, another = story.world.aboard.means.directory, story.people.member()
    assert isinstance(directory, SlackDirectory)
    assert await directory.resident(ada.id)
    assert ada.id in directory._people
    await story.world.later(timedelta(seconds=PAUSE + 1))
    assert await directory.resident(another.id)
    assert ada.id not in directory._people


@pytest.mark.parametrize("pause", [3600.0, 301.0])
def test_what_waits_is_asked_again_in_five_minutes_whatever_slack_wants(pause: float) -> None:
    assert DirectoryError("Slack is busy.", pause).pause == 300


@pytest.mark.parametrize("kind", ["html", "plain"])
async def test_a_page_in_place_of_slacks_answer_delays_a_request_and_no_more(
    story: Story, ada: User, kind: str
) -> None:
    faults = story.world.server.slack.faults
    await story.world.later(timedelta(seconds=PAUSE + 1))
    {"html": faults.html, "plain": faults.plain}[kind](502, only=WHO)
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    await story.until(lambda: not faults.active(kind))
    await story.world.later(timedelta(seconds=10))
    await story.card(ada)


def _asked_about(story: Story, user: User) -> int:
    """Return how often Slack was asked who somebody is."""
    calls = [call for call in story.slack.calls if call.method == WHO]
    return sum(call.arguments.get("user") == user.id for call in calls)
