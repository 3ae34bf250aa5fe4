"""Slack does not say who somebody is: the ask is kept, and Slack is asked again when it wants."""

from datetime import timedelta

import pytest

from sandbox.slack.model import User
from tests.e2e.story import Story, mention

WHO = "users.info"
PAUSE = 30


async def test_no_more_is_asked_who_somebody_is_before_the_pause_that_slack_wants_is_over(
    story: Story, ada: User
) -> None:
    await story.world.later(timedelta(seconds=PAUSE + 1))
    faults, another = story.world.server.slack.faults, story.people.member()
    faults.rate_limit(seconds=PAUSE, only=WHO)
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    await story.until(lambda: not faults.active("rate_limit"))
    await story.types("/onboard", f"{mention(another)} {story.people.login(another)}")
    await story.world.later(timedelta(seconds=PAUSE - 1))
    assert _asked_about(story, another) == 0
    await story.world.later(timedelta(seconds=2))
    await story.card(ada)
    await story.card(another)


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
