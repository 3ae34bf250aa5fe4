"""The card of a request: what is asked, the plan, how it stands, and what can still be done.

Drawn from rows alone, so that every copy can be drawn again at any time. Whoever is offboarded is
named and not mentioned: a mention would tell them before anybody has talked to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    SectionBlock,
)

from commands.ids import Action
from commands.views import policy, times, words
from commands.views.text import literal, markup, moment, person, plain, visible, within
from rules.states import FOLLOWED, RETRYABLE, UNDONE, RequestState, StepState
from rules.values import Kind, Verdict
from workflow.evidence import has_certificate
from workflow.readmodels import RequestView, StepView

_SECTION = 3000
_IN_A_ROW = 25
"""Slack takes so many elements in one block."""

_UNDONE = {
    RequestState.PENDING,
    RequestState.SCHEDULED,
    RequestState.DENIED,
    RequestState.CANCELLED,
    RequestState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A message: its blocks, and the text for notifications and readers without blocks."""

    text: str
    blocks: tuple[Block, ...]


def card(view: RequestView) -> Drawing:
    """Draw a request for its approvers."""
    blocks: list[Block] = [
        SectionBlock(text=markup(f"*{words.title(view)}*")),
        SectionBlock(fields=[markup(text) for text in _fields(view)]),
    ]
    if view.reason:
        blocks.append(SectionBlock(text=plain(f"Reason: {view.reason}", 1100)))
    blocks.append(DividerBlock())
    blocks += [SectionBlock(text=markup(step_text(view, step))) for step in view.steps]
    blocks += times.notes(view)
    blocks += _buttons(view)
    blocks.append(ContextBlock(elements=[markup(_footer(view))]))
    return Drawing(fallback(view), tuple(blocks))


def fallback(view: RequestView) -> str:
    """Return the request in one line of text."""
    steps = "; ".join(f"{step.title}: {_plain_state(view, step)}" for step in view.steps)
    line = f"#{view.number} {words.title(view)}"
    return f"{line}: {steps}" if steps else line


def _plain_state(view: RequestView, step: StepView) -> str:
    return words.EFFECT_WORDS[step.effect] if _is_plan(view) else words.step_words(step)


def _is_plan(view: RequestView) -> bool:
    return view.state in _UNDONE


def _fields(view: RequestView) -> list[str]:
    facts = {
        "Person": words.name(view),
        "E-mail": literal(view.email or "unknown"),
        "GitHub": literal(view.github_login or "none"),
        "Asked by": _asked_by(view),
    }
    if view.kind is Kind.ONBOARD:
        instead = f", instead of {literal(view.changes_from)}" if view.changes_from else ""
        facts["Profile"] = f"{literal(view.profile)}{instead}"
    if view.state is RequestState.PENDING and not view.is_an_end:
        facts["Expires"] = moment(view.expires_at)
    facts |= times.facts(view)
    if view.taken_by is not None:
        facts["Seen to by"] = person(view.taken_by)
    return [f"*{name}*\n{value}" for name, value in facts.items()]


def _asked_by(view: RequestView) -> str:
    if view.origin is None:
        return words.askers(view)
    if view.kind is Kind.OFFBOARD:
        return f"Aboard, as part of #{view.origin}"
    return f"{words.askers(view)}, to extend #{view.origin}"


def step_text(view: RequestView, step: StepView) -> str:
    """Return one vendor's line: the plan before the decision, what happened after it."""
    if _is_plan(view):
        lines = [f"*{step.title}*  {words.EFFECT_WORDS[step.effect]}", literal(step.planned, 500)]
        lines += [f":warning: {literal(risk, 300)}" for risk in step.risks]
    else:
        lines = [f"*{step.title}*  {words.step_words(step)}"]
        lines += [literal(step.detail or step.planned, 500)]
        lines += _sequel(view, step)
    if step.changed:
        lines.append(f":pencil2: changed in the form: {literal(step.changed, 1500)}")
    if step.next_at is not None and not (step.is_stopped or step.is_kept_back):
        lines.append(f"Next try {moment(step.next_at)}")
    return within((line for line in lines if line), _SECTION)


def _sequel(view: RequestView, step: StepView) -> list[str]:
    """Return what else there is to say: who does it by hand or did, when an invitation ends."""
    if step.attested is not None:
        word = step.attested
        by = f"Attested by {person(word.by)} {moment(word.at)}"
        return [f"{by}: “{literal(word.evidence, 500)}”"]
    if step.expires_at is not None:
        verb = "ended" if step.state is StepState.EXPIRED else "ends"
        return [f"The invitation {verb} {moment(step.expires_at)}"]
    if step.is_made_good:
        return []
    if step.state in RETRYABLE and step.handed_to is not None:
        return [f"Handed over to {person(step.handed_to)}"]
    if step.state is StepState.ACTION_REQUIRED and (named := words.hands(view, step)):
        return [f"To be done by {named}"]
    return []


def followups(view: RequestView, steps: Iterable[StepView]) -> list[ButtonElement]:
    """Return the buttons of those of ``steps`` that did not end well: again, or done by hand."""
    left = [one for one in steps if one.is_open and one.next_at is None]
    if _is_plan(view):
        return []
    every = [one for one in left if one.state in UNDONE]
    return _retry_all(view, every) + [button for step in left for button in _repairs(view, step)]


def _repairs(view: RequestView, step: StepView) -> list[ButtonElement]:
    title = step.title
    found = [
        _step_button(f"Retry {title}", Action.RETRY, view, step),
        _step_button(f"{title} is done by hand", Action.BY_HAND, view, step),
    ]
    if step.state is StepState.ACTION_REQUIRED:
        found.append(_step_button(f"Hand over {title}", Action.HAND_OVER, view, step))
    return found


def _retry_all(view: RequestView, failed: Sequence[StepView]) -> list[ButtonElement]:
    if len(failed) <= 1:
        return []
    spoken = f"Retry all that failed, request {view.number}"
    return [_button("Retry all failed", Action.RETRY_ALL, view.ref, None, spoken)]


def _mails(view: RequestView) -> list[ButtonElement]:
    """Return the buttons that have an invitation mailed again."""
    return [
        _step_button(f"Resend {step.title}'s invitation", Action.RESEND, view, step)
        for step in view.steps
        if step.state in FOLLOWED and step.resends and not step.is_made_good
    ]


def _step_button(label: str, action: Action, view: RequestView, step: StepView) -> ButtonElement:
    spoken = visible(f"{label}, request {view.number}", 75)
    return _button(label, f"{action.value}:{step.vendor}", step.ref, None, spoken)


def _buttons(view: RequestView) -> list[Block]:
    if view.state is RequestState.PENDING:
        return [ActionsBlock(elements=_decision_buttons(view))]
    details = _button(
        "Details", Action.DETAILS, view.ref, None, f"Details of request {view.number}"
    )
    able = [*followups(view, view.steps), *_mails(view), *times.buttons(view)]
    return rows([*able, *_evidence(view), details])


def rows(buttons: Sequence[ButtonElement]) -> list[Block]:
    """Return buttons in as many blocks as Slack asks for."""
    starts = range(0, len(buttons), _IN_A_ROW)
    return [ActionsBlock(elements=list(buttons[at : at + _IN_A_ROW])) for at in starts]


def _evidence(view: RequestView) -> list[ButtonElement]:
    if not has_certificate(view.kind, view.state):
        return []
    spoken = f"Certificate of request {view.number}"
    return [_button("Evidence", Action.EVIDENCE, view.ref, None, spoken)]


def _decision_buttons(view: RequestView) -> list[ButtonElement]:
    about = f"request {view.number}"
    return [
        _button("Approve", Action.APPROVE, view.ref, "primary", f"Approve {about}"),
        _button("Deny", Action.DENY, view.ref, "danger", f"Deny {about} with a reason"),
        _button("Details", Action.DETAILS, view.ref, None, f"Details of {about}"),
    ]


def _button(
    label: str, action: str, ref: str, style: str | None = None, spoken: str | None = None
) -> ButtonElement:
    return ButtonElement(
        text=plain(label, 75),
        action_id=action,
        value=ref,
        style=style,
        accessibility_label=spoken,
    )


def _footer(view: RequestView) -> str:
    parts = [f"#{view.number}", f"asked {moment(view.created_at)}"]
    for one in view.decisions:
        word = "approved" if one.verdict == Verdict.APPROVE else "denied"
        parts.append(f"{word} by {person(one.approver)} {moment(one.at)}")
        if one.reason:
            parts.append(f"“{literal(one.reason, 200)}”")
    if view.state is RequestState.PENDING:
        parts.append(policy.needs(view.terms.stages, view.approvals))
    return " · ".join(parts)
