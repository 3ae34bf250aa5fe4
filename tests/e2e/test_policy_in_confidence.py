"""What other requests about somebody tell of their leaving in confidence: nothing."""

from datetime import timedelta

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar, fields
from tests.e2e.rules import POLICY
from tests.e2e.settings import on_both_databases
from tests.e2e.story import REQUESTS, Story, mention
from tests.e2e.test_home import home_of, part
from tests.e2e.test_refused_credentials import WAITS, accepted, called_off
from tests.e2e.world import OUT_OF_DATE

ENVOY = """
[profiles.envoy]
title = "Envoy"
axiom = { role = "user" }
ixon = { grants = [{ group = "Company", role = "Engineer" }] }

[[rules]]
name = "quiet-envoys"
when = { action = "offboard", profile = "envoy" }
confidential = true
"""
CREATE = "POST /axiom/v2/users"
CALLED_OFF = (
    "What still waited cannot be done just now. Please ask again later if it is still wanted."
)

pytestmark = pytest.mark.parametrize(
    "house", on_both_databases(policy=POLICY + ENVOY), indirect=True
)


async def comes(story: Story, ada: User, **values: str) -> Message:
    """Ask for an envoy's accounts in the form, and wait for the card."""
    await story.opens("/onboard", mention(ada))
    asked = {"github": story.people.login(ada), "profile": "envoy", **values}
    assert await story.slack.submit(story.asker, asked) is None
    return await story.card(ada)


async def leaves(story: Story, ada: User, **values: str) -> Message:
    """Ask for a removal, and wait for the card that the approver gets alone."""
    await story.opens("/offboard", mention(ada))
    assert await story.slack.submit(story.asker, {"reason": "Their secret", **values}) is None
    return await story.card(ada, told=story.approver)


async def test_a_retry_does_not_tell_that_somebody_is_leaving(story: Story, ada: User) -> None:
    story.world.server.axiom.faults.status(400, times=None, only=CREATE)
    card = await story.onboarding(ada, "envoy")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    story.world.server.axiom.faults.clear()
    leaving = await leaves(story, ada)
    await story.press(card, "Retry Axiom", who=story.asker)
    said = await story.hears(story.asker, "Nothing can be done about this person just now")
    assert f"#{story.number(leaving)}" not in said
    assert story.at_axiom(ada) is None


async def test_an_earlier_card_does_not_tell_which_request_took_its_invitation_back(
    story: Story, ada: User
) -> None:
    card = await story.onboarded(ada, "envoy")
    leaving = await leaves(story, ada)
    await story.press(leaving, "Approve")
    await story.reads(leaving, "Completed")
    line = await story.reads(card, "invitation taken back", "shows neither an invitation")
    assert f"#{story.number(leaving)}" not in line


async def test_what_a_removal_in_confidence_withdraws_does_not_tell_why(
    story: Story, ada: User
) -> None:
    calendar = Calendar(story)
    await story.onboarded(ada, "envoy")
    starts = calendar.wall(1, "17:00", ada)
    leaving = await leaves(story, ada, **fields(starts))
    await story.press(leaving, "Approve")
    await story.reads(leaving, "Approved, starts later")
    card = await story.onboarding(ada, "envoy")
    await calendar.until(starts, ada)
    await story.reads(card, "Cancelled", "This cannot be decided just now")
    number = f"#{story.number(leaving)}"
    why = await story.asks(f"why {story.number(card)}", who=story.approver)
    for text in (story.text(card), why, *threads(story), *story.heard(story.asker)[-1:]):
        assert "access-ends" not in text
        assert "access of this person ends" not in text
    assert number not in story.text(card)
    await story.reads(leaving, "Completed")


async def test_what_a_removal_in_confidence_calls_off_does_not_tell_why(
    story: Story, ada: User
) -> None:
    calendar, axiom = Calendar(story), story.world.server.axiom
    await story.onboarded(ada, "envoy")
    starts = calendar.before_long(ada)
    leaving = await leaves(story, ada, **fields(starts))
    await story.press(leaving, "Approve")
    await story.reads(leaving, "Approved, starts later")
    card = await story.onboarding(ada, "envoy")
    axiom.faults.status(401, None)
    await story.press(card, "Approve")
    await story.until(lambda: WAITS in story.line(card, "Axiom"))
    await calendar.until(starts, ada)
    await called_off(story, card, CALLED_OFF)
    await story.reads(card, "Partly done", CALLED_OFF)
    told = await story.direct(story.asker, "is partly done", CALLED_OFF)
    why = await story.asks(f"why {story.number(card)}", who=story.approver)
    for text in (told, story.text(card), why, *threads(story)):
        assert "access-ends" not in text
        assert "access of this person ends" not in text
        assert f"#{story.number(leaving)}" not in text
    axiom.faults.clear()
    await accepted(story.world)
    await story.reads(leaving, "Completed")
    assert story.at_axiom(ada) is None


async def test_what_cannot_start_does_not_tell_that_somebody_is_leaving(
    story: Story, ada: User
) -> None:
    calendar = Calendar(story)
    await story.onboarded(ada, "envoy")
    starts = calendar.wall(1, "09:00", ada)
    card = await comes(story, ada, **fields(starts))
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    await calendar.until(starts, ada, less=timedelta(hours=5))
    leaving = await leaves(story, ada)
    await calendar.until(starts, ada)
    text = await story.reads(card, "This cannot start just now")
    why = await story.asks(f"why {story.number(card)}", who=story.approver)
    for told in (text, why, *threads(story)):
        assert "Another request" not in told
        assert "another request" not in told
        assert f"#{story.number(leaving)}" not in told
    await story.denies(leaving, "Not now")
    await story.world.later(timedelta(minutes=2))
    assert "This cannot start" not in await story.reads(card, "Completed")


async def test_an_end_that_waits_does_not_tell_that_somebody_is_leaving(
    story: Story, ada: User
) -> None:
    calendar = Calendar(story)
    end = calendar.wall(1, "18:00", ada)
    card = await comes(story, ada, **fields(until=end))
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await calendar.until(end, ada, less=timedelta(minutes=20))
    story.world.server.axiom.faults.rate_limit(3600, only="DELETE /axiom/v2/users")
    leaving = await leaves(story, ada)
    await story.press(leaving, "Approve")
    await story.reads(leaving, "Next try")
    await calendar.until(end, ada)
    why = await story.asks(f"why {story.number(card)}", who=story.approver)
    assert "Waits until it can begin" in why
    for told in (why, story.text(card), *threads(story)):
        assert "another request about" not in told
        assert f"#{story.number(leaving)}" not in told


async def test_who_leaves_reads_nothing_of_it_under_another_account(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada, "envoy")
    twin, other = story.people.approver(), story.people.approver()
    twin.email = ada.email.replace("@", "+two@")
    story.world.clock.forward(OUT_OF_DATE)
    number = f"#{story.number(await leaves(story, ada))}"
    await story.card(ada, told=other)
    await story.world.spoken()
    assert [text for text in story.heard(twin) if "Their secret" in text or number in text] == []
    for who, may in ((other, True), (twin, False)):
        waiting = part(story, await home_of(story, who), "Waiting for you")
        assert (f"{number}, asked" in waiting) is may
        assert (number in await story.asks("status", who=who)) is may
    assert "no such request" in await story.asks(f"why {number[1:]}", who=twin)


def threads(story: Story) -> list[str]:
    """Return what stands in the threads of the channel."""
    return [story.text(one) for one in story.slack.messages(REQUESTS) if one.is_reply]
