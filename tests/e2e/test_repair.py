"""What went wrong is put right in one go, by another person, or left undone on purpose."""

from sandbox.slack.model import Message, User
from storage import audit
from tests.e2e.story import Story, labels

ALL = "Retry all failed"
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
