"""An invitation is followed: accepted, about to end, expired, mailed again, taken back."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest

from sandbox.slack.model import Message, User
from sandbox.vendors.ixon import Ixon
from tests.e2e.story import Story, labels
from tests.e2e.test_home import has, home_of

A_WHILE = timedelta(minutes=20)
OFTEN, SECONDS = 10, 3.0
NEARLY_OVER = timedelta(days=12, hours=13)
OVER = timedelta(days=14, hours=1)
DAY = timedelta(days=1, minutes=5)
RESEND = "Resend IXON's invitation"
RESENT = "POST /ixon/invites"


@dataclass(frozen=True)
class Invited:
    """Somebody who was invited to IXON, and the card that says so."""

    story: Story
    subject: User
    card: Message

    @property
    def ixon(self) -> Ixon:
        return self.story.world.server.ixon

    @property
    def mails(self) -> int:
        """How many mails the invitation has had; 0 where there is none."""
        return sum(invite.mails for invite in self.ixon.invites(self.subject.email))

    @property
    def line(self) -> str:
        return self.story.line(self.card, "IXON")

    async def after(self, length: timedelta) -> None:
        """Let time pass, and have what is due by then looked up."""
        self.story.world.clock.forward(length)
        await self.looked_up()

    async def looked_up(self) -> None:
        await self.story.world.invitations_looked_up()

    async def reads(self, *words: str) -> str:
        """Wait until IXON's line on the card has these words."""
        await self.story.until(lambda: self._has(words))
        return self.line

    async def reads_later(self, *words: str) -> None:
        """Let time pass until IXON's line has these words: what is under way is looked up then."""
        for _ in range(OFTEN):
            await self.after(A_WHILE)
            with suppress(TimeoutError):
                await self.story.slack.until(lambda: self._has(words), SECONDS)
                return
        pytest.fail(self.line)

    def _has(self, words: tuple[str, ...]) -> bool:
        return all(word in self.line for word in words)

    async def resend(self, *, who: User | None = None) -> None:
        await self.story.press(self.card, RESEND, who=who)


@pytest.fixture
async def invited(story: Story, ada: User) -> Invited:
    found = Invited(story, ada, await story.onboarded(ada, "seller"))
    await found.reads("invited, the person must accept", "The invitation ends")
    return found


def reminders(story: Story, who: User) -> list[str]:
    texts = [story.text(one) for one in story.slack.direct_messages(who)]
    return [text for text in texts if "accept your invitation" in text]


async def test_an_accepted_invitation_turns_its_line_green(invited: Invited) -> None:
    invited.ixon.accept(invited.subject.email, invited.subject.real_name)
    await invited.after(A_WHILE)
    line = await invited.reads("✅ done, verified", "The person has accepted: Engineer in Company")
    assert "The invitation ends" not in line
    assert RESEND not in labels(invited.card)
    assert "Completed" in invited.story.text(invited.card)
    facts = await invited.story.asks(f"why {invited.story.number(invited.card)}")
    assert "Invitation accepted at IXON" in facts


async def test_what_nobody_has_accepted_is_not_called_done(invited: Invited) -> None:
    await invited.after(A_WHILE)
    await invited.after(timedelta(days=2))
    await invited.story.world.spoken()
    assert "invited, the person must accept" in invited.line
    assert "✅" not in invited.line


async def test_a_vendor_that_names_no_end_is_followed_as_well(invited: Invited) -> None:
    story = invited.story
    story.world.server.appxite.accept(invited.subject.email)
    await invited.after(A_WHILE)
    await story.until(lambda: "done, verified" in story.line(invited.card, "AppXite"))
    assert "invited" in invited.line


async def test_shortly_before_the_end_the_person_is_reminded_once(invited: Invited) -> None:
    story = invited.story
    await invited.after(timedelta(days=11))
    await story.world.spoken()
    assert not reminders(story, invited.subject)
    await invited.after(NEARLY_OVER - timedelta(days=11))
    await story.direct(invited.subject, "Please accept your invitation to IXON", "it ends")
    await invited.after(timedelta(hours=7))
    await story.world.spoken()
    assert len(reminders(story, invited.subject)) == 1


async def test_whoever_has_accepted_is_not_reminded(invited: Invited) -> None:
    invited.ixon.accept(invited.subject.email)
    await invited.after(NEARLY_OVER)
    await invited.reads("done, verified")
    await invited.story.world.spoken()
    assert not reminders(invited.story, invited.subject)


async def test_an_expired_invitation_says_so_and_the_requester_is_told(invited: Invited) -> None:
    story = invited.story
    await invited.after(OVER)
    await invited.reads("invitation expired", "The invitation ended")
    assert "an invitation has expired" in story.text(invited.card)
    assert RESEND in labels(invited.card)
    await story.direct(story.asker, "is done, and an invitation has expired")


async def test_an_expired_invitation_is_mailed_again_and_then_accepted(invited: Invited) -> None:
    await invited.after(OVER)
    await invited.reads("invitation expired")
    await invited.resend()
    await invited.reads("invited, the person must accept", "mailed again")
    assert invited.mails == 2
    assert "an invitation has expired" not in invited.story.text(invited.card)
    await invited.story.hears(invited.story.approver, "Mailing IXON's invitation again")
    invited.ixon.accept(invited.subject.email)
    await invited.after(A_WHILE)
    await invited.reads("done, verified")


async def test_the_requester_has_an_open_invitation_mailed_again(invited: Invited) -> None:
    story = invited.story
    await invited.after(A_WHILE)
    await invited.resend(who=story.asker)
    await invited.reads("The invitation was mailed again")
    assert invited.mails == 2
    assert {label for label in labels(invited.card) if "Resend" in label} == {RESEND}


async def test_an_invitation_that_was_just_mailed_is_not_mailed_again(invited: Invited) -> None:
    await invited.resend()
    await invited.story.hears(invited.story.approver, "Please wait ten minutes")
    await invited.looked_up()
    assert invited.mails == 1


async def test_whoever_neither_asked_nor_approves_cannot_resend(invited: Invited) -> None:
    story, bea = invited.story, invited.story.people.member()
    await invited.after(A_WHILE)
    await invited.resend(who=bea)
    await story.hears(bea, "Only the requester or an approver can have an invitation mailed again")
    await invited.after(A_WHILE)
    assert invited.mails == 1


async def test_two_who_press_at_once_send_one_mail(invited: Invited) -> None:
    story = invited.story
    await invited.after(A_WHILE)
    shown = story.slack.copy_of(invited.card)
    for who in (story.approver, story.asker):
        await story.press(shown, RESEND, who=who)
    await invited.reads("The invitation was mailed again")
    await invited.after(A_WHILE)
    assert invited.mails == 2


async def test_a_mail_whose_answer_was_lost_is_not_sent_twice(invited: Invited) -> None:
    invited.ixon.faults.lose_answer(only=RESENT)
    await invited.after(A_WHILE)
    await invited.resend()
    await invited.story.until(lambda: invited.mails == 2)
    invited.ixon.faults.clear()
    await invited.reads_later("The invitation was mailed again")
    assert invited.mails == 2


async def test_a_vendor_that_is_down_sends_the_mail_later(invited: Invited) -> None:
    await invited.after(A_WHILE)
    invited.ixon.faults.down()
    await invited.resend()
    await invited.reads("is being mailed again")
    await invited.looked_up()
    invited.ixon.faults.clear()
    await invited.reads_later("The invitation was mailed again")
    assert invited.mails == 2


async def test_a_mail_that_the_vendor_refuses_is_given_up_with_its_words(invited: Invited) -> None:
    invited.ixon.faults.status(400, only=RESENT)
    await invited.after(A_WHILE)
    await invited.resend()
    await invited.reads("was not mailed again")
    assert "invited, the person must accept" in invited.line
    assert invited.mails == 1


async def test_an_offboarding_takes_the_invitation_back_on_the_old_card(invited: Invited) -> None:
    story = invited.story
    leaving = await story.offboarding(invited.subject)
    await story.press(leaving, "Approve")
    number = story.number(leaving)
    line = await invited.reads("invitation taken back", f"Request #{number} took the invitation")
    assert "The invitation ends" not in line
    assert RESEND not in labels(invited.card)
    assert not invited.ixon.invites(invited.subject.email)
    await invited.after(OVER)
    await story.world.spoken()
    assert "invitation taken back" in invited.line
    assert not reminders(story, invited.subject)


async def test_an_expired_invitation_that_a_removal_takes_back_is_told_once(
    invited: Invited,
) -> None:
    story = invited.story
    await invited.after(OVER)
    await invited.reads("invitation expired")
    leaving = await story.offboarding(invited.subject)
    await story.press(leaving, "Approve")
    await invited.reads("invitation taken back", f"Request #{story.number(leaving)} took")
    await story.world.at_rest()
    await story.world.spoken()
    told = "\n".join(story.text(one) for one in story.slack.replies(invited.card))
    assert told.count("Invitation taken back at IXON") == 1
    assert "has seen to what was left at IXON" not in told


async def test_an_invitation_that_somebody_took_back_at_the_vendor_is_noticed(
    invited: Invited,
) -> None:
    [invite] = invited.ixon.invites(invited.subject.email)
    invited.ixon.company.remove(invite.public_id)
    await invited.after(A_WHILE)
    await invited.story.world.spoken()
    assert "invited, the person must accept" in invited.line
    await invited.after(A_WHILE)
    await invited.reads("invitation taken back", "shows neither an invitation nor an account")


@pytest.fixture
async def all_but_invited(story: Story, ada: User) -> Invited:
    """Somebody whose invitation to IXON has expired, and what failed at Axiom is done by hand."""
    story.world.server.axiom.faults.status(400, times=None)
    card = await story.onboarding(ada, "seller")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "[Axiom is done by hand]")
    found, other = Invited(story, ada, card), story.people.approver()
    await found.after(OVER)
    await found.reads("invitation expired")
    await story.press(card, "Axiom is done by hand", who=other)
    await story.until(lambda: story.slack.modal(other))
    assert await story.slack.submit(other, {"evidence": "Added in the console"}) is None
    await story.until(lambda: "done by hand, attested" in story.line(card, "Axiom"))
    assert "Needs attention" in story.text(card)
    return found


async def test_an_invitation_that_was_the_last_thing_left_completes_its_request_when_accepted(
    all_but_invited: Invited,
) -> None:
    it, story = all_but_invited, all_but_invited.story
    it.ixon.company.add_user(it.subject.real_name, it.subject.email)
    await it.after(DAY)
    await it.reads("done, verified")
    await _is_complete(it)
    await story.direct(story.asker, f"#{story.number(it.card)} Onboard", "is done.")


async def test_an_invitation_that_was_the_last_thing_left_completes_its_request_when_mailed_again(
    all_but_invited: Invited,
) -> None:
    await all_but_invited.resend()
    await all_but_invited.reads("invited, the person must accept", "mailed again")
    await _is_complete(all_but_invited)


async def _is_complete(it: Invited) -> None:
    """Have the card and Home say the same: nothing is left of the request."""
    story, number = it.story, it.story.number(it.card)
    text = await story.reads(it.card, "Completed")
    assert "Needs attention" not in text
    await home_of(story, story.asker)
    await story.until(has(story, story.asker, "Asked by you", "Completed"))
    await story.until(has(story, story.asker, "Asked by you", f"#{number}, asked"))
    await home_of(story, story.approver)
    await story.until(has(story, story.approver, "On board lately", f"#{number}, asked"))
