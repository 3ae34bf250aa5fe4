"""The manners of messages: the state first and in words, few fields, spoken buttons."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from commands.views import answers, greetings, reminders
from commands.views.card import Drawing, card
from commands.views.words import REQUEST_WORDS, SEEN_TO
from rules.plans import Effect
from rules.states import FOLLOWED, RequestState, StepState
from rules.values import Kind
from tests.terms import one_stage
from tests.unit.commands.hostile import FEWER, REQUESTS
from tests.unit.commands.reading import as_json, problems_of
from workflow.readmodels import RequestView, StepView

MOST_FIELDS = 10
NOW = 1_800_000_000_000_000


def step(
    state: StepState,
    *,
    effect: str = Effect.INVITE,
    expires_at: int | None = NOW,
    resends: bool = True,
) -> StepView:
    return StepView(
        "r", "ixon", "IXON", state, effect, "Invite.", None, "Engineer", (), "", None,
        expires_at=expires_at, resends=resends,
    )  # fmt: skip


def request(
    *steps: StepView, state: RequestState = RequestState.COMPLETED, kind: Kind = Kind.ONBOARD
) -> RequestView:
    return RequestView(
        12, "R", kind, state, "U0BOB00002", "U0ADA00001", "Ada", "ada@acme.example", None,
        "Engineer", "", None, one_stage("U0ADA00001"), "0f", None, NOW, NOW, NOW, steps, (),
    )  # fmt: skip


def buttons(drawing: Drawing) -> list[dict[str, Any]]:
    blocks = as_json(drawing.blocks)
    return [one for block in blocks if block["type"] == "actions" for one in block["elements"]]


@FEWER
@given(REQUESTS)
def test_a_card_says_first_how_it_stands_and_has_few_fields(view: RequestView) -> None:
    blocks = as_json(card(view).blocks)
    headline = blocks[0]["text"]["text"]
    words = {REQUEST_WORDS[view.state], ":warning: Completed, and an invitation has expired"}
    words = {SEEN_TO} if view.is_seen_to else words
    assert headline.removeprefix("*").startswith(tuple(words))
    assert all(len(block.get("fields", [])) <= MOST_FIELDS for block in blocks)


@FEWER
@given(REQUESTS)
def test_every_button_of_a_card_is_spoken_with_its_request(view: RequestView) -> None:
    spoken = [one.get("accessibility_label", "") for one in buttons(card(view))]
    assert spoken
    assert all(f"request {view.number}" in one for one in spoken)


@FEWER
@given(REQUESTS)
def test_what_the_person_and_everybody_reads_is_harmless(view: RequestView) -> None:
    for drawing in (greetings.nudge(view), greetings.welcome(view)):
        assert drawing is None or problems_of(drawing) == []


def test_a_reminder_names_every_invitation_that_ends_and_when() -> None:
    open_, done = step(StepState.INVITED), step(StepState.DONE, expires_at=None)
    drawn = greetings.nudge(request(open_, done))
    assert drawn is not None
    assert problems_of(drawn) == []
    assert f"<!date^{NOW // 1_000_000}^" in str(as_json(drawn.blocks))
    assert str(as_json(drawn.blocks)).count("Please accept") == 1
    assert "<@U0BOB00002>" in str(as_json(drawn.blocks))


@pytest.mark.parametrize("state", [StepState.DONE, StepState.EXPIRED, StepState.WITHDRAWN])
def test_nobody_is_reminded_of_what_is_over(state: StepState) -> None:
    assert greetings.nudge(request(step(state))) is None


@pytest.mark.parametrize("state", StepState)
def test_an_invitation_can_be_mailed_again_while_it_is_followed(state: StepState) -> None:
    offered = [one["action_id"] for one in buttons(card(request(step(state))))]
    assert ("step.resend:ixon" in offered) is (state in FOLLOWED)
    unable = buttons(card(request(step(state, resends=False))))
    assert "step.resend:ixon" not in [one["action_id"] for one in unable]


def test_a_request_whose_invitation_has_expired_is_not_called_simply_completed() -> None:
    view = request(step(StepState.EXPIRED), step(StepState.DONE))
    assert "an invitation has expired" in card(view).text
    assert ":white_check_mark: Completed" not in card(view).text
    assert "an invitation has expired" in str(as_json(answers.outcome(view).blocks))


@pytest.mark.parametrize(
    "view",
    [
        request(step(StepState.UNCHANGED, effect="keep")),
        request(step(StepState.DONE), state=RequestState.COMPLETED_WITH_ERRORS),
        request(step(StepState.DONE, effect="remove"), kind=Kind.OFFBOARD),
    ],
)
def test_nobody_is_welcomed_who_did_not_come(view: RequestView) -> None:
    assert greetings.welcome(view) is None


@pytest.mark.parametrize(
    ("owners", "said"),
    [
        ((None, None), "Nobody sees to it yet."),
        (("U0HANDS001", None), "Part of it is handed over; nobody sees to the rest yet."),
        (("U0HANDS001", "U0HANDS002"), "It is handed over."),
    ],
)
def test_an_overdue_removal_says_what_of_it_somebody_has(
    owners: tuple[str | None, ...], said: str
) -> None:
    steps = (replace(step(StepState.FAILED, expires_at=None), handed_to=one) for one in owners)
    view = request(*steps, state=RequestState.COMPLETED_WITH_ERRORS, kind=Kind.OFFBOARD)
    head, *lines = as_json(reminders.overdue(view).blocks)
    assert head["text"]["text"].splitlines()[1:] == [said]
    assert str(lines).count("Handed over to") == sum(one is not None for one in owners)
