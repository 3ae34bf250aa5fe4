"""What went wrong is put right in one go, by another person, or left undone on purpose."""

from datetime import timedelta

import pytest

from sandbox.slack.model import Message, User
from storage import audit
from tests.e2e.story import Story, labels

ALL = "Retry all failed"
SOON_OVERDUE = timedelta(minutes=70)
AXIOM_CREATE = "POST /axiom/v2/users"
AXOLO_ONBOARD = "POST /axolo/v1/engineer/onboard"


async def both_refuse(story: Story, subject: User) -> Message:
    """Have Axolo and Axiom refuse, and return the card."""
    story.world.server.axiom.faults.status(400, only=AXIOM_CREATE)
    story.world.server.axolo.faults.status(400, only=AXOLO_ONBOARD)
    card = await story.onboarding(subject)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    return card


async def test_all_that_failed_is_tried_again_under_the_same_approval(
    story: Story, ada: User
) -> None:
    card = await both_refuse(story, ada)
    assert {ALL, "Retry Axiom", "Retry Axolo"} <= labels(card)
    await story.press(card, ALL, who=story.asker)
    await story.reads(card, "Completed")
    told = await story.hears(story.asker, "Trying", "again")
    assert "Axiom" in told
    assert "Axolo" in told
    assert story.at_axiom(ada) == "user"
    assert len(story.created_at_axiom(ada)) == 2
    assert len(story.asked_of_axolo(ada)) == 2
    assert story.text(card).count("approved by") == 1
    assert ALL not in labels(card)


async def test_where_one_failed_there_is_no_button_for_all(story: Story, ada: User) -> None:
    story.world.server.axiom.faults.status(400, only=AXIOM_CREATE)
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    assert "Retry Axiom" in labels(card)
    assert ALL not in labels(card)


async def test_two_who_retry_all_at_once_make_one_try_of_each(story: Story, ada: User) -> None:
    card = await both_refuse(story, ada)
    shown = story.slack.copy_of(card)
    await story.press(shown, ALL)
    await story.press(shown, ALL, who=story.asker)
    await story.reads(card, "Completed")
    assert len(story.created_at_axiom(ada)) == 2
    assert len(story.asked_of_axolo(ada)) == 2
    await story.hears(story.asker, "Nothing in request", "can be tried again")


async def test_whoever_neither_asked_nor_approves_cannot_retry_all(story: Story, ada: User) -> None:
    card = await both_refuse(story, ada)
    bea = story.people.member()
    await story.press(card, ALL, who=bea)
    await story.hears(bea, "Only the requester or an approver can retry this")
    assert len(story.created_at_axiom(ada)) == 1


async def test_what_may_have_been_done_unseen_is_not_repeated_with_the_rest(
    story: Story, ada: User
) -> None:
    story.world.server.axiom.faults.status(400, only=AXIOM_CREATE)
    story.world.server.axolo.faults.lose_answer(only=AXOLO_ONBOARD)
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    await story.press(card, ALL)
    await story.hears(story.approver, "Trying Axiom again", "Not Axolo", "Please look first")
    await story.until(lambda: "done, verified" in story.line(card, "Axiom"))
    await story.world.at_rest()
    assert len(story.asked_of_axolo(ada)) == 1
    assert "unknown" in story.line(card, "Axolo")


async def test_the_audit_holds_a_retry_of_each(story: Story, ada: User) -> None:
    card = await both_refuse(story, ada)
    await story.press(card, ALL, who=story.asker)
    await story.reads(card, "Completed")
    number = story.number(card)
    database = story.world.aboard.means.database
    events = await database.read(lambda one: audit.of_request(one, number))
    asked = [(one.vendor, one.actor) for one in events if one.code == "STP006I"]
    assert sorted(asked) == [("axiom", story.asker.id), ("axolo", story.asker.id)]


async def removal_refused(story: Story, subject: User, *vendors: str) -> Message:
    """Have vendors refuse the removal of somebody on board, and return the card."""
    await story.onboarded(subject)
    card = await story.offboarding(subject)
    for one in vendors:
        story.world.server.vendors[one].faults.status(400, times=None)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", f"[{ALL}]")
    return card


async def back_on_board(story: Story, subject: User, *vendors: str) -> Message:
    """Have these vendors accept again, and bring somebody back by them; return that card."""
    for one in vendors:
        story.world.server.vendors[one].faults.clear()
    return await story.onboarded(subject)


async def test_what_a_later_request_has_made_good_does_not_keep_the_rest_from_being_tried_again(
    story: Story, ada: User
) -> None:
    card = await removal_refused(story, ada, "axiom", "ixon", "ambition")
    await back_on_board(story, ada, "axiom")
    await story.until(lambda: "Retry Axiom" not in labels(card))
    for one in ("ixon", "ambition"):
        story.world.server.vendors[one].faults.clear()
    await story.press(card, ALL, who=story.asker)
    told = await story.hears(story.asker, "Trying", "IXON", "Ambition", "again")
    assert "Axiom" not in told
    await story.reads(card, "Ended with errors, seen to otherwise since")
    assert story.at_axiom(ada) == "user"


async def test_whoever_retries_what_was_all_made_good_reads_which_request_did(
    story: Story, ada: User
) -> None:
    card = await removal_refused(story, ada, "axiom", "axolo")
    shown = story.slack.copy_of(card)
    later = await back_on_board(story, ada, "axiom", "axolo")
    await story.until(lambda: ALL not in labels(card))
    await story.press(shown, ALL, who=story.asker)
    seen = f"request #{story.number(later)} has seen to it since"
    told = await story.hears(story.asker, "Nothing in request", "Axiom needs nothing more", seen)
    assert f"Axolo needs nothing more: {seen}." in told
    assert story.at_axiom(ada) == "user"


def offering(story: Story, button: str, about: User, card: Message) -> Message | None:
    """Return what offers a button: the card, or what its requester is told of it as overdue."""
    told = [
        one
        for one in story.slack.direct_messages(story.asker)
        if f"{about.real_name} is overdue" in story.text(one)
    ]
    return next((one for one in [card, *told] if button in labels(one)), None)


@pytest.mark.parametrize("button", ["Axiom is done by hand", "I'll see to it"])
async def test_who_wants_to_see_to_what_was_made_good_reads_which_request_did(
    story: Story, ada: User, button: str
) -> None:
    card = await removal_refused(story, ada, "axiom", "axolo")
    await story.world.later(SOON_OVERDUE)
    found = await story.until(lambda: offering(story, button, ada, card))
    assert found is not None
    shown = story.slack.copy_of(found)
    later = await back_on_board(story, ada, "axiom", "axolo")
    await story.until(lambda: ALL not in labels(card))
    other = story.people.approver()
    await story.press(shown, button, who=other)
    seen = f"request #{story.number(later)} has seen to it since"
    await story.hears(other, f"Axiom needs nothing more: {seen}.")
    assert story.slack.modal(other) is None
    assert "Seen to by" not in story.text(card)
