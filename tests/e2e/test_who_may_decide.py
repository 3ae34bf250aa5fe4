"""Who may approve or deny: looked up at the click, whatever the button showed."""

from datetime import timedelta

import pytest

from sandbox.slack.model import User
from tests.e2e.forging import Forger
from tests.e2e.story import Story
from tests.e2e.world import OUT_OF_DATE


async def test_the_requester_cannot_approve_even_as_an_approver(story: Story, ada: User) -> None:
    story.asker = story.people.approver()
    card = await story.onboarding(ada)
    await story.press(card, "Approve", who=story.asker)
    await story.hears(story.asker, "You asked for this, so somebody else has to decide")
    await story.nothing_happened(card, ada)


async def test_the_person_concerned_cannot_approve_even_as_an_approver(story: Story) -> None:
    ada = story.people.approver()
    card = await story.onboarding(ada)
    await story.press(card, "Approve", who=ada)
    await story.hears(ada, "This is about you, so somebody else has to decide")
    await story.nothing_happened(card, ada)


async def test_an_alias_of_the_requester_cannot_approve(story: Story, ada: User) -> None:
    local, _, domain = story.asker.email.partition("@")
    story.approver.email = f"{local.upper()}+ops@{domain}"
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.hears(story.approver, "You asked for this")
    await story.nothing_happened(card, ada)


@pytest.mark.parametrize("label", ["Approve", "Deny"])
async def test_somebody_who_is_no_approver_is_told_so(story: Story, ada: User, label: str) -> None:
    card = await story.onboarding(ada)
    bea = story.people.member()
    await story.press(card, label, who=bea)
    await story.hears(bea, "You are not an approver of this request")
    assert story.slack.modal(bea) is None
    await story.nothing_happened(card, ada)


async def test_a_guest_in_the_group_of_approvers_is_told_so(story: Story, ada: User) -> None:
    story.approver.is_restricted = True
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.hears(story.approver, "Guests can't do this")
    await story.nothing_happened(card, ada)


async def test_a_bot_in_the_group_of_approvers_is_told_so(story: Story, ada: User) -> None:
    story.approver.is_bot = True
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.hears(story.approver, "A bot or an app can't do this")
    await story.nothing_happened(card, ada)


async def test_a_deactivated_approver_is_told_so(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    story.approver.deleted = True
    await story.press(card, "Approve")
    await story.hears(story.approver, "A deactivated account can't do this")
    await story.nothing_happened(card, ada)


async def test_somebody_of_another_workspace_is_told_so(story: Story, ada: User) -> None:
    stranger = story.world.server.cast.stranger
    card = await story.onboarding(ada)
    await story.press(card, "Approve", who=stranger)
    await story.hears(stranger, "Aboard belongs to another workspace")
    await story.nothing_happened(card, ada)


async def test_a_stranger_is_a_stranger_whatever_the_payload_says(
    story: Story, ada: User, forger: Forger
) -> None:
    stranger = story.world.server.cast.stranger
    story.world.server.cast.group.users.append(stranger.id)
    card = await story.onboarding(ada)
    payload = forger.click(stranger, card, "Approve")
    payload["user"]["team_id"] = story.slack.state.team.id
    assert (await forger.send("interaction", payload)).ok
    await story.hears(stranger, "People of other workspaces can't do this")
    await story.nothing_happened(card, ada)


async def test_somebody_whom_slack_does_not_know_decides_nothing(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    payload = forger.click(story.approver, card, "Approve")
    payload["user"]["id"] = "U0NOBODY99"
    assert (await forger.send("interaction", payload)).ok
    await story.nothing_happened(card, ada)


async def test_a_named_approver_who_is_in_no_group_may_approve(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Approve", who=story.world.server.cast.lead)
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_a_member_of_the_group_may_approve(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Approve", who=story.world.server.cast.ops[1])
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_whoever_left_the_group_after_the_card_was_posted_cannot_approve(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    story.world.server.cast.group.users.remove(story.approver.id)
    await story.world.later(OUT_OF_DATE)
    await story.press(card, "Approve")
    await story.hears(story.approver, "You are not an approver of this request")
    await story.nothing_happened(card, ada)


async def test_whoever_joined_the_group_after_the_card_was_posted_may_approve(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Approve", who=story.people.approver())
    await story.reads(card, "Completed")


@pytest.mark.parametrize("method", ["users.info", "usergroups.users.list"])
async def test_while_slack_cannot_say_who_is_who_nothing_is_decided(
    story: Story, ada: User, method: str
) -> None:
    card = await story.onboarding(ada)
    story.world.server.slack.faults.down(only=method)
    await story.world.later(OUT_OF_DATE)
    await story.press(card, "Approve")
    await story.hears(story.approver, "I did nothing", "Please try again")
    await story.nothing_happened(card, ada)
    story.world.server.slack.faults.clear()
    await story.press(card, "Approve")
    await story.reads(card, "Completed")


@pytest.mark.usefixtures("hurried")
async def test_a_slack_that_never_answers_holds_up_no_click(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    story.world.server.slack.faults.hang(None, only="usergroups.users.list")
    await story.world.later(OUT_OF_DATE)
    await story.press(card, "Approve")
    await story.hears(story.approver, "I did nothing")
    await story.nothing_happened(card, ada)


async def test_a_denial_is_judged_when_the_reason_comes_not_when_the_form_opened(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Deny")
    story.world.server.cast.group.users.remove(story.approver.id)
    await story.world.later(timedelta(minutes=1))
    wrong = await story.slack.submit(story.approver, {"reason": "No"})
    assert wrong == {"reason": "You are not an approver of this request."}
    await story.nothing_happened(card, ada)


async def test_nobody_is_approved_whose_slack_account_is_deactivated_by_then(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    ada.deleted = True
    await story.world.later(OUT_OF_DATE)
    await story.press(card, "Approve")
    await story.hears(story.approver, "That Slack account is deactivated")
    await story.nothing_happened(card, ada)
    await story.denies(card, "Does not come after all")
    await story.reads(card, "Denied")
