"""Where two approvals are needed, two people give them."""

import pytest

from sandbox.slack.model import User
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story

pytestmark = pytest.mark.parametrize("house", on_both_databases(threshold=2), indirect=True)


async def test_two_distinct_people_are_needed(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.hears(story.asker, "Needs 2 approvals")
    assert "0 of 2 approvals" in story.text(card)
    await story.press(card, "Approve")
    await story.hears(story.approver, "needs one more approval")
    await story.reads(card, "1 of 2 approvals")
    await story.nothing_happened(card, ada)
    await story.press(card, "Approve", who=story.people.approver())
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_one_person_approves_once_however_often_they_click(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")
    await story.press(card, "Approve")
    await story.hears(story.approver, "You have already decided")
    assert "1 of 2 approvals" in story.text(card)
    await story.nothing_happened(card, ada)


async def test_the_requester_is_no_second_approver(story: Story, ada: User) -> None:
    story.asker = story.people.approver()
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")
    await story.press(card, "Approve", who=story.asker)
    await story.hears(story.asker, "You asked for this")
    await story.nothing_happened(card, ada)


async def test_one_denial_ends_what_one_approved(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")
    await story.denies(card, "Not this month", who=story.people.approver())
    text = await story.reads(card, "Denied", "Not this month")
    assert f"approved by @{story.approver.real_name}" in text
    assert story.at_axiom(ada) is None
    assert not story.asked_of_axolo(ada)
