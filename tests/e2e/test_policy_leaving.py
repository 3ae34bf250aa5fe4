"""Rules for those who leave: two approvers for the protected, and nothing public in confidence."""

from datetime import timedelta

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar
from tests.e2e.channels import out_of_reach
from tests.e2e.rules import BOARD, CHIEFS, POLICY, Groups
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story, mention
from tests.e2e.world import OUT_OF_DATE, PUT_OFF

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)

SECRET = "A confidential request"


async def director(story: Story, ada: User, groups: Groups) -> None:
    """Bring a director on board, so that their leaving is confidential."""
    bea, cem = groups.board()
    card = await story.onboarding(ada, "director")
    await story.press(card, "Approve")
    await story.reads(card, "from The board")
    for member in (bea, cem):
        await story.press(card, "Approve", who=member)
    await story.reads(card, "Completed")
    await story.world.spoken()


async def leaves(story: Story, ada: User) -> Message:
    """Ask for a removal, and wait for the card that the approver gets alone."""
    await story.opens("/offboard", mention(ada))
    assert await story.slack.submit(story.asker, {"reason": "Their secret"}) is None
    return await story.card(ada, told=story.approver)


async def end_of_a_protected_one(story: Story, ada: User, groups: Groups) -> Message:
    """Let an access end that was approved before its person was protected; return the question."""
    calendar = Calendar(story)
    end = calendar.wall(3, "18:00", ada)
    card = await calendar.asks(ada, until=end)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    groups.join(CHIEFS, ada)
    await calendar.until(end, ada)
    return await story.card(ada)


def public(story: Story, since: str) -> str:
    """Return everything that everybody in the channel can read."""
    shown = story.slack.messages("#access-requests")
    return "\n".join(story.text(one) for one in shown if one.ts > since)


async def test_a_protected_person_is_not_offboarded_by_one_approver(
    story: Story, ada: User, groups: Groups
) -> None:
    await story.onboarded(ada)
    groups.join(CHIEFS, ada)
    card = await story.offboarding(ada)
    assert "0 of 2 approvals" in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")
    assert story.at_axiom(ada) == "user"
    await story.press(card, "Approve", who=story.people.approver())
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None
    assert "`protected`" in await story.asks(f"why {story.number(card)}")


async def test_the_end_that_one_approved_does_not_remove_a_protected_person_by_itself(
    story: Story, ada: User, groups: Groups
) -> None:
    question = await end_of_a_protected_one(story, ada, groups)
    assert "0 of 2 approvals" in story.text(question)
    await story.press(question, "Approve")
    await story.reads(question, "1 of 2 approvals")
    assert story.at_axiom(ada) == "user"
    await story.press(question, "Approve", who=story.people.approver())
    await story.reads(question, "Completed")
    assert story.at_axiom(ada) is None


async def test_the_end_of_a_protected_person_waits_until_somebody_decides_it(
    story: Story, ada: User, groups: Groups
) -> None:
    question = await end_of_a_protected_one(story, ada, groups)
    assert "Expires" not in story.text(question)
    assert "it is not cancelled" in await story.asks(f"cancel {story.number(question)}")
    await story.world.later(timedelta(hours=80))
    await story.direct(story.approver, "is overdue")
    assert "Waiting for approval" in story.text(question)
    await story.press(question, "Approve")
    await story.reads(question, "1 of 2 approvals")
    await story.press(question, "Approve", who=story.people.approver())
    await story.reads(question, "Completed")
    assert story.at_axiom(ada) is None


async def test_everybody_else_is_offboarded_by_one(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.offboarding(ada)
    assert "0 of 1 approval" in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")


async def test_while_slack_cannot_say_who_is_protected_nothing_is_put_to_anybody(
    story: Story, ada: User, groups: Groups
) -> None:
    await story.onboarded(ada)
    groups.join(CHIEFS, ada)
    story.world.server.slack.faults.down(only="usergroups.users.list")
    await story.opens("/offboard", mention(ada))
    assert await story.slack.submit(story.asker, {"reason": "Leaves"}) is None
    await story.hears(story.asker, "is recorded")
    assert [one for one in story.cards() if "Offboard" in story.text(one)] == []
    story.world.server.slack.faults.clear()
    await story.world.later(OUT_OF_DATE)
    card = await story.card(ada)
    assert "0 of 2 approvals" in story.text(card)


async def test_nobody_in_the_channel_learns_who_leaves_before_it_happened(
    story: Story, ada: User, groups: Groups
) -> None:
    await director(story, ada, groups)
    since = story.slack.state.timestamps.new()
    card = await leaves(story, ada)
    await story.until(lambda: SECRET in public(story, since))
    for secret in (ada.real_name, ada.email, ada.id, story.asker.real_name, "Their secret"):
        assert secret not in public(story, since)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None
    await story.until(lambda: ada.real_name in public(story, since))
    assert SECRET not in public(story, since)
    for secret in (ada.email, "Their secret"):
        assert secret not in public(story, since)


async def test_what_was_denied_in_confidence_is_never_told(
    story: Story, ada: User, groups: Groups
) -> None:
    await director(story, ada, groups)
    since = story.slack.state.timestamps.new()
    card = await leaves(story, ada)
    await story.denies(card, "They stay")
    await story.reads(card, "Denied", "They stay")
    await story.until(lambda: "A confidential request ended" in public(story, since))
    for secret in (ada.real_name, ada.email, "They stay"):
        assert secret not in public(story, since)


async def test_only_its_requester_and_its_approvers_see_a_confidential_request(
    story: Story, ada: User, groups: Groups
) -> None:
    await director(story, ada, groups)
    card = await leaves(story, ada)
    number = story.number(card)
    outsider = story.people.member()
    groups.join(BOARD, outsider)
    asks = (f"why {number}", "status", "history", f"history {mention(ada)}")
    for text in asks:
        assert f"#{number}" not in await story.asks(text, who=outsider)
    assert ada.real_name in await story.asks(f"why {number}")
    assert f"#{number}" in await story.asks("status")
    assert f"#{number}" in await story.asks("status", who=story.approver)


async def test_a_second_ask_does_not_tell_that_somebody_is_leaving(
    story: Story, ada: User, groups: Groups
) -> None:
    await director(story, ada, groups)
    await leaves(story, ada)
    await story.types(
        "/onboard", f"{mention(ada)} {story.people.login(ada)}", who=story.people.member()
    )
    answer = await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    said = story.slack.readable(answer.text)
    assert "Nothing can be asked about this person just now" in said
    assert "open" not in said


async def test_whoever_leaves_is_not_told_as_one_of_the_approvers(
    story: Story, ada: User, groups: Groups
) -> None:
    await director(story, ada, groups)
    story.world.server.cast.group.users.append(ada.id)
    card = await leaves(story, ada)
    assert all(ada.real_name not in one for one in story.heard(ada) if "Offboard" in one)
    assert "There is no such request" in await story.asks(f"why {story.number(card)}", who=ada)
    assert f"#{story.number(card)}" not in await story.asks("status", who=ada)


def refusals(story: Story, who: User) -> int:
    """Return how often Slack would not post to somebody."""
    calls = [one for one in story.slack.calls if one.method == "chat.postMessage" and one.error]
    return len([one for one in calls if one.arguments["channel"] == who.id])


async def test_a_card_in_confidence_that_one_approver_cannot_get_is_shown_to_nobody_else(
    story: Story, ada: User, groups: Groups
) -> None:
    await director(story, ada, groups)
    story.world.server.cast.group.users.extend([ada.id, story.asker.id])
    other = story.people.approver()
    with out_of_reach(story, other):
        await leaves(story, ada)
        for _ in range(3):
            await story.world.later(PUT_OFF)
            await story.world.aboard.delivery.once()
        assert refusals(story, other)
    await story.world.spoken()
    await story.card(ada, told=other)
    for one in (ada, story.asker):
        shown = [story.text(message) for message in story.slack.direct_messages(one)]
        assert [text for text in shown if "Their secret" in text] == []


async def test_what_a_confidential_removal_has_made_good_is_told_once_it_has_completed(
    story: Story, ada: User, groups: Groups
) -> None:
    server, told = story.world.server, "A later request has seen to what was left at Axiom"
    server.axiom.faults.status(400, times=None)
    bea, cem = groups.board()
    first = await story.onboarding(ada, "director")
    for who in (story.approver, bea, cem):
        await story.press(first, "Approve", who=who)
    await story.reads(first, "Needs attention", "[Retry Axiom]")
    shown = story.slack.copy_of(first)
    server.axiom.faults.clear()
    server.ixon.faults.status(400, times=None)
    card = await leaves(story, ada)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "[Retry IXON]")
    await story.world.spoken()
    assert "seen to otherwise" not in story.text(first)
    assert not any(told in story.text(one) for one in story.slack.replies(first))
    server.ixon.faults.clear()
    await story.press(card, "Retry IXON")
    await story.reads(card, "Completed")
    await story.reads(first, "seen to otherwise since")
    await story.until(lambda: any(told in story.text(one) for one in story.slack.replies(first)))
    await story.press(shown, "Axiom is done by hand", who=bea)
    await story.hears(bea, "Axiom needs nothing more: another request has seen to it since.")
