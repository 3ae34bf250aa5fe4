"""Cards, answers, outcomes and threads: whatever was typed, Slack takes it and gives no meaning."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.ids import Action
from commands.views import answers
from commands.views.card import Drawing, card
from commands.views.notice import notice
from commands.views.text import literal, markup
from rules.states import RETRYABLE, UNDONE, RequestState, StepState
from rules.values import Kind, Verdict
from tests.terms import one_stage
from tests.unit.commands.hostile import FEWER, LINES, LONG, REQUESTS, TEXTS, TRICKS
from tests.unit.commands.reading import active, as_json, problems_of, unsafe
from workflow.readmodels import DecisionView, Line, RequestView, StepView


@FEWER
@given(REQUESTS)
def test_a_card_is_harmless_and_within_slacks_limits(view: RequestView) -> None:
    assert problems_of(card(view)) == []


@FEWER
@given(REQUESTS)
def test_what_is_not_possible_says_why_wherever_it_is_shown(view: RequestView) -> None:
    why = "Oskar Berg is deactivated."
    refused = replace(view, state=RequestState.REFUSED, problem=why)
    assert why in str(as_json(card(refused).blocks))
    assert why in str(as_json(answers.plan(refused).blocks))
    assert why in answers.why(refused, ())


@FEWER
@given(REQUESTS)
def test_an_answer_is_harmless_and_within_slacks_limits(view: RequestView) -> None:
    assert problems_of(answers.plan(view)) == []


@FEWER
@given(REQUESTS)
def test_an_outcome_is_harmless_and_within_slacks_limits(view: RequestView) -> None:
    assert problems_of(answers.outcome(view)) == []


@given(st.lists(LINES, min_size=1, max_size=10))
def test_a_thread_is_harmless_and_within_slacks_limits(facts: list[Line]) -> None:
    assert problems_of(answers.thread(facts)) == []


SOME_STATES = (
    RequestState.PENDING,
    RequestState.REFUSED,
    RequestState.DENIED,
    RequestState.RUNNING,
)
DRAWERS = {"card": card, "plan": answers.plan, "outcome": answers.outcome}


@pytest.mark.parametrize("name", DRAWERS)
def test_however_long_the_texts_are_slack_takes_the_message(name: str) -> None:
    wrong = [
        problem
        for trick in TRICKS
        for view in _filled_with((trick * LONG)[:LONG])
        for problem in problems_of(DRAWERS[name](view))
    ]
    assert wrong == []


def _filled_with(text: str) -> list[RequestView]:
    """Return requests in several states, with this text wherever people or vendors put one."""
    step = StepView(
        "r", "axiom", "Axiom", StepState.FAILED, "create", text, text, text, (text,) * 3, text, None
    )
    denial = DecisionView("U0ADA00001", Verdict.DENY, text, 0, "approver")
    return [
        RequestView(
            1, "R", Kind.ONBOARD, state, "U0BOB00002", "U0ADA00001", text, text, text, text, text,
            text, one_stage("U0ADA00001"), "0f" * 32, None, 0, 0, None, (step,), (denial,),
        )
        for state in SOME_STATES
    ]  # fmt: skip


def test_a_thread_of_many_facts_is_cut_between_its_lines() -> None:
    fact = Line(1, "STP002I", 1_800_000_000_000_000, "aboard", "Axiom", "done", None, "step ended")
    assert problems_of(answers.thread([fact] * 40)) == []


@FEWER
@given(REQUESTS)
def test_a_public_notice_tells_nothing_before_it_happened(view: RequestView) -> None:
    drawn = notice(view)
    assert problems_of(drawn) == []
    if view.state is not RequestState.COMPLETED:
        assert view.subject not in _everything(drawn)
        assert view.requester not in _everything(drawn)
        assert "Ada Lovelace" not in _everything(drawn)


@FEWER
@given(REQUESTS)
def test_a_card_is_the_same_however_often_it_is_drawn(view: RequestView) -> None:
    assert as_json(card(view).blocks) == as_json(card(view).blocks)


@FEWER
@given(REQUESTS)
def test_a_card_offers_a_decision_only_while_it_is_pending(view: RequestView) -> None:
    offered = {element["action_id"].partition(":")[0] for element in _buttons(card(view))}
    decides = {Action.APPROVE.value, Action.DENY.value} <= offered
    assert decides is (view.state is RequestState.PENDING)
    assert Action.DETAILS.value in offered


@FEWER
@given(REQUESTS)
def test_a_card_offers_a_retry_for_exactly_what_may_be_retried(view: RequestView) -> None:
    undone = {"pending", "scheduled", "denied", "cancelled", "expired"}
    expected = {
        f"{Action.RETRY.value}:{step.vendor}"
        for step in view.steps
        if _may_be_retried(step) and view.state.value not in undone
    }
    retry = f"{Action.RETRY.value}:"
    offered = [one["action_id"] for one in _buttons(card(view))]
    assert {one for one in offered if one.startswith(retry)} == expected


def _may_be_retried(step: StepView) -> bool:
    return step.state in RETRYABLE and step.next_at is None and not step.is_made_good


@FEWER
@given(REQUESTS)
def test_a_card_offers_to_retry_all_where_more_than_one_step_failed(view: RequestView) -> None:
    undone = {"pending", "scheduled", "denied", "cancelled", "expired"}
    failed = [one for one in view.steps if one.state in UNDONE and _may_be_retried(one)]
    offered = Action.RETRY_ALL.value in {one["action_id"] for one in _buttons(card(view))}
    assert offered is (len(failed) > 1 and view.state.value not in undone)


@FEWER
@given(REQUESTS)
def test_a_button_carries_an_opaque_reference_and_nothing_else(view: RequestView) -> None:
    refs = {view.ref, *(step.ref for step in view.steps)}
    assert {element["value"] for element in _buttons(card(view))} <= refs


@FEWER
@given(REQUESTS)
def test_whoever_is_offboarded_is_mentioned_nowhere(view: RequestView) -> None:
    told = [view.taken_by, *(decision.approver for decision in view.decisions)]
    if view.kind.value == "onboard" or view.subject in {view.requester, *told}:
        return
    for drawing in (card(view), answers.plan(view), answers.outcome(view)):
        assert view.subject not in _everything(drawing)


@FEWER
@given(TEXTS, REQUESTS)
def test_the_judge_sees_what_was_not_escaped(text: str, view: RequestView) -> None:
    """The control: the same texts, bare, are found."""
    drawn = card(view)
    bare = Drawing(f"{drawn.text} {text}", drawn.blocks)
    assert bool(active(literal(text))) is False
    if {"<", ">"} & set(text):
        assert problems_of(bare)


def test_the_judge_sees_markup_that_makes_links_by_itself() -> None:
    quiet = markup("https://evil.example").to_dict()
    section = {"type": "section", "text": quiet}
    assert unsafe([section]) == []
    del quiet["verbatim"]
    assert unsafe([section]) == ["not verbatim"]


def _buttons(drawing: Drawing) -> list[dict[str, str]]:
    blocks = as_json(drawing.blocks)
    return [one for block in blocks if block["type"] == "actions" for one in block["elements"]]


def _everything(drawing: Drawing) -> str:
    return f"{drawing.text} {as_json(drawing.blocks)}"
