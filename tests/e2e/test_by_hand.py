"""What no call can do is done by hand: a person is named and told, and somebody vouches for it."""

import asyncio

import pytest

from sandbox.slack.model import Message, User, View
from storage import audit
from tests.e2e.calendar import Calendar
from tests.e2e.forging import Forger
from tests.e2e.story import Story, labels
from tests.e2e.world import World

DONE = "AppXite is done by hand"
SEEN = "Blocked in the portal, see ticket IT-4711"


@pytest.fixture
def keeper(world: World) -> User:
    """Who is named in the settings for AppXite; no approver."""
    return world.server.cast.keeper


@pytest.fixture(name="card")
async def half_done(story: Story, ada: User) -> Message:
    """The card of an offboarding of which only AppXite is left."""
    story.world.server.appxite.add(ada.real_name, ada.email)
    card = await story.offboarding(ada, github=story.people.login(ada))
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    return card


async def form_of(story: Story, who: User) -> View:
    """Wait until the form is open."""
    await story.until(lambda: story.slack.modal(who))
    return story.slack.opened(who)


async def attests(story: Story, card: Message, who: User, evidence: str = SEEN) -> None:
    """Open the form on the card, fill it in, and see it accepted."""
    await story.press(card, DONE, who=who)
    await form_of(story, who)
    assert await story.slack.submit(who, {"evidence": evidence}) is None


async def test_what_was_done_by_hand_is_attested_and_the_request_is_complete(
    story: Story, card: Message, keeper: User
) -> None:
    await attests(story, card, keeper)
    await story.reads(card, "Completed")
    line = story.line(card, "AppXite")
    assert "done by hand, attested" in line
    assert f"Attested by @{keeper.real_name}" in line
    assert SEEN in line
    assert not {DONE, "Retry AppXite"} & labels(card)
    await story.direct(story.asker, "Offboard", "is done.")


async def test_the_named_person_is_told_and_may_attest_from_there(
    story: Story, card: Message, ada: User, keeper: User
) -> None:
    assert DONE in labels(card)
    task = await story.card(ada, told=keeper)
    assert "You are asked to finish by hand" in story.text(task)
    assert "block the account" in story.line(task, "AppXite")
    await attests(story, task, keeper)
    await story.reads(task, "Nothing is left to do by hand", "done by hand, attested")
    assert labels(task) == set()


async def test_the_history_says_who_attested_and_the_audit_holds_no_evidence(
    story: Story, card: Message, keeper: User
) -> None:
    await attests(story, card, keeper)
    await story.reads(card, "Completed")
    number = story.number(card)
    told = await story.asks(f"why {number}")
    assert f"Done by hand, attested at AppXite by @{keeper.real_name}, rule `by-hand`" in told
    database = story.world.aboard.means.database
    events = await database.read(lambda one: audit.of_request(one, number))
    [event] = [one for one in events if one.code == "STP008I"]
    assert event.actor == keeper.id
    assert "IT-4711" not in event.detail


async def test_the_only_one_who_approved_cannot_vouch_for_it_alone(
    story: Story, card: Message
) -> None:
    await story.press(card, DONE)
    await story.hears(story.approver, "You alone approved this")
    assert story.slack.modal(story.approver) is None
    assert "Needs attention" in story.text(card)


async def test_another_approver_may_attest(story: Story, card: Message) -> None:
    other = story.people.approver()
    await attests(story, card, other)
    text = await story.reads(card, "Completed")
    assert f"Attested by @{other.real_name}" in text


async def test_whoever_is_neither_named_nor_an_approver_cannot_attest(
    story: Story, card: Message
) -> None:
    await story.press(card, DONE, who=story.asker)
    await story.hears(story.asker, "Only an approver, or whoever is named for this")
    assert "needs a person" in story.line(card, "AppXite")


async def test_the_person_concerned_cannot_attest(story: Story, card: Message, ada: User) -> None:
    await story.press(card, DONE, who=ada)
    await story.hears(ada, "This is about you")


async def test_whoever_loses_the_right_while_the_form_is_open_does_not_count(
    story: Story, card: Message
) -> None:
    other = story.people.approver()
    await story.press(card, DONE, who=other)
    await form_of(story, other)
    story.people.dismiss()
    wrong = await story.slack.submit(other, {"evidence": SEEN})
    assert wrong is not None
    assert "Only an approver" in wrong["evidence"]
    assert "needs a person" in story.line(card, "AppXite")


async def test_without_evidence_nothing_counts(story: Story, card: Message, keeper: User) -> None:
    await story.press(card, DONE, who=keeper)
    await form_of(story, keeper)
    assert await story.slack.submit(keeper, {"evidence": "   "}) == {
        "evidence": "Please say how this can be seen."
    }
    assert "needs a person" in story.line(card, "AppXite")


async def test_of_two_who_attest_one_counts(story: Story, card: Message, keeper: User) -> None:
    other = story.people.approver()
    for who in (keeper, other):
        await story.press(card, DONE, who=who)
        await form_of(story, who)
    assert await story.slack.submit(keeper, {"evidence": SEEN}) is None
    wrong = await story.slack.submit(other, {"evidence": "I did, too"})
    assert wrong == {"evidence": "AppXite is attested: there is nothing to mark as done by hand."}
    text = await story.reads(card, "Completed")
    assert f"Attested by @{keeper.real_name}" in text


async def test_what_a_later_request_has_seen_to_while_the_form_was_open_is_not_attested(
    story: Story, card: Message, ada: User, keeper: User
) -> None:
    await story.press(card, DONE, who=keeper)
    await form_of(story, keeper)
    story.world.server.appxite.block(ada.email)
    later = await story.offboarding(ada, github=story.people.login(ada))
    await story.press(later, "Approve")
    await story.reads(later, "Completed")
    wrong = await story.slack.submit(keeper, {"evidence": SEEN})
    seen = f"request #{story.number(later)} has seen to it since"
    assert wrong == {"evidence": f"AppXite needs nothing more: {seen}."}
    await story.reads(card, "needed a person, seen to otherwise since")
    assert "Attested by" not in story.text(card)


async def test_of_two_who_attest_at_once_one_counts(
    story: Story, card: Message, keeper: User
) -> None:
    both = (keeper, story.people.approver())
    for who in both:
        await story.press(card, DONE, who=who)
        await form_of(story, who)
    ends = await asyncio.gather(*(story.slack.submit(who, {"evidence": SEEN}) for who in both))
    assert sorted(end is None for end in ends) == [False, True]
    text = await story.reads(card, "Completed")
    assert text.count("Attested by") == 1


async def test_a_form_that_is_delivered_twice_is_one_word(
    story: Story, card: Message, keeper: User, forger: Forger
) -> None:
    await attests(story, card, keeper)
    again = await forger.send("interaction", forger.last("interaction"))
    assert (again.status, again.body) == (200, b"")
    text = await story.reads(card, "Completed")
    assert text.count("Attested by") == 1
    told = await story.asks(f"why {story.number(card)}")
    assert told.count("Done by hand, attested") == 1


@pytest.mark.parametrize("evidence", ["x" * 1001, "\x00\x01", ""])
async def test_what_no_form_lets_through_does_not_count_either(
    story: Story, card: Message, keeper: User, forger: Forger, evidence: str
) -> None:
    await story.press(card, DONE, who=keeper)
    form = await form_of(story, keeper)
    answer = await forger.send("interaction", forger.submission(keeper, form, evidence=evidence))
    assert answer.ok
    said = answer.json()
    assert said is not None
    assert "evidence" in said["errors"]
    assert "needs a person" in story.line(card, "AppXite")


@pytest.mark.parametrize("ref", ["", "A" * 22, "x" * 2000])
async def test_a_guessed_reference_attests_nothing(
    story: Story, card: Message, keeper: User, forger: Forger, ref: str
) -> None:
    await story.press(card, DONE, who=keeper)
    payload = forger.submission(keeper, await form_of(story, keeper), evidence=SEEN)
    payload["view"]["private_metadata"] = ref
    answer = await forger.send("interaction", payload)
    said = answer.json()
    assert said is not None
    assert "I don't know this request any more" in said["errors"]["evidence"]
    assert "needs a person" in story.line(card, "AppXite")


async def test_what_was_attested_is_not_tried_again(
    story: Story, card: Message, keeper: User
) -> None:
    shown = story.slack.copy_of(card)
    await attests(story, card, keeper)
    await story.reads(card, "Completed")
    await story.press(shown, "Retry AppXite", who=story.asker)
    await story.hears(story.asker, "AppXite is attested: there is nothing to try again")


async def test_a_retry_sees_what_a_person_has_done(story: Story, card: Message, ada: User) -> None:
    await story.press(card, "Retry AppXite", who=story.asker)
    await story.hears(story.asker, "Trying AppXite again")
    await story.reads(card, "Needs attention")
    story.world.server.appxite.block(ada.email)
    await story.press(card, "Retry AppXite", who=story.asker)
    await story.reads(card, "Completed")
    assert "already so, verified" in story.line(card, "AppXite")


async def test_an_unknown_answer_can_be_settled_by_hand_as_well(story: Story, ada: User) -> None:
    story.world.server.axolo.faults.lose_answer(only="POST /axolo/v1/engineer/onboard")
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    other = story.people.approver()
    await story.press(card, "Axolo is done by hand", who=other)
    await form_of(story, other)
    assert await story.slack.submit(other, {"evidence": "She is in Axolo's list"}) is None
    await story.reads(card, "Completed")
    assert len(story.asked_of_axolo(ada)) == 1


async def test_what_people_write_as_evidence_has_no_meaning_on_the_card(
    story: Story, card: Message, keeper: User
) -> None:
    await attests(story, card, keeper, "<!channel> *see* <https://evil.example|this>")
    await story.reads(card, "Completed")
    assert "<!channel>" not in str(card.blocks)
    assert "&lt;!channel&gt;" in str(card.blocks)


async def test_the_only_one_who_approved_an_end_with_its_plan_cannot_vouch_for_it_alone(
    story: Story, ada: User
) -> None:
    calendar = Calendar(story)
    end = calendar.wall(30, "18:00", ada)
    first = await calendar.asks(ada, until=end)
    await story.press(first, "Approve")
    await story.reads(first, "Completed")
    story.world.server.appxite.add(ada.real_name, ada.email)
    await calendar.until(end, ada)
    leaving = await story.card(ada)
    await story.reads(leaving, "Needs attention", "approved by Aboard")
    await story.press(leaving, DONE)
    await story.hears(story.approver, "You alone approved this")
    await attests(story, leaving, story.people.approver())
    await story.reads(leaving, "Completed")


async def test_a_second_account_of_the_only_one_who_approved_cannot_vouch_for_it(
    story: Story, card: Message
) -> None:
    other = story.people.approver()
    local, _, domain = story.approver.email.partition("@")
    other.email = f"{local.upper()}+ops@{domain}"
    await story.press(card, DONE, who=other)
    await story.hears(other, "You alone approved this")
    assert story.slack.modal(other) is None
    assert "Needs attention" in story.text(card)
