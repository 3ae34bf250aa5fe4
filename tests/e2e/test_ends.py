"""An access that was given until a moment ends then, under the approval that gave it."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from sandbox.slack.model import Message, User
from storage.history import Filter
from tests.e2e.calendar import Calendar, fields, told
from tests.e2e.story import Story, mention
from tests.e2e.world import World
from workflow import judging

AMSTERDAM = "Europe/Amsterdam"
MINUTES = timedelta(minutes=2)


async def approved(story: Story, card: Message) -> Message:
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    return card


async def thread(story: Story, card: Message, words: str) -> str:
    """Wait until a card's thread has these words, and return all of it."""

    def lines() -> str:
        return "\n".join(story.text(reply) for reply in story.slack.replies(card))

    await story.until(lambda: words in lines())
    return lines()


async def extends(story: Story, days: int, calendar: Calendar, ada: User) -> Message:
    """Fill in the form that is open, and wait for the card."""
    later = calendar.wall(days, "18:00", ada)
    filled = {"until": later.text()[:10], "reason": "The project goes on"}
    assert await story.slack.submit(story.asker, filled) is None
    return await story.card(ada)


async def asks_for_more(story: Story, first: Message, calendar: Calendar, ada: User) -> Message:
    """Press Extend on a card, ask for forty days, and wait for the card of that."""
    await story.press(first, "Extend", who=story.asker)
    story.slack.opened(story.asker)
    return await extends(story, 40, calendar, ada)


async def test_the_approvers_read_that_the_plan_has_an_end(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    card = await calendar.asks(ada, until=end)
    text = story.text(card)
    assert "This plan has an end" in text
    assert told(end, AMSTERDAM) in text
    await story.hears(story.asker, "This plan has an end")


async def test_at_the_end_everything_is_removed_and_nobody_decides_a_second_time(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    card = await approved(story, await calendar.asks(ada, until=end))
    number = story.number(card)
    await calendar.until(end, ada, less=MINUTES)
    assert story.at_axiom(ada) == "user"
    await calendar.until(end, ada)
    leaving = await story.card(ada)
    text = await story.reads(leaving, "Completed", f"Aboard, as part of #{number}")
    assert "approved by Aboard" in text
    assert story.at_axiom(ada) is None
    assert not story.at_axolo(ada)
    await thread(story, leaving, "Approved with an earlier plan")
    assert "The access ends" in await thread(story, card, "The access ends")
    await story.direct(story.asker, "Offboard", "is done.")


async def test_the_end_comes_although_the_requester_has_left(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    story.asker.deleted = True
    await calendar.until(end, ada)
    leaving = await story.card(ada)
    await story.reads(leaving, "Completed")
    assert story.at_axiom(ada) is None


async def test_an_end_comes_although_slack_says_nothing_for_an_hour(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    story.world.server.slack.faults.down(only="users.info")
    await calendar.until(end, ada)
    for _ in range(3):
        await story.world.later(timedelta(minutes=20))
    assert story.at_axiom(ada) == "user"
    story.world.server.slack.faults.clear()
    await story.world.later(MINUTES)
    await story.reads(await story.card(ada), "Completed", "Offboard")
    assert story.at_axiom(ada) is None


async def test_an_end_that_waits_for_slack_is_not_called_off_by_whoever_asked(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    card = await approved(story, await calendar.asks(ada, until=end))
    story.world.server.slack.faults.down(only="users.info")
    await calendar.until(end, ada)
    leaving = await received(story, ada, story.number(card))
    story.world.server.slack.faults.clear()
    assert "it is not cancelled" in await story.asks(f"cancel {leaving}")
    await story.world.later(MINUTES)
    await story.reads(await story.card(ada), "Completed", "Offboard")
    assert story.at_axiom(ada) is None


async def received(story: Story, ada: User, after: int) -> int:
    """Return the number of the request about somebody that came after request `after`."""
    page = await story.world.aboard.reads.page(Filter(subject=ada.id), size=5)
    return next(one.number for one in page.requests if one.number > after)


async def test_an_end_comes_although_a_vendor_was_silent_while_its_plan_was_made(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    story.world.server.axiom.faults.down()
    await calendar.until(end, ada)
    leaving = await story.card(ada)
    story.world.server.axiom.faults.clear()
    await story.reads(leaving, "Completed")
    view = await story.world.aboard.reads.request(story.number(leaving))
    assert view is not None
    assert "did not answer" in "".join(risk for step in view.steps for risk in step.risks)
    assert story.at_axiom(ada) is None
    assert len([one for one in story.cards() if ada.email in story.text(one)]) == 2


async def test_an_end_that_never_is_as_planned_is_put_to_people_in_the_end(
    story: Story, calendar: Calendar, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No vendor changes its mind between every plan and its attempt, so the comparison does."""
    end = calendar.wall(30, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    monkeypatch.setattr(judging, "within", lambda *_: False)
    await calendar.until(end, ada)
    for _ in range(2):
        await story.reads(await story.card(ada), "Needs attention", "It is asked again")
    question = await story.card(ada)
    await story.reads(question, "Waiting for approval")
    assert story.at_axiom(ada) == "user"
    monkeypatch.undo()
    await approved(story, question)
    assert story.at_axiom(ada) is None


async def test_an_end_comes_once_however_often_it_is_looked_for(
    story: Story, world: World, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    calls = len(story.asked_of_axolo(ada, "offboard"))
    await calendar.until(end, ada, less=MINUTES)
    world.clock.forward(MINUTES)
    for _ in range(3):
        await asyncio.gather(*(world.aboard.timers.once() for _ in range(4)))
        await world.later(timedelta(seconds=20))
    await story.reads(await story.card(ada), "Completed")
    await world.at_rest()
    assert len(story.asked_of_axolo(ada, "offboard")) == calls + 1


async def test_the_requester_is_told_seven_three_and_one_days_before(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))

    def notices() -> int:
        said = [story.text(one) for one in story.slack.direct_messages(story.asker)]
        return sum(f"The access of {ada.real_name} ends on" in one for one in said)

    def told_so_often(count: int) -> bool:
        return notices() == count

    for count, days in enumerate((7, 3, 1), start=1):
        await calendar.until(end, ada, less=timedelta(days=days, hours=2))
        assert notices() == count - 1
        await story.world.later(timedelta(hours=4))
        await story.until(partial(told_so_often, count))
    assert notices() == 3


async def test_what_ends_soon_is_extended_by_a_request_of_its_own(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(10, "18:00", ada)
    first = await approved(story, await calendar.asks(ada, until=end))
    await calendar.until(end, ada, less=timedelta(days=6, hours=23))
    ends = f"The access of {ada.real_name} ends on"
    await story.direct(story.asker, ends, "[Extend]")
    said = story.slack.direct_messages(story.asker)
    [notice] = [one for one in said if ends in story.text(one)]
    await story.press(notice, "Extend", who=story.asker)
    form = story.slack.opened(story.asker)
    assert told(end, AMSTERDAM) in story.text(form)
    card = await extends(story, 40, calendar, ada)
    text = story.text(card)
    assert f"to extend #{story.number(first)}" in text
    assert "Present end" in text
    assert told(end, AMSTERDAM) in text
    assert "already so" in story.line(card, "Axiom")
    later = calendar.wall(40, "18:00", ada)
    await approved(story, card)
    await story.reads(notice, f"now ends on {told(later, AMSTERDAM)}")
    assert "[Extend]" not in story.text(notice)
    await story.direct(story.asker, "is done.", f"The access ends on {told(later, AMSTERDAM)}")
    await calendar.until(end, ada)
    assert story.at_axiom(ada) == "user"
    await calendar.until(later, ada)
    await story.reads(await story.card(ada), "Completed", f"as part of #{story.number(card)}")
    assert story.at_axiom(ada) is None


async def test_an_extension_that_nobody_approved_leaves_the_end_as_it_is(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(1, "18:00", ada)
    first = await approved(story, await calendar.asks(ada, until=end))
    card = await asks_for_more(story, first, calendar, ada)
    await calendar.until(end, ada)
    leaving = await story.card(ada)
    await story.reads(leaving, "Completed", "Offboard")
    await story.reads(card, "Cancelled", "The access of this person ends now")
    assert story.at_axiom(ada) is None


async def test_a_denied_extension_leaves_the_end_as_it_is(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(2, "18:00", ada)
    first = await approved(story, await calendar.asks(ada, until=end))
    await story.denies(await asks_for_more(story, first, calendar, ada), "Enough")
    await calendar.until(end, ada)
    await story.reads(await story.card(ada), "Completed", "Offboard")
    assert story.at_axiom(ada) is None


async def test_a_later_end_has_to_be_later(story: Story, calendar: Calendar, ada: User) -> None:
    end = calendar.wall(30, "18:00", ada)
    first = await approved(story, await calendar.asks(ada, until=end))
    await story.press(first, "Extend", who=story.asker)
    story.slack.opened(story.asker)
    wrong = await story.slack.submit(story.asker, fields(until=calendar.wall(20, "18:00", ada)))
    assert wrong is not None
    assert "later end than the present one" in wrong["until"]


async def test_only_the_requester_and_the_approvers_extend_an_access(
    story: Story, calendar: Calendar, ada: User
) -> None:
    first = await approved(story, await calendar.asks(ada, until=calendar.wall(30, "18:00", ada)))
    outsider = story.people.member()
    await story.press(first, "Extend", who=outsider)
    await story.hears(outsider, "Only the requester and the approvers")
    assert story.slack.modal(outsider) is None


async def test_whoever_is_offboarded_early_has_no_end_any_more(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    first = await approved(story, await calendar.asks(ada, until=end))
    await story.reads(first, "[Extend]")
    await approved(story, await story.offboarding(ada))
    await story.until(lambda: "[Extend]" not in story.text(first))
    await calendar.until(end, ada)
    await story.world.at_rest()
    await story.world.spoken()
    assert len([one for one in story.cards() if ada.email in story.text(one)]) == 2


async def test_another_profile_without_an_end_leaves_the_end_and_its_card_says_so(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(30, "18:00", ada)
    first = await approved(story, await calendar.asks(ada, until=end))
    card = await story.onboarding(ada, "analyst")
    text = story.text(card)
    assert told(end, AMSTERDAM) in text
    assert f"as approved with #{story.number(first)}" in text
    await story.denies(card, "No")
    await calendar.until(end, ada)
    await story.reads(await story.card(ada), "Completed")
    assert story.at_axiom(ada) is None


async def test_a_start_and_an_end_are_approved_together(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start, end = calendar.wall(5, "09:00", ada), calendar.wall(6, "18:00", ada)
    card = await calendar.asks(ada, starts=start, until=end)
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    await calendar.until(start, ada)
    await story.reads(card, "Completed")
    await calendar.until(end, ada)
    await story.reads(await story.card(ada), "Completed", "Offboard")
    assert story.at_axiom(ada) is None


async def test_a_question_about_an_access_is_over_when_the_access_would_be(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(1, "18:00", ada)
    card = await calendar.asks(ada, until=end)
    await calendar.until(end, ada)
    await story.reads(card, "Expired")
    assert story.at_axiom(ada) is None


async def test_what_changed_since_is_kept_by_a_later_end(
    story: Story, calendar: Calendar, ada: User
) -> None:
    first = await approved(story, await calendar.asks(ada, until=calendar.wall(10, "18:00", ada)))
    await story.onboarded(ada, "analyst")
    card = await asks_for_more(story, first, calendar, ada)
    assert "Profile: Analyst" in story.text(card)
    assert "already so" in story.line(card, "Axiom")
    await approved(story, card)
    assert story.at_axiom(ada) == "read-only"
    assert not story.at_axolo(ada)


async def test_an_end_removes_whom_the_last_approval_named(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(10, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    login = story.people.login(story.people.member())
    await story.types("/onboard", f"{mention(ada)} {login} engineer")
    await approved(story, await story.card(ada))
    assert story.world.server.axolo.engineer(login) is not None
    await calendar.until(end, ada)
    await story.reads(await story.card(ada), "Completed", "Offboard", f"GitHub: {login}")
    assert story.world.server.axolo.engineer(login) is None
