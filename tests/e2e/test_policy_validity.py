"""An approval counts for a day: what it is too old for is not done, and is asked again."""

from datetime import timedelta

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar, told
from tests.e2e.story import Story

A_DAY = timedelta(hours=24)


async def approved_while_refused(story: Story, ada: User) -> Message:
    """Have a request approved while Axiom forbids it, so that its part fails."""
    card = await story.onboarding(ada)
    story.world.server.axiom.faults.status(403)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "Retry Axiom")
    story.world.server.axiom.faults.clear()
    return card


async def test_an_approval_that_is_too_old_stops_the_step_and_asks_again(
    story: Story, ada: User
) -> None:
    card = await approved_while_refused(story, ada)
    await story.world.later(A_DAY + timedelta(minutes=1))
    await story.press(card, "Retry Axiom")
    await story.reads(card, "The approval is older than 24 hours: nothing was changed")
    assert story.at_axiom(ada) is None
    second = await story.card(ada)
    assert f"It is asked again as request #{story.number(second)}" in story.line(card, "Axiom")
    assert "Waiting for approval" in story.text(second)
    await story.press(second, "Approve")
    await story.reads(second, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_within_a_day_an_approval_still_counts(story: Story, ada: User) -> None:
    card = await approved_while_refused(story, ada)
    await story.world.later(A_DAY - timedelta(minutes=5))
    await story.press(card, "Retry Axiom")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_what_starts_later_is_approved_for_then(story: Story, ada: User) -> None:
    calendar = Calendar(story)
    start = calendar.wall(5, "09:00", ada)
    card = await calendar.asks(ada, starts=start)
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    await calendar.until(start, ada)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_what_is_asked_again_after_its_planned_start_starts_at_once(
    story: Story, ada: User
) -> None:
    calendar = Calendar(story)
    start, end = calendar.wall(5, "09:00", ada), calendar.wall(50, "18:00", ada)
    card = await calendar.asks(ada, starts=start, until=end)
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    story.world.server.axiom.add(ada.real_name, ada.email, "admin")
    await calendar.until(start, ada)
    await story.reads(card, "Needs attention", "not what was approved any more")
    second = await story.card(ada)
    assert told(end, ada.tz) in story.text(second)
    await story.press(second, "Approve")
    await story.reads(second, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_what_needs_no_writing_needs_no_young_approval(story: Story, ada: User) -> None:
    card = await approved_while_refused(story, ada)
    story.world.server.axiom.add(ada.real_name, ada.email, "user")
    await story.world.later(A_DAY + timedelta(minutes=1))
    await story.press(card, "Retry Axiom")
    await story.reads(card, "Completed")
    assert not story.created_at_axiom(ada)


@pytest.mark.parametrize("times", [2])
async def test_it_is_asked_again_once_however_often_somebody_retries(
    story: Story, ada: User, times: int
) -> None:
    card = await approved_while_refused(story, ada)
    await story.world.later(A_DAY + timedelta(minutes=1))
    await story.press(card, "Retry Axiom")
    second = await story.card(ada)
    for _ in range(times):
        await story.press(card, "Retry Axiom")
    await story.hears(story.approver, f"Request #{story.number(second)} about the same person")
    mine = [one for one in story.cards() if ada.email in story.text(one)]
    assert len(mine) == 2
