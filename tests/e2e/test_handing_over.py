"""What needs a person is handed to one by name: they are told, reminded, and attest it."""

from datetime import timedelta

import pytest

from sandbox.slack.model import Message, User, View
from storage import audit
from tests.e2e.forging import Forger
from tests.e2e.story import Story, labels

HAND = "Hand over AppXite"
DONE = "AppXite is done by hand"
SEEN = "Blocked in the portal, see ticket IT-4711"


@pytest.fixture(name="card")
async def half_done(story: Story, ada: User) -> Message:
    """The card of an offboarding of which only AppXite is left."""
    story.world.server.appxite.add(ada.real_name, ada.email)
    card = await story.offboarding(ada, github=story.people.login(ada))
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    return card


@pytest.fixture
def bea(story: Story) -> User:
    """Somebody who is neither named nor an approver."""
    return story.people.member()


async def form_of(story: Story, who: User) -> View:
    """Wait until the form is open."""
    await story.until(lambda: story.slack.modal(who))
    return story.slack.opened(who)


async def hands(story: Story, card: Message, to: User) -> dict[str, str] | None:
    """Have the only one who approved hand it over; return what the form says against it."""
    await story.press(card, HAND)
    await form_of(story, story.approver)
    return await story.slack.submit(story.approver, {"receiver": to.id})


async def test_whoever_is_handed_it_is_told_and_attests_it(
    story: Story, card: Message, ada: User, bea: User
) -> None:
    assert await hands(story, card, bea) is None
    await story.until(lambda: "Handed over to" in story.line(card, "AppXite"))
    assert f"Handed over to @{bea.real_name}" in story.line(card, "AppXite")
    task = await story.card(ada, told=bea)
    assert "You are asked to finish by hand" in story.text(task)
    assert "block the account" in story.line(task, "AppXite")
    await story.press(task, DONE, who=bea)
    await form_of(story, bea)
    assert await story.slack.submit(bea, {"evidence": SEEN}) is None
    text = await story.reads(card, "Completed")
    assert f"Attested by @{bea.real_name}" in text
    await story.reads(task, "Nothing is left to do by hand")


async def test_whoever_had_it_before_reads_that_somebody_else_has_it_now(
    story: Story, card: Message, ada: User, bea: User
) -> None:
    keeper = story.world.server.cast.keeper
    before = await story.card(ada, told=keeper)
    assert await hands(story, card, bea) is None
    await story.reads(before, "Somebody else has this now", f"Handed over to @{bea.real_name}")
    task = await story.card(ada, told=bea)
    await story.press(task, HAND, who=bea)
    await form_of(story, bea)
    assert await story.slack.submit(bea, {"receiver": keeper.id}) is None
    await story.reads(task, "Somebody else has this now")


async def test_the_audit_says_who_handed_it_to_whom(story: Story, card: Message, bea: User) -> None:
    assert await hands(story, card, bea) is None
    number = story.number(card)
    told = await story.asks(f"why {number}")
    said = f"Handed over at AppXite by @{story.approver.real_name}, rule `approver`"
    assert f"{said}: @{bea.real_name}" in told
    database = story.world.aboard.means.database
    events = await database.read(lambda one: audit.of_request(one, number))
    [event] = [one for one in events if one.code == "STP011I"]
    assert (event.actor, event.detail) == (story.approver.id, f"to {bea.id}")


async def test_a_form_that_is_delivered_twice_hands_it_over_once(
    story: Story, card: Message, bea: User, forger: Forger
) -> None:
    assert await hands(story, card, bea) is None
    again = await forger.send("interaction", forger.last("interaction"))
    assert (again.status, again.body) == (200, b"")
    told = await story.asks(f"why {story.number(card)}")
    assert told.count("Handed over") == 1


async def test_only_an_approver_or_whoever_is_named_can_hand_it_over(
    story: Story, card: Message, ada: User, bea: User
) -> None:
    await story.press(card, HAND, who=bea)
    await story.hears(bea, "Only an approver, or whoever is named for this, can hand it over")
    await story.press(card, HAND, who=ada)
    await story.hears(ada, "This is about you, so somebody else has to hand it over")
    assert story.slack.modal(bea) is None
    assert "Handed over" not in story.line(card, "AppXite")


async def test_it_is_not_handed_to_the_person_concerned_nor_to_the_only_approver(
    story: Story, card: Message, ada: User
) -> None:
    wrong = await hands(story, card, ada)
    assert wrong == {"receiver": "This is about that person, so somebody else has to do it."}
    wrong = await story.slack.submit(story.approver, {"receiver": story.approver.id})
    assert wrong is not None
    assert "alone approved this" in wrong["receiver"]
    assert "Handed over" not in story.line(card, "AppXite")


async def test_a_guest_is_not_handed_anything(story: Story, card: Message, bea: User) -> None:
    bea.is_restricted = True
    wrong = await hands(story, card, bea)
    assert wrong is not None
    assert "Only a full, active member" in wrong["receiver"]


async def test_what_was_done_meanwhile_is_not_handed_over(
    story: Story, card: Message, bea: User, ada: User
) -> None:
    await story.press(card, HAND)
    await form_of(story, story.approver)
    story.world.server.appxite.block(ada.email)
    await story.press(card, "Retry AppXite", who=story.asker)
    await story.reads(card, "Completed")
    wrong = await story.slack.submit(story.approver, {"receiver": bea.id})
    assert wrong == {"receiver": "AppXite is unchanged: there is nothing to hand over."}


async def test_what_a_later_request_has_seen_to_is_not_handed_over(
    story: Story, card: Message, bea: User, ada: User
) -> None:
    shown, other = story.slack.copy_of(card), story.people.approver()
    await story.press(card, HAND)
    await form_of(story, story.approver)
    story.world.server.appxite.block(ada.email)
    later = await story.offboarding(ada, github=story.people.login(ada))
    await story.press(later, "Approve", who=other)
    await story.reads(later, "Completed")
    said = f"AppXite needs nothing more: request #{story.number(later)} has seen to it since."
    assert await story.slack.submit(story.approver, {"receiver": bea.id}) == {"receiver": said}
    await story.press(shown, HAND, who=other)
    await story.hears(other, said)
    assert story.slack.modal(other) is None
    assert "Handed over" not in await story.asks(f"why {story.number(card)}")


async def test_who_has_it_is_reminded_when_it_is_overdue_and_nobody_else_is(
    story: Story, card: Message, ada: User, bea: User
) -> None:
    assert await hands(story, card, bea) is None
    await story.world.later(timedelta(hours=2))
    text = await story.direct(bea, "is overdue", "It is handed over")
    assert f"Handed over to @{bea.real_name}" in text
    overdue = f"{ada.real_name} is overdue"
    for other in (story.approver, story.asker, story.world.server.cast.keeper):
        assert not [one for one in story.heard(other) if overdue in one]
    assert DONE in labels([*story.slack.direct_messages(bea)][-1])
