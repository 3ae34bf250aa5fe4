"""What was approved once is overtaken by what was approved later about the same person."""

from datetime import timedelta

from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar
from tests.e2e.story import Story, labels
from tests.e2e.test_cancelling_the_rest import REST, held

CREATE = "POST /axiom/v2/users"
DELETE = "DELETE /axiom/v2/users"
TAKE_BACK = "DELETE /ixon/invites"
A_WHILE = timedelta(minutes=11)
RETRY = "Retry Axiom"

__all__ = ["held"]  # a fixture of another file


async def approved(story: Story, card: Message) -> Message:
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    return card


async def refused(story: Story, card: Message, call: str) -> Message:
    """Have Axiom refuse what a card asks for; return the card as it is shown then."""
    story.world.server.axiom.faults.status(400, only=call)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", RETRY)
    story.world.server.axiom.faults.clear()
    return story.slack.copy_of(card)


async def retried_in_vain(story: Story, shown: Message) -> None:
    await story.press(shown, RETRY, who=story.asker)
    await story.hears(story.asker, "was approved later and carried out")
    await story.world.at_rest()


async def test_whoever_was_offboarded_gets_nothing_back_by_a_retry(story: Story, ada: User) -> None:
    shown = await refused(story, await story.onboarding(ada), CREATE)
    await approved(story, await story.offboarding(ada))
    await retried_in_vain(story, shown)
    assert story.at_axiom(ada) is None


async def test_what_has_ended_is_not_given_after_its_end_by_a_retry(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(1, "00:30", ada)
    shown = await refused(story, await calendar.asks(ada, until=end), CREATE)
    await calendar.until(end, ada)
    await story.reads(await story.card(ada), "Completed", "Offboard")
    await retried_in_vain(story, shown)
    assert story.at_axiom(ada) is None


async def test_whoever_came_back_loses_nothing_by_a_retry(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    shown = await refused(story, await story.offboarding(ada), DELETE)
    await story.onboarded(ada)
    await retried_in_vain(story, shown)
    assert story.at_axiom(ada) == "user"


async def test_what_no_later_request_has_seen_to_is_still_removed_by_a_retry(
    story: Story, ada: User, held: set[str]
) -> None:
    await story.onboarded(ada)
    shown = await refused(story, await story.offboarding(ada), DELETE)
    held.add("axiom")
    again = await story.offboarding(ada)
    await story.press(again, "Approve")
    await story.until(lambda: "accepted" in story.line(again, "Axolo"))
    await story.press(again, REST)
    await story.reads(again, "Partly done, the rest cancelled")
    held.clear()
    assert story.at_axiom(ada) == "user"
    await story.press(shown, RETRY, who=story.asker)
    await story.hears(story.asker, "Trying Axiom again")
    await story.until(lambda: story.at_axiom(ada) is None)


async def test_what_starts_later_does_not_start_for_whoever_was_offboarded_since(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start = calendar.wall(5, "09:00", ada)
    card = await calendar.asks(ada, starts=start)
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    leaving = await approved(story, await story.offboarding(ada))
    await calendar.until(start, ada)
    await story.reads(card, "Cancelled", f"Request #{story.number(leaving)}", "approved later")
    await story.direct(story.asker, "is cancelled", "ask anew")
    assert story.at_axiom(ada) is None


async def test_whoever_is_away_between_two_accesses_comes_back(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end, back = calendar.wall(3, "18:00", ada), calendar.wall(6, "09:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    card = await calendar.asks(ada, starts=back)
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    await calendar.until(end, ada)
    await story.reads(await story.card(ada), "Completed", "Offboard")
    assert story.at_axiom(ada) is None
    await calendar.until(back, ada)
    await story.reads(card, "is asked again as request")
    await approved(story, await story.card(ada))
    assert story.at_axiom(ada) == "user"


async def test_no_invitation_is_mailed_again_to_whoever_is_to_leave(
    story: Story, ada: User
) -> None:
    card = await story.onboarded(ada, "seller")
    await story.reads(card, "invited, the person must accept")
    ixon = story.world.server.ixon
    ixon.faults.status(400, only=TAKE_BACK, times=9)
    leaving = await story.offboarding(ada)
    await story.press(leaving, "Approve")
    await story.reads(leaving, "Needs attention")
    ixon.faults.clear()
    await story.world.later(A_WHILE)
    resend = "Resend IXON's invitation"
    assert resend in labels(card)
    await story.press(card, resend, who=story.asker)
    await story.hears(story.asker, "can't be mailed again just now")


async def test_what_is_attested_after_a_later_removal_is_not_taken_for_held(
    story: Story, ada: User
) -> None:
    shown = await refused(story, await story.onboarding(ada), CREATE)
    await refused(story, await story.offboarding(ada), "/axiom/")
    other = story.people.approver()
    await story.press(shown, "Axiom is done by hand", who=other)
    story.slack.opened(other)
    assert await story.slack.submit(other, {"evidence": "It was there for an hour"}) is None
    await story.until(lambda: "It was there for an hour" in story.line(story.cards()[0], "Axiom"))
    known = await story.world.aboard.reads.known(ada.id)
    assert not known.holdings
