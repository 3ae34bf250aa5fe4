"""Accesses start and end at the moments that were named, and nobody has to think of it."""

from datetime import timedelta

import pytest

from rules import moments
from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar, fields, told
from tests.e2e.story import Story, labels, mention
from workflow.clock import HOUR

AMSTERDAM = "Europe/Amsterdam"
MINUTES = timedelta(minutes=2)


async def scheduled(story: Story, card: Message) -> Message:
    """Approve what starts later, and wait until the card says so."""
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    return card


async def test_what_is_approved_for_later_starts_then_and_not_before(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start = calendar.wall(10, "09:00", ada)
    card = await calendar.asks(ada, starts=start)
    assert told(start, AMSTERDAM) in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Approved, starts later")
    await story.direct(story.asker, "is approved and starts on", told(start, AMSTERDAM))
    await calendar.until(start, ada, less=MINUTES)
    assert story.at_axiom(ada) is None
    assert "Approved, starts later" in story.text(card)
    await calendar.until(start, ada)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"
    await story.direct(story.asker, "is done.")


@pytest.mark.parametrize("days", [3, 130, 260])
async def test_nine_o_clock_is_nine_where_the_person_lives_also_when_the_clocks_were_changed(
    story: Story, calendar: Calendar, ada: User, days: int
) -> None:
    """Of two days that are 130 days apart, one at least lies beyond a change."""
    ada.tz = "America/New_York"
    start = calendar.wall(days, "09:00", ada)
    card = await calendar.asks(ada, starts=start)
    assert told(start, "America/New_York") in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    await calendar.until(start, ada, less=MINUTES)
    assert story.at_axiom(ada) is None
    await calendar.until(start, ada)
    await story.reads(card, "Completed")


async def test_a_zone_that_nobody_knows_is_utc_and_the_card_says_so(
    story: Story, calendar: Calendar, ada: User
) -> None:
    ada.tz = "UTC"
    start = calendar.wall(3, "09:00", ada)
    ada.tz = "Mars/Olympus"
    card = await calendar.asks(ada, starts=start)
    assert told(start, "UTC") in story.text(card)


async def test_without_dates_an_access_starts_at_once_and_has_no_end(
    story: Story, ada: User
) -> None:
    card = await story.onboarded(ada)
    assert "Starts" not in story.text(card)
    assert "Ends" not in story.text(card)
    assert "has an end" not in story.text(card)


async def test_what_starts_later_is_called_off_on_its_card(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start = calendar.wall(5, "09:00", ada)
    card = await scheduled(story, await calendar.asks(ada, starts=start))
    await story.reads(card, "[Cancel]")
    outsider = story.people.member()
    await story.press(card, "Cancel", who=outsider)
    await story.hears(outsider, "Only the requester or an approver can cancel this")
    await story.press(card, "Cancel", who=story.asker)
    await story.reads(card, "Cancelled")
    await calendar.until(start, ada)
    assert "Cancelled" in story.text(card)
    assert story.at_axiom(ada) is None


async def test_an_approver_does_not_call_off_their_own_leaving(
    story: Story, calendar: Calendar
) -> None:
    leaver = story.people.approver()
    await story.onboarded(leaver)
    start = calendar.wall(5, "09:00", leaver)
    card = await scheduled(story, await story.offboarding(leaver, **fields(start)))
    await story.reads(card, "[Cancel]")
    await story.press(card, "Cancel", who=leaver)
    await story.hears(leaver, "This is about you, so somebody else has to cancel it")
    assert "Approved, starts later" in story.text(card)
    await calendar.until(start, leaver)
    await story.reads(card, "Completed")
    assert story.at_axiom(leaver) is None


async def test_what_has_started_can_not_be_called_off(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start = calendar.wall(5, "09:00", ada)
    card = await calendar.asks(ada, starts=start)
    await story.press(card, "Approve")
    await story.reads(card, "[Cancel]")
    shown = story.slack.copy_of(card)
    await calendar.until(start, ada)
    await story.reads(card, "Completed")
    assert "[Cancel]" not in story.text(card)
    await story.press(shown, "Cancel", who=story.asker)
    await story.hears(story.asker, "Only a request that has not begun can be cancelled")


async def test_somebody_who_is_gone_at_the_start_gets_nothing_and_the_requester_hears_why(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start = calendar.wall(5, "09:00", ada)
    card = await scheduled(story, await calendar.asks(ada, starts=start))
    ada.deleted = True
    await calendar.until(start, ada)
    await story.reads(card, "Cancelled", "That Slack account is deactivated")
    await story.direct(story.asker, "is cancelled", "deactivated")
    assert story.at_axiom(ada) is None


async def test_what_somebody_approved_who_has_left_by_the_start_is_asked_again(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start = calendar.wall(5, "09:00", ada)
    card = await scheduled(story, await calendar.asks(ada, starts=start))
    story.approver.deleted = True
    await calendar.until(start, ada)
    again = await story.card(ada)
    left = "Whoever approved this has left since: it is asked again as request"
    await story.reads(card, "Cancelled", f"{left} #{story.number(again)}")
    await story.direct(story.asker, "is cancelled", left)
    assert story.at_axiom(ada) is None
    await story.press(again, "Approve", who=story.people.approver())
    await story.reads(again, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_a_removal_starts_although_whoever_approved_it_has_left(
    story: Story, calendar: Calendar, ada: User
) -> None:
    await story.onboarded(ada)
    start = calendar.wall(6, "18:00", ada)
    card = await scheduled(story, await story.offboarding(ada, **fields(start)))
    story.approver.deleted = True
    await calendar.until(start, ada)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None


async def test_a_start_while_slack_is_silent_comes_as_soon_as_slack_answers(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start = calendar.wall(5, "09:00", ada)
    card = await scheduled(story, await calendar.asks(ada, starts=start))
    story.world.server.slack.faults.down(only="users.info")
    await calendar.until(start, ada)
    assert "starts later" in story.text(card)
    story.world.server.slack.faults.clear()
    await story.world.later(MINUTES)
    await story.reads(card, "Completed")


async def test_a_second_ask_of_the_same_kind_waits_until_the_scheduled_one_is_called_off(
    story: Story, calendar: Calendar, ada: User
) -> None:
    card = await scheduled(story, await calendar.asks(ada, starts=calendar.wall(5, "09:00", ada)))
    number = story.number(card)
    answer = await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    assert f"Request #{number} about this person is approved already" in answer.text
    await story.asks(f"cancel {number}")
    await story.onboarded(ada)


@pytest.mark.parametrize(
    ("dates", "field", "sentence"),
    [
        ((-2, None), "starts", "has passed"),
        ((None, -2), "until", "has passed"),
        ((9, 9), "until", "after the start"),
        ((9, 8), "until", "after the start"),
        ((365 * 7, None), "starts", "within the next 5 years"),
    ],
)
async def test_dates_that_cannot_be_are_refused_beside_their_field(
    story: Story, ada: User, dates: tuple[int | None, int | None], field: str, sentence: str
) -> None:
    calendar = Calendar(story)
    first, last = (calendar.wall(days, "09:00", ada) if days else None for days in dates)
    await story.opens("/onboard", mention(ada))
    values = {"github": story.people.login(ada)} | fields(first, last)
    wrong = await story.slack.submit(story.asker, values)
    assert wrong is not None
    assert sentence in wrong[field]


async def test_a_moment_that_has_passed_where_the_person_lives_is_refused_once_that_is_known(
    story: Story, ada: User
) -> None:
    ada.tz = "Pacific/Kiritimati"
    now = story.world.clock()
    hour_ago = moments.reading(now - HOUR, ada.tz)
    await story.opens("/onboard", mention(ada))
    values = {"github": story.people.login(ada)} | fields(hour_ago)
    assert await story.slack.submit(story.asker, values) is None
    await story.hears(story.asker, "is not possible", "in Pacific/Kiritimati, had passed already")


async def test_a_removal_starts_at_its_moment_as_well(
    story: Story, calendar: Calendar, ada: User
) -> None:
    await story.onboarded(ada)
    start = calendar.wall(6, "18:00", ada)
    card = await scheduled(story, await story.offboarding(ada, **fields(start)))
    assert told(start, AMSTERDAM) in story.text(card)
    await calendar.until(start, ada, less=MINUTES)
    assert story.at_axiom(ada) == "user"
    await calendar.until(start, ada)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None


async def test_a_removal_does_not_wait_for_a_question_that_nobody_has_answered(
    story: Story, calendar: Calendar, ada: User
) -> None:
    await story.onboarded(ada)
    start = calendar.wall(6, "18:00", ada)
    leaving = await scheduled(story, await story.offboarding(ada, **fields(start)))
    await calendar.until(start, ada, less=timedelta(hours=5))
    asked = await story.onboarding(ada, "analyst")
    await calendar.until(start, ada)
    await story.reads(leaving, "Completed")
    await story.reads(asked, "Cancelled", "The access of this person ends now")
    assert story.at_axiom(ada) is None


async def test_an_access_does_not_start_while_another_request_about_the_person_is_open(
    story: Story, calendar: Calendar, ada: User
) -> None:
    start = calendar.wall(6, "09:00", ada)
    card = await scheduled(story, await calendar.asks(ada, starts=start))
    await calendar.until(start, ada, less=timedelta(hours=5))
    leaving = await story.offboarding(ada)
    await calendar.until(start, ada)
    await story.reads(card, "Another request about this person is open")
    assert story.at_axiom(ada) is None
    await story.denies(leaving, "Not now")
    await story.world.later(MINUTES)
    text = await story.reads(card, "Completed")
    assert "Another request" not in text


async def test_buttons_say_what_they_are_for(story: Story, calendar: Calendar, ada: User) -> None:
    card = await scheduled(story, await calendar.asks(ada, starts=calendar.wall(5, "09:00", ada)))
    assert labels(card) == {"Cancel", "Details"}
