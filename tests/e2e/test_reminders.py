"""Who has not answered is reminded, who may answer grows, and nothing is forgotten."""

from datetime import timedelta
from functools import partial

import pytest

from sandbox.slack.model import Message, User, UserGroup
from tests.e2e.people import People
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story, labels, mention
from tests.e2e.test_home import home_of, part
from tests.e2e.world import OUT_OF_DATE, World

SECOND_LINE = "S0SECOND01"
POLICY = f"""
[reminders]
escalate_to = ["{SECOND_LINE}"]
escalate_after = "30h"
"""

pytestmark = pytest.mark.parametrize(
    "house", on_both_databases(threshold=2, policy=POLICY), indirect=True
)

HOURS = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
STILL = "still waits for you"


@pytest.fixture
def chief(world: World, people: People) -> User:
    """Somebody of the group that is asked after a while."""
    user = people.member()
    group = UserGroup(SECOND_LINE, "second-line", "Second line", [user.id])
    world.slack.state.directory.groups[SECOND_LINE] = group
    world.clock.forward(OUT_OF_DATE)
    return user


def reminders(story: Story, who: User, *words: str) -> list[Message]:
    said = story.slack.direct_messages(who)
    return [one for one in said if all(word in story.text(one) for word in (STILL, *words))]


async def test_approvers_are_reminded_less_and_less_often(story: Story, ada: User) -> None:
    await story.onboarding(ada)
    about = ada.email

    def told_so_often(count: int) -> bool:
        return len(reminders(story, story.approver, about)) == count

    for count, hours in enumerate((4, 20, 24), start=1):
        await story.world.later(hours * HOURS - 2 * HOURS)
        assert len(reminders(story, story.approver, about)) == count - 1
        await story.world.later(2 * HOURS)
        await story.until(partial(told_so_often, count))
    await story.world.later(20 * HOURS)
    assert len(reminders(story, story.approver, about)) == 3


async def test_only_those_who_are_missing_are_reminded_and_never_the_channel(
    story: Story, ada: User
) -> None:
    other = story.people.approver()
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")
    before = len(story.cards())
    await story.world.later(4 * HOURS)
    await story.until(lambda: reminders(story, other, ada.email))
    assert not reminders(story, story.approver, ada.email)
    assert not reminders(story, story.asker, ada.email)
    assert not reminders(story, ada, ada.email)
    assert len(story.cards()) == before
    said = [str(call.arguments) for call in story.slack.calls if "chat" in call.method]
    assert not any(word in one for one in said for word in ("<!here", "<!channel", "@here"))


async def test_a_reminder_has_the_buttons_and_says_later_how_it_ended(
    story: Story, ada: User
) -> None:
    other = story.people.approver()
    card = await story.onboarding(ada)
    await story.world.later(4 * HOURS)
    await story.until(lambda: reminders(story, story.approver, ada.email))
    [mine] = reminders(story, story.approver, ada.email)
    await story.press(mine, "Approve")
    await story.reads(card, "1 of 2 approvals")
    await story.press(card, "Approve", who=other)
    await story.reads(card, "Completed")
    await story.until(lambda: STILL not in story.text(mine))
    assert "[Approve]" not in story.text(mine)


async def test_reminders_that_were_missed_are_one_reminder(story: Story, ada: User) -> None:
    await story.onboarding(ada)
    await story.world.later(50 * HOURS)
    await story.until(lambda: reminders(story, story.approver, ada.email))
    await story.world.later(HOURS)
    assert len(reminders(story, story.approver, ada.email)) == 1


async def test_after_a_while_others_may_decide_as_well(
    story: Story, ada: User, chief: User
) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Approve", who=chief)
    await story.hears(chief, "You are not an approver of this request")
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")
    await story.world.later(29 * HOURS)
    assert not reminders(story, chief, ada.email)
    await story.world.later(2 * HOURS)
    await story.until(lambda: reminders(story, chief, ada.email))
    [asked] = reminders(story, chief, ada.email)
    await story.press(asked, "Approve", who=chief)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"
    said = await story.asks(f"why {story.number(card)}", who=story.approver)
    assert "Others are asked as well" in said


async def test_the_requester_never_decides_also_when_others_may(
    story: Story, ada: User, chief: User, world: World
) -> None:
    world.slack.state.directory.groups[SECOND_LINE].users.append(story.asker.id)
    card = await story.onboarding(ada)
    await story.world.later(31 * HOURS)
    await story.until(lambda: reminders(story, chief, ada.email))
    assert not reminders(story, story.asker, ada.email)
    await story.press(card, "Approve", who=story.asker)
    await story.hears(story.asker, "You asked for this, so somebody else has to decide")


async def test_who_hears_that_nobody_decided_asks_again_with_a_form_that_is_filled_in(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada, "analyst")
    await story.world.later(73 * HOURS)
    await story.reads(card, "Expired")
    await story.direct(story.asker, "expired: nobody decided in time", "[Ask again]")
    said = story.slack.direct_messages(story.asker)
    [told] = [one for one in said if "[Ask again]" in story.text(one)]
    await story.press(told, "Ask again", who=story.asker)
    form = story.slack.opened(story.asker)
    assert form.values["subject"]["value"]["selected_user"] == ada.id
    assert form.values["github"]["value"]["value"] == story.people.login(ada)
    assert form.values["profile"]["value"]["selected_option"]["value"] == "analyst"
    assert await story.slack.submit(story.asker, {}) is None
    again = await story.card(ada)
    assert "Analyst" in story.text(again)


async def test_what_was_changed_in_the_form_is_in_the_form_to_ask_again(
    story: Story, ada: User
) -> None:
    await story.opens("/onboard", mention(ada))
    changed = {"github": story.people.login(ada), "access:engineer:axiom:role": "admin"}
    assert await story.slack.submit(story.asker, changed) is None
    card = await story.card(ada)
    await story.world.later(73 * HOURS)
    await story.reads(card, "Expired", "[Ask again]")
    await story.press(card, "Ask again", who=story.asker)
    story.slack.opened(story.asker)
    assert await story.slack.submit(story.asker, {}) is None
    again = await story.card(ada)
    assert "changed in the form: role admin instead of user" in story.line(again, "Axiom")


async def test_a_removal_that_did_not_succeed_is_shouted_about_until_somebody_takes_it(
    story: Story, ada: User
) -> None:
    await _onboarded(story, ada)
    card = await _failed(story, ada)
    overdue = "is overdue"
    await story.world.later(timedelta(minutes=50))
    assert not [one for one in story.heard(story.approver) if overdue in one]
    await story.world.later(timedelta(minutes=20))
    await story.direct(story.approver, overdue, ada.real_name, "Nobody sees to it yet")
    await story.direct(story.asker, overdue, ada.real_name)
    mine = _shouts(story, story.approver, ada)[0]
    await story.press(mine, "I'll see to it")
    await story.reads(mine, f"@{story.approver.real_name} sees to it")
    await story.reads(card, "Seen to by")
    heard = len(_shouts(story, story.asker, ada))
    await story.world.later(4 * HOURS)
    await story.until(lambda: len(_shouts(story, story.approver, ada)) == 2)
    assert len(_shouts(story, story.asker, ada)) == heard
    story.world.server.axiom.faults.clear()
    await story.press(card, "Retry Axiom")
    await story.reads(card, "Completed")
    await story.until(lambda: not _shouts(story, story.approver, ada))
    await story.world.later(30 * HOURS)
    assert not _shouts(story, story.approver, ada)


async def test_a_removal_is_overdue_no_more_once_the_person_has_come_back(
    story: Story, ada: User
) -> None:
    await _onboarded(story, ada)
    await _failed(story, ada)
    await story.world.later(timedelta(minutes=70))
    await story.until(lambda: _shouts(story, story.approver, ada))
    story.world.server.axiom.faults.clear()
    await _onboarded(story, ada)
    heard = len(_shouts(story, story.approver, ada))
    for _ in range(2):
        await story.world.later(timedelta(days=1))
        await story.world.spoken()
    assert len(_shouts(story, story.approver, ada)) <= heard


async def test_nobody_is_told_of_what_is_about_themselves_under_another_account(
    story: Story, ada: User
) -> None:
    await _onboarded(story, ada)
    twin = story.people.approver()
    twin.email = ada.email.replace("@", "+two@")
    story.world.clock.forward(OUT_OF_DATE)
    card = await _failed(story, ada)
    await story.world.later(timedelta(minutes=70))
    await story.direct(story.approver, "is overdue", ada.real_name)
    await story.world.spoken()
    assert not _shouts(story, twin)
    story.world.server.axiom.faults.clear()
    await story.press(card, "Retry Axiom")
    await story.reads(card, "Completed")


async def test_what_somebody_took_who_has_left_since_is_told_to_the_others_again(
    story: Story, ada: User
) -> None:
    await _onboarded(story, ada)
    taker = story.people.approver()
    await _failed(story, ada)
    await story.world.later(70 * MINUTE)
    await story.direct(taker, "is overdue", ada.real_name)
    mine = _shouts(story, taker, ada)[0]
    await story.press(mine, "I'll see to it", who=taker)
    await story.reads(mine, f"@{taker.real_name} sees to it")
    await story.until(lambda: len(_shouts(story, story.approver, ada)) == 1)
    taker.deleted = True
    await story.world.later(4 * HOURS)
    await story.until(lambda: len(_shouts(story, story.approver, ada)) == 2)
    assert len(_shouts(story, taker, ada)) == 1
    await story.direct(story.asker, "is overdue", ada.real_name)


async def test_a_removal_that_was_asked_again_is_overdue_no_more_once_that_is_done(
    story: Story, ada: User
) -> None:
    _, second = await _asked_again(story, ada)
    await story.world.later(70 * MINUTE)
    await story.until(lambda: _shouts(story, story.approver, ada))
    [shout] = _shouts(story, story.approver, ada)
    assert f"#{story.number(second)}" in story.text(shout)
    await _approve(story, second)
    await story.reads(second, "Completed")
    assert story.at_axiom(ada) is None
    for _ in range(3):
        await story.world.later(timedelta(days=1))
        await story.world.spoken()
    assert not _shouts(story, story.approver, ada)


@pytest.mark.parametrize("end", ["denied", "expired", "cancelled"])
async def test_a_removal_that_was_asked_again_in_vain_is_overdue_as_before(
    story: Story, ada: User, end: str
) -> None:
    first, second = await _asked_again(story, ada)
    if end == "denied":
        await story.denies(second, "Not today")
    if end == "cancelled":
        await story.asks(f"cancel {story.number(second)}")
    await story.world.later(timedelta(days=4))
    await story.reads(second, end.capitalize())
    for _ in range(2):
        await story.world.later(timedelta(days=1))
        await story.world.spoken()
    await story.reads(first, f"#{story.number(second)}. That was {end}: this is still to be done.")
    said = [story.text(one) for one in _shouts(story, story.approver, ada)]
    assert any(f"#{story.number(first)}" in one for one in said)
    assert story.at_axiom(ada)


async def test_what_was_asked_again_in_vain_is_overdue_no_more_once_it_was_removed_otherwise(
    story: Story, ada: User
) -> None:
    first, second = await _asked_again(story, ada)
    await story.denies(second, "Not today")
    third = await story.offboarding(ada)
    await _approve(story, third)
    await story.reads(third, "Completed")
    assert story.at_axiom(ada) is None
    await story.world.spoken()
    heard = len(_shouts(story, story.approver, ada))
    for _ in range(3):
        await story.world.later(timedelta(days=1))
        await story.world.spoken()
    assert len(_shouts(story, story.approver, ada)) == heard
    await story.until(lambda: "still to be done" not in story.text(first))


async def test_what_was_asked_again_in_vain_is_no_more_to_be_done_once_it_was_removed_otherwise(
    story: Story, ada: User
) -> None:
    first, second = await _asked_again(story, ada)
    await story.denies(second, "Not today")
    await story.reads(second, "Denied")
    await story.world.later(70 * MINUTE)
    await story.reads(first, "That was denied: this is still to be done.")
    [shout] = await story.until(lambda: _about(first, story, ada))
    await story.reads(shout, "Nobody sees to it yet", "still to be done")
    third = await story.offboarding(ada)
    await _approve(story, third)
    await story.reads(third, "Completed")
    text = await story.reads(first, "That was denied.", "needed a person, seen to otherwise since")
    assert "still to be done" not in text
    await _asks_for_nothing_more(story, first, shout)


async def test_what_was_asked_again_in_vain_is_no_more_to_be_done_once_it_was_done_by_hand(
    story: Story, ada: User
) -> None:
    first, second = await _asked_again(story, ada)
    await story.denies(second, "Not today")
    await story.world.later(70 * MINUTE)
    await story.reads(first, "That was denied: this is still to be done.")
    await story.press(first, "Axiom is done by hand")
    await story.until(lambda: story.slack.modal(story.approver))
    assert await story.slack.submit(story.approver, {"evidence": "Removed in the console"}) is None
    assert "still to be done" not in await story.reads(first, "done by hand, attested")
    assert f"#{story.number(second)}. That was denied.\n" in story.text(first)


async def test_what_is_overdue_asks_for_nothing_more_once_a_later_removal_has_seen_to_it(
    story: Story, ada: User
) -> None:
    await _onboarded(story, ada)
    first = await _failed(story, ada)
    await story.world.later(70 * MINUTE)
    [shout] = await story.until(lambda: _about(first, story, ada))
    await story.reads(shout, "Nobody sees to it yet", "[Retry Axiom]")
    story.world.server.axiom.faults.clear()
    second = await story.offboarding(ada)
    await _approve(story, second)
    await story.reads(second, "Completed")
    assert story.at_axiom(ada) is None
    await _asks_for_nothing_more(story, first, shout)
    words = "A later request has seen to what was left at Axiom"
    await story.until(lambda: any(words in story.text(one) for one in story.slack.replies(first)))
    await story.world.later(MINUTE)
    home = await home_of(story, story.approver)
    assert ada.real_name not in part(story, home, "Needs attention")


async def test_what_was_asked_again_is_seen_to_by_the_request_that_asked_again(
    story: Story, ada: User
) -> None:
    first, second = await _asked_again(story, ada)
    await _approve(story, second)
    await story.reads(second, "Completed")
    await story.reads(first, "needed a person, seen to otherwise since")
    assert labels(first) == {"Details", "Evidence"}


async def test_an_invitation_sees_to_what_was_left_once_it_was_accepted(
    story: Story, ada: User
) -> None:
    ixon, again = story.world.server.ixon, "Retry IXON"
    card = await story.onboarding(ada, "seller")
    await _approve(story, card)
    await story.reads(card, "Completed")
    first = await story.offboarding(ada, github=story.people.login(ada))
    ixon.faults.status(400, times=None)
    await _approve(story, first)
    await story.reads(first, "Needs attention", f"[{again}]")
    await story.world.later(70 * MINUTE)
    [shout] = await story.until(lambda: _about(first, story, ada))
    ixon.faults.clear()
    ixon.company.invites.clear()
    back = await story.onboarding(ada, "seller")
    await _approve(story, back)
    await story.until(lambda: "invited" in story.line(back, "IXON"))
    await story.world.spoken()
    for told in (first, shout):
        assert again in labels(told)
        assert "seen to otherwise" not in story.line(told, "IXON")
    ixon.accept(ada.email, ada.real_name)
    await story.world.later(20 * MINUTE)
    await story.world.invitations_looked_up()
    await story.until(lambda: again not in labels(first) | labels(shout))
    assert "seen to otherwise since" in story.line(first, "IXON")


async def test_whoever_has_all_that_is_still_left_is_the_only_one_who_is_told(
    story: Story, ada: User
) -> None:
    bea = story.people.member()
    await _onboarded(story, ada)
    story.world.server.appxite.add(ada.real_name, ada.email)
    first = await story.offboarding(ada, github=story.people.login(ada))
    story.world.server.axiom.faults.status(400, times=None)
    await _approve(story, first)
    await story.reads(first, "Needs attention", "[Retry Axiom]")
    await story.press(first, "Hand over AppXite")
    await story.until(lambda: story.slack.modal(story.approver))
    assert await story.slack.submit(story.approver, {"receiver": bea.id}) is None
    await story.world.later(70 * MINUTE)
    [shout] = await story.until(lambda: _about(first, story, ada))
    await story.reads(shout, "Part of it is handed over; nobody sees to the rest yet.")
    story.world.server.axiom.faults.clear()
    second = await story.offboarding(ada, github=story.people.login(ada))
    await _approve(story, second)
    await story.reads(second, "Needs attention")
    await story.reads(shout, "It is handed over.")
    heard = len(_shouts(story, bea, ada))
    await story.world.later(timedelta(days=1))
    await story.until(lambda: len(_shouts(story, bea, ada)) > heard)
    await story.world.spoken()
    assert len(_about(first, story, ada)) == 1


async def _asks_for_nothing_more(story: Story, card: Message, shout: Message) -> None:
    """Have both messages say that what was left was seen to, and offer nothing to do about it."""
    seen_to = "Ended with errors, seen to otherwise since"
    await story.reads(card, seen_to)
    assert "seen to otherwise since" in story.line(card, "Axiom")
    await story.reads(shout, seen_to)
    assert labels(card) == {"Details", "Evidence"}
    assert not labels(shout)
    for told in (card, shout):
        assert "Needs attention" not in story.text(told)
        assert "is overdue" not in story.text(told)


def _about(card: Message, story: Story, subject: User) -> list[Message]:
    """Return what an approver was told of an offboarding that is overdue."""
    shouts = _shouts(story, story.approver, subject)
    return [one for one in shouts if f"#{story.number(card)}" in story.text(one)]


async def test_a_removal_is_asked_again_also_when_whoever_asked_has_left(
    story: Story, ada: User
) -> None:
    _, second = await _asked_again(story, ada, leaves=story.asker)
    story.asker.deleted = False
    await _approve(story, second)
    await story.reads(second, "Completed")
    assert story.at_axiom(ada) is None


async def _asked_again(
    story: Story, ada: User, leaves: User | None = None
) -> tuple[Message, Message]:
    await _onboarded(story, ada)
    first = await story.offboarding(ada)
    account = story.world.server.axiom.user(ada.email)
    assert account is not None
    account.role = "read-only"
    if leaves is not None:
        leaves.deleted = True
        story.world.clock.forward(OUT_OF_DATE)
    await _approve(story, first)
    await story.reads(first, "Needs attention", "It is asked again")
    return first, await story.card(ada)


def _shouts(story: Story, who: User, about: User | None = None) -> list[Message]:
    """Return what `who` reads of overdue work, where asked only that about one person."""
    said = [one for one in story.slack.direct_messages(who) if "is overdue" in story.text(one)]
    return [one for one in said if about is None or about.real_name in story.text(one)]


async def _onboarded(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await _approve(story, card)
    await story.reads(card, "Completed")


async def _approve(story: Story, card: Message) -> None:
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")
    await story.press(card, "Approve", who=story.people.approver())


async def _failed(story: Story, ada: User) -> Message:
    card = await story.offboarding(ada)
    story.world.server.axiom.faults.status(400, times=None)
    await _approve(story, card)
    await story.reads(card, "Needs attention")
    return card
