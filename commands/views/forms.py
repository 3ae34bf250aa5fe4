"""The forms: each ``build`` stands beside the ``parse`` that reads what comes back.

Slack's limits: https://docs.slack.dev/reference/views, /reference/block-kit/blocks/input-block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    SectionBlock,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from commands.ids import VALUE, Action, Form
from commands.ids import Block as Field
from commands.views import access, times
from commands.views.text import literal, markup, plain, storable, within
from rules import moments
from rules.plans import PlannedStep
from rules.values import is_person_id
from workflow.accesses import FieldView
from workflow.readmodels import RequestView

_REASON_LIMIT = 1000
_LOGIN_LIMIT = 60
_OFFERED_DAYS = 28


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form holds; None where nothing was given. ``starts`` and ``until`` are wall times.

    ``accesses`` (vendor to JSON) stand in the fields in place of what the profile says.
    """

    subject: str | None = None
    github_login: str | None = None
    profile: str | None = None
    reason: str = ""
    starts: str | None = None
    until: str | None = None
    principal: str | None = None
    accesses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """A profile to choose."""

    name: str
    title: str


def onboard(
    filled: Filled,
    profiles: Sequence[ProfileChoice],
    asked_in: str | None,
    fields: Sequence[FieldView] = (),
    note: str = "",
) -> View:
    """Build the form that asks for accounts; ``fields`` are those of the chosen profile."""
    told = [ContextBlock(elements=[markup(note)])] if note else []
    return View(
        type="modal",
        callback_id=Form.ONBOARD.value,
        title=plain("Onboard", 24),
        submit=plain("Ask", 24),
        close=plain("Close", 24),
        private_metadata=asked_in or "",
        blocks=[
            ActionsBlock(block_id="several", elements=[_several()]),
            _subject("Who comes on board?", filled),
            _github(filled, "Their login on GitHub, without the @. Not their e-mail."),
            _profile(filled, profiles),
            *told,
            *access.blocks(fields),
            *times.starts(filled.starts),
            *times.until(filled.until),
            principal(filled.principal),
            _reason(filled, "Why? The approvers read this."),
        ],
    )


def offboard(
    filled: Filled, removals: Sequence[PlannedStep], titles: Mapping[str, str], asked_in: str | None
) -> View:
    """Build the form that asks for a removal, with what would be removed."""
    blocks: list[Block] = [_subject("Who goes?", filled)]
    blocks += [_removal(step, titles[step.vendor]) for step in removals]
    blocks.append(_github(filled, "Only where it is not remembered from onboarding."))
    blocks += times.starts(filled.starts)
    blocks.append(principal(filled.principal))
    blocks.append(_reason(filled, "Why? The approvers read this."))
    note = "Nothing is removed before somebody approves. Everything is looked up again then."
    blocks.append(ContextBlock(elements=[markup(note)]))
    return View(
        type="modal",
        callback_id=Form.OFFBOARD.value,
        title=plain("Offboard", 24),
        submit=plain("Ask for removal", 24),
        close=plain("Close", 24),
        private_metadata=asked_in or "",
        blocks=blocks,
    )


def extension(view: RequestView) -> View:
    """Build the form that asks for a later end of an access; some weeks more are offered."""
    end = moments.wall_from(view.until_wall or "")
    told = times.there(view.until_at or 0, view.zone)
    text = (
        f"The access of {literal(view.name or 'this person')} ends on {told}. A later end is a "
        "request of its own: until it is approved, this one stands."
    )
    return View(
        type="modal",
        callback_id=Form.EXTEND.value,
        title=plain("Extend", 24),
        submit=plain("Ask", 24),
        close=plain("Back", 24),
        private_metadata=view.ref,
        blocks=[
            SectionBlock(text=markup(text)),
            *times.until(end.days_before(-_OFFERED_DAYS).text(), optional=False),
            _reason(Filled(), "Why? The approvers read this."),
        ],
    )


def deny(ref: str, number: int) -> View:
    """Build the form that asks why a request is denied."""
    return View(
        type="modal",
        callback_id=Form.DENY.value,
        title=plain(f"Deny #{number}", 24),
        submit=plain("Deny", 24),
        close=plain("Back", 24),
        private_metadata=ref,
        blocks=[_reason(Filled(), "The requester reads this.", optional=False)],
    )


def details(number: int, text: str) -> View:
    """Build the window that tells a request's whole story."""
    return View(
        type="modal",
        title=plain(f"Request #{number}", 24),
        close=plain("Close", 24),
        blocks=[SectionBlock(text=markup(text))],
    )


def parse(values: Mapping[str, Any]) -> Filled:
    """Read what came back from any of the forms; whatever is not there or not valid is None."""
    subject = entered(values, Field.SUBJECT).get("selected_user")
    login = typed(entered(values, Field.GITHUB).get("value"))
    option = entered(values, Field.PROFILE).get("selected_option") or {}
    reason = typed(entered(values, Field.REASON).get("value"))
    behalf = entered(values, Field.PRINCIPAL).get("selected_user")
    return Filled(
        subject=subject if isinstance(subject, str) and is_person_id(subject) else None,
        github_login=login.removeprefix("@") if login else None,
        profile=typed(option.get("value") if isinstance(option, dict) else None),
        reason=reason or "",
        starts=times.parse_starts(values),
        until=times.parse_until(values),
        principal=behalf if isinstance(behalf, str) and is_person_id(behalf) else None,
    )


def entered(values: Mapping[str, Any], field: Field) -> Mapping[str, Any]:
    """Return what a field of a form came back with; empty where it was not there."""
    block = values.get(field.value)
    element = block.get(VALUE) if isinstance(block, dict) else None
    return element if isinstance(element, dict) else {}


def typed(value: object) -> str | None:
    """Return what was typed, without what no database keeps; None where that is nothing."""
    return storable(value).strip() or None if isinstance(value, str) else None


def _several() -> ButtonElement:
    return ButtonElement(
        text=plain("Several people"),
        action_id=Action.ASK_SEVERAL.value,
        accessibility_label="Ask for several people at once",
    )


def _subject(label: str, filled: Filled) -> InputBlock:
    element = UserSelectElement(action_id=VALUE, initial_user=filled.subject)
    return InputBlock(block_id=Field.SUBJECT.value, label=plain(label), element=element)


def principal(named: str | None) -> InputBlock:
    """Return the field that asks on whose behalf it is asked."""
    element = UserSelectElement(action_id=VALUE, initial_user=named)
    return InputBlock(
        block_id=Field.PRINCIPAL.value,
        label=plain("On behalf of"),
        hint=plain("Who wants this, where that is not you. They are told, and cannot approve it."),
        element=element,
        optional=True,
    )


def _github(filled: Filled, hint: str) -> InputBlock:
    element = PlainTextInputElement(
        action_id=VALUE,
        initial_value=filled.github_login[:_LOGIN_LIMIT] if filled.github_login else None,
        max_length=_LOGIN_LIMIT,
        placeholder=plain("octocat"),
    )
    return InputBlock(
        block_id=Field.GITHUB.value,
        label=plain("GitHub login"),
        hint=plain(hint),
        element=element,
        optional=True,
    )


def _profile(filled: Filled, profiles: Sequence[ProfileChoice]) -> InputBlock:
    options = [Option(value=one.name, text=plain(one.title, 75)) for one in profiles[:100]]
    chosen = next((one for one in options if one.value == filled.profile), options[0])
    element = StaticSelectElement(action_id=VALUE, options=options, initial_option=chosen)
    return InputBlock(
        block_id=Field.PROFILE.value,
        label=plain("Profile"),
        element=element,
        dispatch_action=True,
    )


def _reason(filled: Filled, hint: str, *, optional: bool = True) -> InputBlock:
    element = PlainTextInputElement(
        action_id=VALUE,
        multiline=True,
        initial_value=filled.reason[:_REASON_LIMIT] or None,
        max_length=_REASON_LIMIT,
    )
    return InputBlock(
        block_id=Field.REASON.value,
        label=plain("Reason"),
        hint=plain(hint),
        element=element,
        optional=optional,
    )


def _removal(step: PlannedStep, title: str) -> SectionBlock:
    risks = [f":warning: {literal(risk, 300)}" for risk in step.risks]
    return SectionBlock(
        text=markup(within([f"*{title}*  {literal(step.detail, 500)}", *risks], 3000))
    )
