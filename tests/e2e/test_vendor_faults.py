"""Vendors that are down, lose an answer or refuse: nothing is created twice, nothing is guessed."""

import time
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox import mishaps
from sandbox.slack.model import Message, User
from tests.e2e.story import Story, labels

ONBOARD = "POST /axolo/v1/engineer/onboard"
CREATE = "POST /axiom/v2/users"
DELETE = "DELETE /axiom/v2/users"
LOOK = "GET /axiom/v2/users"
PAUSE = 5.0


async def _approved(story: Story, subject: User) -> Message:
    card = await story.onboarding(subject)
    await story.press(card, "Approve")
    return card


async def test_a_step_waits_for_a_vendor_that_is_down_and_is_then_done_by_itself(
    story: Story, ada: User
) -> None:
    axiom = story.world.server.axiom
    card = await story.onboarding(ada)
    axiom.faults.down()
    await story.press(card, "Approve")
    await story.reads(card, "waiting for another try", "Next try", "accepted, cannot be verified")
    assert "Under way" in story.text(card)
    assert not any(label.startswith("Retry") for label in labels(card))
    axiom.faults.clear()
    await story.reads(card, "Completed", "done, verified")
    assert story.at_axiom(ada) == "user"
    assert len(story.created_at_axiom(ada)) == 1
    assert len(story.asked_of_axolo(ada)) == 1


async def test_a_vendor_that_wants_a_pause_gets_it(story: Story, ada: User) -> None:
    axiom = story.world.server.axiom
    card = await story.onboarding(ada)
    named = time.time() + PAUSE
    axiom.faults.rate_limit(None, seconds=PAUSE, only=CREATE)
    await story.press(card, "Approve")
    await story.reads(card, "waiting for another try")
    axiom.faults.clear()
    await story.reads(card, "Completed")
    tried = [(one.status, one.at) for one in story.created_at_axiom(ada)]
    assert {status for status, _ in tried} == {429, 200}
    assert all(at >= named for _, at in tried[1:])


async def test_an_account_whose_creation_was_not_answered_is_found_and_never_made_twice(
    story: Story, ada: User
) -> None:
    card, faults = await story.onboarding(ada), story.world.server.axiom.faults

    async def lost_for_a_while(request: web.Request, handler: Handler) -> web.StreamResponse:
        faults.down(only=LOOK)
        return await mishaps.lost(request, handler)

    faults.plant("lost", lost_for_a_while, 1, CREATE)
    await story.press(card, "Approve")
    await story.reads(card, "unknown, looking again")
    faults.clear()
    text = await story.reads(card, "Completed", "a look-up confirmed it")
    assert "Axiom  ✅ done, verified" in text
    assert len(story.created_at_axiom(ada)) == 1
    assert story.at_axiom(ada) == "user"


async def test_a_creation_that_never_arrived_is_looked_for_and_then_made(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    story.world.server.axiom.faults.refuse_before(only=CREATE)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"
    assert [call.status for call in story.created_at_axiom(ada)] == [None, 200]


async def test_a_removal_that_was_not_answered_is_looked_for(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.offboarding(ada)
    story.world.server.axiom.faults.lose_answer(only=DELETE)
    await story.press(card, "Approve")
    text = await story.reads(card, "Completed")
    assert "Axiom  ✅ done, verified" in text
    assert story.at_axiom(ada) is None


async def test_what_axolo_did_not_answer_is_unknown_until_a_person_decides(
    story: Story, ada: User
) -> None:
    story.world.server.axolo.faults.lose_answer(only=ONBOARD)
    card = await _approved(story, ada)
    await story.reads(card, "Needs attention")
    line = story.line(card, "Axolo")
    assert "unknown" in line
    assert "✅" not in line
    assert labels(card) == {"Retry Axolo", "Axolo is done by hand", "Details"}
    await story.direct(story.asker, "something needs attention")
    await story.world.later(timedelta(minutes=10))
    assert len(story.asked_of_axolo(ada)) == 1
    assert story.line(card, "Axolo") == line


async def test_an_unknown_answer_of_axolo_is_left_alone_while_axiom_is_tried_again(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    story.world.server.axiom.faults.down()
    story.world.server.axolo.faults.lose_answer(only=ONBOARD)
    await story.press(card, "Approve")
    await story.until(lambda: "unknown" in story.line(card, "Axolo"))
    await story.until(lambda: "another try" in story.line(card, "Axiom"))
    await story.world.later(timedelta(minutes=3))
    story.world.server.axiom.faults.clear()
    await story.until(lambda: "done, verified" in story.line(card, "Axiom"))
    await story.world.at_rest()
    assert len(story.asked_of_axolo(ada)) == 1
    assert "unknown" in story.line(card, "Axolo")


async def test_a_retry_of_axolo_ends_without_a_claim_to_have_seen_it(
    story: Story, ada: User
) -> None:
    story.world.server.axolo.faults.lose_answer(only=ONBOARD)
    card = await _approved(story, ada)
    await story.reads(card, "Needs attention")
    await story.press(card, "Retry Axolo")
    await story.reads(card, "Completed")
    assert "accepted, cannot be verified" in story.line(card, "Axolo")
    assert len(story.asked_of_axolo(ada)) == 2
    assert len(story.created_at_axiom(ada)) == 1


@pytest.mark.parametrize("status", [400, 403])
async def test_a_refusal_is_shown_and_retried_without_a_second_approval(
    story: Story, ada: User, status: int
) -> None:
    axiom = story.world.server.axiom
    card = await story.onboarding(ada)
    axiom.faults.status(status, body={"message": "every seat is taken"}, only=CREATE)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "❌ failed", "Retry Axiom")
    assert story.at_axiom(ada) is None
    assert story.at_axolo(ada)
    await story.press(card, "Retry Axiom", who=story.asker)
    await story.reads(card, "Completed")
    await story.hears(story.asker, "Trying Axiom again")
    assert story.at_axiom(ada) == "user"
    assert len(story.asked_of_axolo(ada)) == 1
    assert story.text(card).count("approved by") == 1


async def test_whoever_neither_asked_nor_approves_cannot_retry(story: Story, ada: User) -> None:
    story.world.server.axiom.faults.status(400, only=CREATE)
    card = await _approved(story, ada)
    await story.reads(card, "Needs attention")
    bea = story.people.member()
    await story.press(card, "Retry Axiom", who=bea)
    await story.hears(bea, "Only the requester or an approver can retry this")
    assert len(story.created_at_axiom(ada)) == 1


async def test_two_who_retry_at_once_make_one_try(story: Story, ada: User) -> None:
    story.world.server.axiom.faults.status(400, only=CREATE)
    card = await _approved(story, ada)
    await story.reads(card, "Needs attention")
    shown = story.slack.copy_of(card)
    await story.press(shown, "Retry Axiom")
    await story.press(shown, "Retry Axiom", who=story.asker)
    await story.reads(card, "Completed")
    assert len(story.created_at_axiom(ada)) == 2
    await story.hears(story.asker, "there is nothing to try again")
