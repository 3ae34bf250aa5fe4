"""A line of a list in App Home: how a request stands, in words first, and what can be done."""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from commands.ids import Action
from commands.views import words
from commands.views.text import literal, markup, moment, person, plain, visible
from rules.states import RETRYABLE, StepState
from rules.values import Kind
from workflow.homeviews import HomeRow, Trouble

_SPOKEN = 75
"""Slack takes this many characters of an accessibility label."""


def drawn(name: str, row: HomeRow) -> list[Block]:
    """Draw a row of the list ``name``."""
    details = button("Details", Action.DETAILS, row.ref, f"Details of request {row.number}")
    buttons = [*_first(name, row), *_repairs(row)]
    text = markup("\n".join(_lines(name, row)))
    if not buttons:
        return [SectionBlock(text=text, accessory=details)]
    return [SectionBlock(text=text), ActionsBlock(elements=[*buttons, details])]


def _lines(name: str, row: HomeRow) -> list[str]:
    told = f"#{row.number}, asked {moment(row.created_at)}"
    if name == "leaving":
        return [f"*Leaves {moment(row.due_at)}* · {_who(row)}", told]
    state = words.REQUEST_WORDS[row.state]
    late = ":rotating_light: Overdue · " if row.is_overdue else ""
    headline = f"*{late}{state}* · {words.KIND_WORDS[row.kind]} {_who(row)}"
    return [headline, told, *(_trouble(one) for one in row.troubles)]


def _who(row: HomeRow) -> str:
    """Name whom a row is about; only whoever comes is mentioned as well."""
    name = literal(row.name or "somebody")
    return f"{person(row.subject)} {name}" if row.kind is Kind.ONBOARD else name


def _trouble(one: Trouble) -> str:
    return f"{literal(one.title)}: {words.STEP_WORDS[one.state]}"


def _first(name: str, row: HomeRow) -> list[ButtonElement]:
    """Return the buttons that belong to the list."""
    about = f"request {row.number}"
    if name == "waiting":
        return [
            button("Approve", Action.APPROVE, row.ref, f"Approve {about}", "primary"),
            button("Deny", Action.DENY, row.ref, f"Deny {about} with a reason", "danger"),
        ]
    if name == "leaving":
        return [button("Extend", Action.EXTEND, row.ref, f"Ask for a later end, {about}")]
    if row.is_overdue:
        return [button("I'll see to it", Action.TAKE, row.ref, f"See to {about}")]
    return []


def _repairs(row: HomeRow) -> list[ButtonElement]:
    """Return the buttons for what did not end well, and for invitations that have expired."""
    found = []
    for one in row.troubles:
        if one.state in RETRYABLE:
            found.append(_repair(f"Retry {one.title}", Action.RETRY, row, one))
        elif one.state is StepState.EXPIRED and one.resends:
            found.append(_repair(f"Resend {one.title}'s invitation", Action.RESEND, row, one))
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
