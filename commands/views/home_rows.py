"""A line of a list in App Home: how a request stands, in words first, and what can be done."""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from commands.ids import Action
from commands.views import times, words
from commands.views.text import literal, markup, moment, person, plain, visible, within
from rules.states import RETRYABLE, UNDONE, StepState
from rules.values import Kind
from workflow.homeviews import Asked, HomeRow, Planned, Trouble

_SECTION = 3000
_SPOKEN = 75
"""Slack takes this many characters of an accessibility label."""

_IN_A_ROW = 25
"""Slack takes so many elements in one block; what is left is on the card."""


def drawn(name: str, row: HomeRow) -> list[Block]:
    """Draw a row of the list ``name``."""
    details = button("Details", Action.DETAILS, row.ref, f"Details of request {row.number}")
    repairs = _repairs(row) if name != "on_board" else []
    lines = _lines(name, row)
    shown = within(lines, _SECTION)
    buttons = [*_first(name, row, is_whole=shown == "\n".join(lines)), *repairs]
    text = markup(shown)
    if not buttons:
        return [SectionBlock(text=text, accessory=details)]
    return [SectionBlock(text=text), ActionsBlock(elements=[*buttons[: _IN_A_ROW - 1], details])]


def _lines(name: str, row: HomeRow) -> list[str]:
    another = f" on behalf of {person(row.principal)}" if row.principal else ""
    told = f"#{row.number}, asked {moment(row.created_at)} by {person(row.requester)}{another}"
    if name == "leaving":
        return [f"*Leaves {moment(row.due_at)}* · {_who(row)}", told]
    late = ":rotating_light: Overdue · " if row.is_overdue else ""
    headline = f"*{late}{words.state(row)}* · {words.KIND_WORDS[row.kind]} {_who(row)}"
    plan = [line for one in row.plan for line in _planned(one)]
    asked = _asked(row.asked) if row.asked else []
    return [headline, told, *asked, *plan, *(_trouble(one) for one in row.troubles)]


def _planned(one: Planned) -> list[str]:
    """Return what would happen at a vendor, and what is risky about it."""
    effect = words.EFFECT_WORDS[one.effect]
    risks = [f":warning: {literal(risk, 300)}" for risk in one.risks]
    told = [f"{literal(one.title)}: {effect} · {literal(one.planned, 300)}", *risks]
    changed = f":pencil2: changed in the form: {literal(one.changed, 1500)}"
    return [*told, changed] if one.changed else told


def _asked(asked: Asked) -> list[str]:
    """Return whom and when it is about, and why: what the card says besides the plan."""
    email, login = literal(asked.email or "unknown"), literal(asked.github_login or "none")
    told = [f"E-mail: {email} · GitHub: {login}"]
    if asked.starts_at is not None:
        told.append(f"Starts {times.there(asked.starts_at, asked.zone)}")
    if asked.until_at is not None:
        when = times.there(asked.until_at, asked.zone)
        told.append(f":calendar: Ends {when}: all of the person's accounts are removed then")
    return [*told, f"Reason: {literal(asked.reason, 300)}"] if asked.reason else told


def _who(row: HomeRow) -> str:
    """Say whom a row is about: mentioned when they come, only named when they go."""
    return person(row.subject) if row.kind is Kind.ONBOARD else literal(row.name or "somebody")


def _trouble(one: Trouble) -> str:
    told = f"{literal(one.title)}: {words.STEP_WORDS[one.state]}"
    return f"{told}, handed over to {person(one.handed_to)}" if one.handed_to else told


def _first(name: str, row: HomeRow, *, is_whole: bool) -> list[ButtonElement]:
    """Return the buttons that belong to the list; what is not shown whole is approved elsewhere."""
    about = f"request {row.number}"
    if name == "waiting":
        approve = button("Approve", Action.APPROVE, row.ref, f"Approve {about}", "primary")
        deny = button("Deny", Action.DENY, row.ref, f"Deny {about} with a reason", "danger")
        return [approve, deny] if is_whole else [deny]
    if name == "leaving" and row.kind is Kind.OFFBOARD:
        return [button("Cancel", Action.CANCEL, row.ref, f"Cancel {about} before it starts")]
    if name == "leaving":
        return [button("Extend", Action.EXTEND, row.ref, f"Ask for a later end, {about}")]
    if row.is_overdue:
        return [button("I'll see to it", Action.TAKE, row.ref, f"See to {about}")]
    return []


def _repairs(row: HomeRow) -> list[ButtonElement]:
    """Return the buttons for what did not end well, and for invitations that have expired."""
    failed = [one for one in row.troubles if one.state in UNDONE]
    spoken = f"Retry all that failed, request {row.number}"
    every = [button("Retry all failed", Action.RETRY_ALL, row.ref, spoken)]
    single = [repair for one in row.troubles for repair in _ways_out(row, one)]
    return [*every, *single] if len(failed) > 1 else single


def _ways_out(row: HomeRow, one: Trouble) -> list[ButtonElement]:
    if one.state is StepState.EXPIRED:
        again = _repair(f"Resend {one.title}'s invitation", Action.RESEND, row, one)
        return [again] if one.resends else []
    if one.state not in RETRYABLE:
        return []
    found = [
        _repair(f"Retry {one.title}", Action.RETRY, row, one),
        _repair(f"{one.title} is done by hand", Action.BY_HAND, row, one),
    ]
    if one.state is StepState.ACTION_REQUIRED:
        found.append(_repair(f"Hand over {one.title}", Action.HAND_OVER, row, one))
    return found


def _repair(label: str, action: Action, row: HomeRow, one: Trouble) -> ButtonElement:
    spoken = f"{label}, request {row.number}"
    return button(label, f"{action.value}:{one.vendor}", one.ref, spoken)


def button(
    label: str, action: str, value: str = "", spoken: str = "", style: str | None = None
) -> ButtonElement:
    """Return a button; ``spoken`` is what a screen reader says in place of the label."""
    return ButtonElement(
        text=plain(label, 75),
        action_id=str(action),
        value=value or None,
        style=style,
        accessibility_label=visible(spoken, _SPOKEN) if spoken else None,
    )
