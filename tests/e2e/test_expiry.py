"""A question stands for 72 hours; then it is over, and everybody who cares is told."""

import asyncio
from datetime import timedelta

from dbos import DBOS

from sandbox.slack.model import User
from tests.e2e.forging import Forger
from tests.e2e.story import Story
from tests.e2e.world import PATIENCE, World

NEARLY = timedelta(hours=71, minutes=58)
ALL_OF_IT = timedelta(hours=72)
AN_HOUR = timedelta(hours=1)


async def test_a_request_that_nobody_decides_expires_and_says_so(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.world.later(ALL_OF_IT)
    text = await story.reads(card, "Expired")
    assert "[Approve]" not in text
    await story.direct(story.asker, "expired: nobody decided in time")


async def test_shortly_before_its_end_a_request_can_still_be_approved(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await story.world.later(NEARLY)
    assert "Waiting for approval" in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")


async def test_a_click_on_an_expired_request_does_nothing(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    shown = story.slack.copy_of(card)
    await story.world.later(ALL_OF_IT)
    await story.reads(card, "Expired")
    await story.press(shown, "Approve")
    await story.hears(story.approver, "is expired; nothing is left to decide")
    await story.press(shown, "Deny")
    assert story.slack.modal(story.approver) is None
    assert story.at_axiom(ada) is None
    assert not story.asked_of_axolo(ada)


async def test_a_click_after_the_end_does_nothing_although_nobody_noticed_the_end_yet(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    shown = story.slack.copy_of(card)
    story.world.clock.forward(ALL_OF_IT)
    await story.press(shown, "Approve")
    await story.hears(story.approver, "expired")
    assert story.at_axiom(ada) is None
    assert not story.asked_of_axolo(ada)
    await story.world.later(timedelta())
    await story.reads(card, "Expired")


async def test_a_clock_that_jumps_back_revives_nothing_that_is_over(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    shown = story.slack.copy_of(card)
    await story.world.later(ALL_OF_IT)
    await story.reads(card, "Expired")
    story.world.clock.forward(-AN_HOUR)
    try:
        await story.press(shown, "Approve")
        await story.hears(story.approver, "is expired; nothing is left to decide")
        assert "Expired" in story.text(card)
        assert not story.asked_of_axolo(ada)
    finally:
        story.world.clock.forward(AN_HOUR)


async def test_a_denial_written_too_slowly_is_told_that_the_time_is_over(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Deny")
    await story.world.later(ALL_OF_IT)
    wrong = await story.slack.submit(story.approver, {"reason": "No"})
    assert wrong is not None
    assert "expired" in wrong["reason"]


async def test_after_the_end_the_same_person_can_be_asked_for_again(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await story.world.later(ALL_OF_IT)
    await story.reads(card, "Expired")
    await story.onboarded(ada)
    assert story.at_axiom(ada) == "user"


async def test_a_click_is_forgotten_after_a_day_and_still_counts_once(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarded(ada)
    click = forger.last("interaction")
    await story.world.later(timedelta(hours=25))
    await story.world.aboard.forgetting.once()
    assert (await forger.send("interaction", click)).ok
    await story.hears(story.approver, "already approved request")
    assert story.text(card).count("approved by") == 1
    assert len(story.created_at_axiom(ada)) == 1


async def test_what_the_engine_has_forgotten_after_a_month_is_taken_back_like_anything_else(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    await story.world.later(timedelta(days=31))
    await _all_is_forgotten(story.world)
    card = await story.offboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None


async def _all_is_forgotten(world: World) -> None:
    """Wait for it: in a month, accesses end that other stories have left, and work begins anew."""
    async with asyncio.timeout(PATIENCE):
        while await DBOS.list_workflows_async():
            await world.at_rest()
            await world.aboard.forgetting.once()
