"""A public line welcomes whoever came on board, where their profile says so and nowhere else."""

from datetime import timedelta

import pytest

from sandbox.slack.model import User
from tests.e2e.settings import on_both_databases
from tests.e2e.story import REQUESTS, Story

GENERAL = "#general"
POLICY = """
[profiles.greeted]
title = "Greeted <!here>"
welcome = "C0GENERAL1"
axiom = { role = "user" }
"""
CREATE = "POST /axiom/v2/users"

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


def welcomes(story: Story, somebody: User) -> list[str]:
    """Return what welcomes somebody, anywhere."""
    said = [story.text(one) for place in (GENERAL, REQUESTS) for one in story.slack.messages(place)]
    return [text for text in said if "welcome" in text and somebody.real_name in text]


async def test_whoever_came_on_board_is_welcomed_once(story: Story, ada: User) -> None:
    card = await story.onboarding(ada, "greeted")
    await story.world.spoken()
    assert not welcomes(story, ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await story.until(lambda: welcomes(story, ada))
    await story.world.later(timedelta(minutes=1))
    await story.world.spoken()
    [line] = welcomes(story, ada)
    assert line == f"👋 Please welcome @{ada.real_name}: on board as Greeted <!here>."
    [posted] = [one for one in story.slack.messages(GENERAL) if story.text(one) == line]
    assert "<!here>" not in posted.text


async def test_nobody_is_welcomed_whose_profile_does_not_say_so(story: Story, ada: User) -> None:
    await story.onboarded(ada, "analyst")
    await story.world.spoken()
    assert not welcomes(story, ada)


async def test_whoever_had_everything_already_is_not_welcomed_again(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada, "analyst")
    await story.world.spoken()
    story.world.server.axiom.user(ada.email).role = "user"  # type: ignore[union-attr]  # just made
    await story.onboarded(ada, "greeted")
    await story.world.spoken()
    assert not welcomes(story, ada)


async def test_nobody_is_welcomed_before_everything_is_done(story: Story, ada: User) -> None:
    story.world.server.axiom.faults.status(400, only=CREATE)
    card = await story.onboarding(ada, "greeted")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    await story.world.spoken()
    assert not welcomes(story, ada)
    await story.press(card, "Retry Axiom")
    await story.reads(card, "Completed")
    await story.until(lambda: welcomes(story, ada))
