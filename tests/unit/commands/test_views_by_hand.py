"""What is done by hand: the form, the task and the card, whatever people and vendors wrote."""

from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from commands.ids import Action
from commands.views import answers, handing, reminders
from commands.views.card import card
from commands.views.notice import notice
from rules.states import RETRYABLE, RequestState, StepState
from tests.unit.commands.hostile import FEWER, GROUPS, IDS, LONG, REQUESTS, TEXTS, TRICKS
from tests.unit.commands.reading import as_json, problems_of, problems_of_view
from workflow.readmodels import AttestedView, RequestView

AT = 1_800_000_000_000_000
HANDS = (*IDS, *GROUPS)
WORK = (Action.RETRY, Action.RETRY_ALL, Action.BY_HAND, Action.HAND_OVER, Action.TAKE)

WAS = {
    StepState.ACTION_REQUIRED: "needed a person",
    StepState.UNKNOWN: "was unknown",
    StepState.FAILED: "failed",
}


def ended(view: RequestView, **values: Any) -> RequestView:  # noqa: ANN401 - any field of a step
    """Return a request that needs attention, with these facts about each of its steps."""
    steps = tuple(replace(one, next_at=None, **values) for one in view.steps)
    return replace(view, state=RequestState.COMPLETED_WITH_ERRORS, steps=steps)


@FEWER
@given(REQUESTS, TEXTS)
def test_evidence_is_harmless_on_the_card_and_in_the_task(view: RequestView, said: str) -> None:
    word = AttestedView(IDS[0], said, AT)
    shown = ended(view, state=StepState.ATTESTED, attested=word, hands=HANDS)
    assert problems_of(card(shown)) == []
    assert problems_of(answers.task(shown)) == []


@FEWER
@given(REQUESTS, st.sampled_from(sorted(RETRYABLE)))
def test_a_task_is_harmless_and_within_slacks_limits(view: RequestView, state: StepState) -> None:
    shown = ended(view, state=state, hands=HANDS, expires_at=AT)
    assert problems_of(answers.task(shown)) == []
    assert problems_of(card(shown)) == []


@FEWER
@given(REQUESTS)
def test_the_form_is_harmless_and_within_slacks_limits(view: RequestView) -> None:
    for step in view.steps:
        for trick in TRICKS:
            long = replace(step, detail=(trick * LONG)[:LONG])
            assert problems_of_view(handing.by_hand(long)) == []
            assert problems_of_view(handing.hand_over(long)) == []


@FEWER
@given(REQUESTS)
def test_whoever_the_request_is_about_is_not_asked_to_do_it(view: RequestView) -> None:
    assume(view.requester != view.subject)
    about = replace(view, decisions=())
    left = ended(about, state=StepState.ACTION_REQUIRED, hands=HANDS, is_made_good=False)
    line = str(as_json(card(left).blocks))
    _, *named = line.split("To be done by")
    assert len(named) == len(view.steps)
    assert all(f"<@{view.subject}>" not in part.split("'")[0] for part in named)


@FEWER
@given(REQUESTS, st.sampled_from(sorted(StepState)))
def test_only_what_did_not_end_well_can_be_retried_or_attested(
    view: RequestView, state: StepState
) -> None:
    shown = str(as_json(card(ended(view, state=state, is_made_good=False)).blocks))
    offered = len(view.steps) if state in RETRYABLE else 0
    assert shown.count(Action.RETRY.value) == offered
    assert shown.count(Action.BY_HAND.value) == offered


@FEWER
@given(REQUESTS, st.sampled_from(sorted(RETRYABLE)))
def test_nobody_is_asked_for_what_a_later_request_has_seen_to(
    view: RequestView, state: StepState
) -> None:
    assume(view.steps)
    seen_to = ended(view, state=state, is_made_good=True, hands=HANDS, handed_to=IDS[0])
    for drawing in (card(seen_to), reminders.overdue(seen_to), answers.task(seen_to)):
        shown = f"{drawing.text} {as_json(drawing.blocks)}"
        for asked in (
            *WORK,
            "To be done by",
            "Handed over",
            "Needs attention",
            "overdue",
            "asked to",
        ):
            assert asked not in shown
    assert "seen to otherwise since" in reminders.overdue(seen_to).text
    shown = str(as_json(card(seen_to).blocks))
    assert shown.count(f": {WAS[state]}, seen to otherwise since") == len(view.steps)


def test_evidence_is_read_from_the_form_and_nothing_else_is() -> None:
    assert handing.evidence({"evidence": {"value": {"value": "  seen \x00there "}}}) == "seen there"
    assert handing.evidence({}) == ""
    assert handing.evidence({"evidence": {"value": {"value": None}}}) == ""
    assert handing.evidence({"reason": {"value": {"value": "seen"}}}) == ""


@FEWER
@given(REQUESTS)
def test_an_expired_invitation_that_was_seen_to_asks_for_nothing(view: RequestView) -> None:
    over = ended(view, state=StepState.EXPIRED, is_made_good=True, attested=None)
    for stands in (RequestState.COMPLETED, RequestState.COMPLETED_WITH_ERRORS):
        told = replace(over, state=stands)
        shown = str(as_json(card(told).blocks))
        for said in (shown, answers.outcome(told), notice(told)):
            assert "an invitation has expired" not in str(said)
            assert "eeds attention" not in str(said)
        assert shown.count("invitation expired, seen to otherwise since") == len(view.steps)
