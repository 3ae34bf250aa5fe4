"""`/aboard`: help, status, history, why and cancel, and who sees what."""

import pytest

from sandbox.slack.model import User
from tests.e2e.forging import Forger
from tests.e2e.story import Story


async def test_help_names_every_command_and_is_the_default(story: Story) -> None:
    said = await story.asks("help")
    for word in ("/onboard", "/offboard", "status", "history", "export", "evidence", "why"):
        assert word in said
    assert await story.asks("") == said
    assert await story.asks("HELP") == said


async def test_an_unknown_word_is_answered_with_help(story: Story) -> None:
    said = await story.asks("dance")
    assert "I don't know that word" in said
    assert "/onboard" in said


async def test_status_shows_a_requester_what_they_asked_for(story: Story, ada: User) -> None:
    assert await story.asks("status") == "Asked by you, still open: nothing."
    card = await story.onboarding(ada)
    said = await story.asks("status")
    assert f"#{story.number(card)}" in said
    assert ada.real_name in said
    assert "Waiting for approval" in said
    assert "Waiting for a decision" not in said


async def test_status_shows_nobody_what_others_asked_for(story: Story, ada: User) -> None:
    await story.onboarding(ada)
    bea = story.people.member()
    said = await story.asks("status", who=bea)
    assert said == "Asked by you, still open: nothing."


async def test_status_shows_an_approver_what_waits_for_them(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    said = await story.asks("status", who=story.approver)
    assert "Waiting for a decision" in said
    assert f"#{story.number(card)}" in said


async def test_status_no_longer_shows_what_has_ended(story: Story, ada: User) -> None:
    card = await story.onboarded(ada)
    said = await story.asks("status")
    assert said == "Asked by you, still open: nothing."
    everything = await story.asks("status", who=story.approver)
    assert f"#{story.number(card)} " not in everything


async def test_why_names_the_rule_the_decision_and_what_happened(story: Story, ada: User) -> None:
    card = await story.onboarded(ada)
    said = await story.asks(f"why {story.number(card)}")
    assert "Rule: `approval`." in said
    assert "1. The approvers (`approval`): 1 of" in said
    assert "@it-ops" in said
    assert "neither the requester nor the person concerned" in said
    assert f"@{story.approver.real_name} approved" in said
    assert "Request received" in said
    assert "Step ended at Axiom (done, verified)" in said
    assert "Policy" in said
    assert "plan" in said


async def test_why_tells_which_clicks_did_not_count(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    bea = story.people.member()
    await story.press(card, "Approve", who=bea)
    await story.hears(bea, "You are not an approver")
    said = await story.asks(f"why {story.number(card)}")
    assert f"A decision was refused by @{bea.real_name}" in said


async def test_why_is_for_the_requester_and_the_approvers(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    text = f"why #{story.number(card)}"
    assert ada.real_name in await story.asks(text)
    assert ada.real_name in await story.asks(text, who=story.approver)
    hidden = await story.asks(text, who=story.people.member())
    assert hidden == "There is no such request, or it is not yours to see."
    assert await story.asks("why 999999999999") == hidden


async def test_a_missing_number_is_asked_for(story: Story) -> None:
    for text in ("why", "why you", "cancel", "cancel it", "cancel 1.5"):
        assert "Please say which one" in await story.asks(text)


async def test_a_requester_cancels_what_nobody_decided_yet(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    shown = story.slack.copy_of(card)
    said = await story.asks(f"cancel {story.number(card)}")
    assert said == f"Request #{story.number(card)} is cancelled."
    await story.reads(card, "Cancelled")
    await story.press(shown, "Approve")
    await story.hears(story.approver, "is cancelled; nothing is left to decide")
    assert story.at_axiom(ada) is None
    assert not story.asked_of_axolo(ada)
    await story.onboarding(ada)


async def test_an_approver_cancels_as_well_and_the_requester_is_told(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    said = await story.asks(f"cancel {story.number(card)}", who=story.approver)
    assert "is cancelled" in said
    await story.reads(card, "Cancelled")
    await story.direct(story.asker, "cancelled", ada.real_name)


async def test_nobody_else_cancels(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    said = await story.asks(f"cancel {story.number(card)}", who=story.people.member())
    assert "Only the requester or an approver can cancel this" in said
    await story.nothing_happened(card, ada)


async def test_what_was_decided_cannot_be_cancelled(story: Story, ada: User) -> None:
    card = await story.onboarded(ada)
    said = await story.asks(f"cancel {story.number(card)}")
    assert "Only a request that has not begun can be cancelled" in said
    assert "Completed" in story.text(card)


async def test_a_request_that_never_was_cannot_be_cancelled(story: Story) -> None:
    said = await story.asks("cancel 999999999999")
    assert said == "There is no request #999999999999."


async def test_a_cancellation_that_is_delivered_twice_has_one_effect(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    command = forger.command(story.asker, "/aboard", f"cancel {story.number(card)}")
    for _ in range(2):
        assert (await forger.send("command", command)).ok
    await story.reads(card, "Cancelled")


async def test_a_guest_sees_nothing_and_is_told_why(story: Story) -> None:
    story.asker.is_restricted = True
    for text in ("status", "history", "why 1", "cancel 1"):
        assert "Guests can't do this" in await story.asks(text)


async def test_somebody_of_another_workspace_sees_nothing(story: Story, forger: Forger) -> None:
    command = forger.command(story.world.server.cast.stranger, "/aboard", "history")
    command["team_id"] = "T0NORTHW01"
    said = (await forger.send("command", command)).json()
    assert said is not None
    assert "belongs to another workspace" in said["text"]


async def test_while_slack_cannot_say_who_asks_nothing_is_shown(story: Story) -> None:
    story.world.server.slack.faults.down(only="users.info")
    assert "I did nothing" in await story.asks("history")


@pytest.mark.parametrize("blank", ["\t", "\n", "\u00a0", "  "])
async def test_any_blank_parts_the_words(story: Story, ada: User, blank: str) -> None:
    number = story.number(await story.onboarding(ada))
    assert "is cancelled" in await story.asks(f"cancel{blank}{number}")
