"""Dates in forms and on cards: fields for a start and an end, and how they are told.

A moment is told twice: as the clocks show it where the person lives, and in the reader's own zone.
Slack's elements: https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ContextBlock,
    DatePickerElement,
    InputBlock,
    SectionBlock,
    TimePickerElement,
)

from commands.ids import VALUE, Action
from commands.ids import Block as Field
from commands.views.text import literal, markup, moment, plain
from rules import moments
from rules.policy import UNDER_WAY
from rules.states import RequestState
from rules.values import Kind
from workflow.readmodels import RequestView

FIRST_HOUR, LAST_HOUR = "09:00", "18:00"
"""The times of day that the forms offer for a start and for an end."""

_WITH_A_PROBLEM = (
    RequestState.REFUSED, RequestState.SCHEDULED, RequestState.CANCELLED, RequestState.PARTLY_DONE,
    RequestState.COMPLETED_WITH_ERRORS,
)  # fmt: skip
_CALENDAR = (RequestState.PENDING, RequestState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class _Question:
    """Two fields that ask for a day and a time of day, and the time that is offered."""

    label: str
    hint: str
    day: Field
    clock: Field
    usual: str

    def blocks(self, wall: str | None, *, optional: bool) -> list[Block]:
        """Return the fields, filled in with ``wall``; the time of day may always be left out."""
        day, _, clock = (wall or "").partition("T")
        date = DatePickerElement(action_id=VALUE, initial_date=day or None)
        time = TimePickerElement(action_id=VALUE, initial_time=clock or self.usual)
        return [
            InputBlock(
                block_id=self.day.value,
                label=plain(f"{self.label} on"),
                hint=plain(self.hint),
                element=date,
                optional=optional,
            ),
            InputBlock(
                block_id=self.clock.value,
                label=plain(f"{self.label} at"),
                element=time,
                optional=True,
            ),
        ]


def starts(wall: str | None) -> list[Block]:
    """Return the fields for a start."""
    hint = "In the person's time zone. Without a date: as soon as it is approved."
    asked = _Question("Starts", hint, Field.STARTS, Field.STARTS_TIME, FIRST_HOUR)
    return asked.blocks(wall, optional=True)


def until(wall: str | None, *, optional: bool = True) -> list[Block]:
    """Return the fields for an end."""
    hint = "In the person's time zone. All of it is removed then, without another approval."
    asked = _Question("Ends", hint, Field.UNTIL, Field.UNTIL_TIME, LAST_HOUR)
    return asked.blocks(wall, optional=optional)


def parse_starts(values: Mapping[str, Any]) -> str | None:
    """Read a start, as ``rules.moments`` writes it; what it says is checked by the workflow."""
    return _wall(values, Field.STARTS, Field.STARTS_TIME, FIRST_HOUR)


def parse_until(values: Mapping[str, Any]) -> str | None:
    """Read an end likewise."""
    return _wall(values, Field.UNTIL, Field.UNTIL_TIME, LAST_HOUR)


def _wall(values: Mapping[str, Any], date: Field, time: Field, usual: str) -> str | None:
    day = _chosen(values, date, "selected_date")
    return f"{day}T{_chosen(values, time, 'selected_time') or usual}" if day else None


def _chosen(values: Mapping[str, Any], field: Field, name: str) -> str | None:
    block = values.get(field.value)
    element = block.get(VALUE) if isinstance(block, dict) else None
    chosen = element.get(name) if isinstance(element, dict) else None
    return chosen[:20] if isinstance(chosen, str) and chosen else None


def there(at: int, zone: str | None) -> str:
    """Return what calendar and clock show where the person lives."""
    zone = zone or moments.NO_ZONE
    wall = moments.reading(at, zone)
    return f"{wall.day.day} {wall.day:%B %Y} at {wall.clock:%H:%M} in {literal(zone)}"


def here(at: int) -> str:
    """Return a moment as the reader's clock shows it, told apart from that of the person."""
    return f"{moment(at)} your time"


def end(view: RequestView) -> str:
    """Return when the access ends that a request gives, as a sentence; empty where it does not."""
    mine = view.standing if view.standing and view.standing.number == view.number else None
    if mine is not None:
        return f"The access ends on {there(mine.at, mine.zone)}."
    if view.state is RequestState.SCHEDULED and view.until_at is not None:
        return f"The access ends on {there(view.until_at, view.zone)}."
    return ""


def facts(view: RequestView) -> dict[str, str]:
    """Return when an access starts and ends, for the fields of a card."""
    told = {}
    if view.starts_at is not None:
        told["Starts"] = f"{there(view.starts_at, view.zone)}\n{here(view.starts_at)}"
    if view.until_at is not None:
        told["Ends"] = f"{there(view.until_at, view.zone)}\n{here(view.until_at)}"
    standing = view.standing
    if standing is not None and standing.number != view.number:
        name = "Present end" if view.until_at else "Ends"
        told[name] = f"{there(standing.at, standing.zone)}\nas approved with #{standing.number}"
    return told


def notes(view: RequestView) -> list[Block]:
    """Return what has to be read besides the plan: a change, an end, or why it does not start."""
    told = list[Block]()
    if view.changes_from and view.state in _CALENDAR:
        told.append(SectionBlock(text=markup(change(view.changes_from))))
    if view.until_at is not None and view.state in _CALENDAR:
        when = there(view.until_at, view.zone)
        text = (
            f":calendar: *This plan has an end:* on {when} Aboard removes all of the person's "
            "accounts. To approve the one is to approve the other."
        )
        told.append(SectionBlock(text=markup(text)))
    problem = literal(view.problem or "", 600)
    if problem and view.state in _WITH_A_PROBLEM:
        told.append(ContextBlock(elements=[markup(problem)]))
    return told


def change(profile: str) -> str:
    """Say that something is asked for in place of ``profile``, a title."""
    return (
        f":left_right_arrow: *This is a change from the profile {literal(profile)}:* what Aboard "
        "gave with it, and the new one does not have, is removed."
    )


def buttons(view: RequestView) -> list[ButtonElement]:
    """Return what can be done about the time of a request."""
    about = f"request {view.number}"
    if view.state is RequestState.SCHEDULED:
        return [_button("Cancel", Action.CANCEL, view, f"Cancel {about} before it starts")]
    if _may_be_stopped(view):
        spoken = f"Cancel what has not started, {about}"
        return [_button("Cancel what has not started", Action.CANCEL, view, spoken)]
    if view.state is RequestState.EXPIRED:
        return [ask_again(view)]
    if view.standing is not None and view.standing.number == view.number:
        return [extend(view)]
    is_over = view.state is not RequestState.COMPLETED_WITH_ERRORS or view.is_seen_to
    left = view.kind is Kind.OFFBOARD and not is_over
    return [take(view)] if left and view.taken_by is None else []


def _may_be_stopped(view: RequestView) -> bool:
    """Tell whether something has not started or stands still; the end of an access goes through."""
    may_end = any(one.has_not_begun or one.is_stopped or one.is_kept_back for one in view.steps)
    return view.state in UNDER_WAY and may_end and not view.is_an_end


def ask_again(view: RequestView) -> ButtonElement:
    """Return the button that opens the form as it was filled in."""
    return _button("Ask again", Action.ASK_AGAIN, view, f"Ask again for request {view.number}")


def extend(view: RequestView) -> ButtonElement:
    """Return the button that asks for a later end."""
    return _button("Extend", Action.EXTEND, view, f"Ask for a later end, request {view.number}")


def take(view: RequestView) -> ButtonElement:
    """Return the button with which somebody sees to what is overdue."""
    return _button("I'll see to it", Action.TAKE, view, f"See to request {view.number}")


def _button(label: str, action: Action, view: RequestView, spoken: str) -> ButtonElement:
    return ButtonElement(
        text=plain(label, 75),
        action_id=action.value,
        value=view.ref,
        accessibility_label=spoken,
    )
