"""One request, one decision: whoever comes late reads who decided, and nothing happens twice."""

import asyncio
import re

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.forging import Forger
from tests.e2e.story import Story, mention

ROUNDS = 20
FORGED = ("", "1", "A" * 22, "../../etc/passwd", "x" * 2000, "%00' OR 1=1")
DECIDED = re.compile(r"(approved|denied) by")


async def test_approving_and_denying_at_once_makes_exactly_one_decision(story: Story) -> None:
    denier = story.people.approver()
    subjects = [story.people.member() for _ in range(ROUNDS)]
    texts = [f"{mention(one)} {story.people.login(one)}" for one in subjects]
    askers = [story.people.member() for _ in range(ROUNDS)]
    asks = zip(texts, askers, strict=True)
    await asyncio.gather(*(story.types("/onboard", text, who=one) for text, one in asks))
    cards = [await story.card(one) for one in subjects]
    for card in cards:
        await story.press(card, "Deny", who=denier)
        _, wrong = await asyncio.gather(
            story.press(story.slack.copy_of(card), "Approve"),
            story.slack.submit(denier, {"reason": "Not yet"}),
        )
        assert wrong is None or "already approved" in wrong["reason"]
    await story.until(lambda: all(_over(story, card) for card in cards))
    verdicts = [DECIDED.findall(story.text(card)) for card in cards]
    assert all(len(one) == 1 for one in verdicts)
    assert [story.at_axiom(one) for one in subjects] == [
        "user" if one == ["approved"] else None for one in verdicts
    ]


def _over(story: Story, card: Message) -> bool:
    return any(word in story.text(card) for word in ("Completed", "Denied"))


async def test_five_clicks_at_once_make_one_account(story: Story, ada: User) -> None:
    approvers = [story.people.approver() for _ in range(4)]
    card = await story.onboarding(ada)
    shown = story.slack.copy_of(card)
    everybody = [story.approver, *approvers]
    await asyncio.gather(*(story.press(shown, "Approve", who=one) for one in everybody))
    await story.reads(card, "Completed")
    assert len(story.created_at_axiom(ada)) == 1
    assert len(story.asked_of_axolo(ada)) == 1
    told = [await story.hears(one, "pproved request") for one in everybody]
    assert sum("You approved" in one for one in told) == 1
    assert sum("already approved" in one for one in told) == len(everybody) - 1


async def test_whoever_comes_late_reads_who_decided(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    before, late = story.slack.copy_of(card), story.people.approver()
    await story.press(card, "Approve")
    await story.press(before, "Approve", who=late)
    expected = f"@{story.approver.real_name} already approved request #{story.number(before)}"
    assert expected in await story.hears(late, "already approved")
    await story.press(before, "Deny", who=late)
    assert story.slack.modal(late) is None


async def test_a_double_click_counts_once(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    shown = story.slack.copy_of(card)
    await asyncio.gather(story.press(shown, "Approve"), story.press(shown, "Approve"))
    await story.reads(card, "Completed")
    assert len(DECIDED.findall(story.text(card))) == 1
    assert len(story.created_at_axiom(ada)) == 1


async def test_a_click_that_is_delivered_twice_has_one_effect(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    click = forger.click(story.approver, card, "Approve")
    answers = await asyncio.gather(*(forger.send("interaction", click) for _ in range(3)))
    assert all(one.ok for one in answers)
    await story.reads(card, "Completed")
    assert (await forger.send("interaction", click)).ok
    await story.hears(story.approver, "You approved")
    assert len(story.created_at_axiom(ada)) == 1
    assert len(DECIDED.findall(story.text(card))) == 1


async def test_a_command_that_is_delivered_twice_makes_one_request(
    story: Story, ada: User, forger: Forger
) -> None:
    first = await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    again = await forger.send("command", forger.last("command"))
    said = again.json()
    assert said is not None
    assert "it was already here" in said["text"]
    number = re.search(r"#\d+", first.text)
    assert number
    assert number[0] in said["text"]
    await story.card(ada)


async def test_a_form_that_is_delivered_twice_makes_one_request(
    story: Story, ada: User, forger: Forger
) -> None:
    await story.opens("/onboard")
    values = {"subject": ada.id, "profile": "analyst"}
    assert await story.slack.submit(story.asker, values) is None
    again = await forger.send("interaction", forger.last("interaction"))
    assert (again.status, again.body) == (200, b"")
    card = await story.card(ada)
    await story.hears(story.asker, f"Request #{story.number(card)} is recorded (it was already")


@pytest.mark.parametrize("label", ["Approve", "Deny", "Details"])
async def test_a_reference_that_was_never_given_out_changes_nothing(
    story: Story, ada: User, forger: Forger, label: str
) -> None:
    card = await story.onboarding(ada)
    for forged in FORGED:
        click = forger.click(story.approver, card, label)
        click["actions"][0]["value"] = forged
        assert (await forger.send("interaction", click)).ok
    await story.until(lambda: len(story.heard(story.approver)) == len(FORGED))
    assert all("I don't know this request" in one for one in story.heard(story.approver))
    await story.nothing_happened(card, ada)


async def test_the_reference_of_a_step_decides_nothing(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    view = await story.world.aboard.reads.request(story.number(card))
    assert view is not None
    click = forger.click(story.approver, card, "Approve")
    click["actions"][0]["value"] = view.steps[0].ref
    assert (await forger.send("interaction", click)).ok
    await story.hears(story.approver, "I don't know this request any more")
    await story.nothing_happened(card, ada)


async def test_a_denial_for_another_request_than_the_one_shown_needs_its_reference(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Deny")
    form = story.slack.opened(story.approver)
    payload = forger.submission(story.approver, form, reason="No")
    payload["view"]["private_metadata"] = "A" * 22
    said = (await forger.send("interaction", payload)).json()
    assert said is not None
    assert said["response_action"] == "errors"
    await story.nothing_happened(card, ada)


async def test_a_button_that_was_never_drawn_changes_nothing(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    for action in ("request.unknown", "step.retry:axiom", "request.approve:x", "", "x" * 255):
        click = forger.click(story.approver, card, "Details")
        click["actions"][0] |= {"action_id": action, "value": "B" * 22}
        assert (await forger.send("interaction", click)).ok
    await story.nothing_happened(card, ada)


async def test_what_somebody_else_signed_is_refused_without_a_word(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    click = forger.click(story.approver, card, "Approve")
    answer = await forger.send_unsigned("interaction", click)
    assert (answer.status, answer.body) == (401, b"")
    await story.nothing_happened(card, ada)


async def test_a_denial_needs_a_reason_and_the_requester_reads_it(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.press(card, "Deny")
    wrong = await story.slack.submit(story.approver, {"reason": "   "})
    assert wrong == {"reason": "Please say why: the requester reads it."}
    assert await story.slack.submit(story.approver, {"reason": "Starts next month"}) is None
    text = await story.reads(card, "Denied", "Starts next month")
    assert f"denied by @{story.approver.real_name}" in text
    told = await story.direct(story.asker, "was denied by", "Starts next month")
    assert story.approver.real_name in told
    assert story.at_axiom(ada) is None
    assert not story.asked_of_axolo(ada)
