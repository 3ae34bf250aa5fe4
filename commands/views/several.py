"""A batch in Slack: the form, the card with its one decision, and what the requester is told.

Five hundred people do not fit into a message: the card counts what would happen and names whom it
can, and a file has every line.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    InputBlock,
    PlainTextInputElement,
    SectionBlock,
)
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from commands.ids import VALUE, Action, Form
from commands.ids import Block as Field
from commands.views import words
from commands.views.card import Drawing
from commands.views.text import literal, markup, moment, person, plain, storable, within
from rules.panel import given_in_stage, stage_number
from rules.roster import MOST, TEMPLATE
from rules.states import RequestState
from rules.values import Verdict
from workflow.batch_views import BatchView, RowView

_LONGEST = 3000
_SHORT = 2000
_WAYS = 12
_FILE_ID = re.compile(r"F[A-Z0-9]{2,20}")
_WELL = (RequestState.COMPLETED,)
_OVER = {
    "approved": ":arrows_counterclockwise: Under way",
    "denied": ":x: Denied",
    "expired": ":alarm_clock: Expired",
    "cancelled": ":wastebasket: Cancelled",
    "refused": ":no_entry: Not possible",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What came back from the form."""

    source: str
    file: str | None
    reason: str


def form(profiles: Sequence[str], default: str) -> View:
    """Build the form that asks for several people."""
    known = ", ".join(f"`{literal(one)}`" for one in profiles)
    told = (
        f"One person a line, at most {MOST}: e-mail or Slack id, GitHub login, profile ({known}; "
        f"empty for `{literal(default)}`). This is a template:\n```{TEMPLATE}```"
    )
    return View(
        type="modal",
        callback_id=Form.SEVERAL.value,
        title=plain("Onboard several", 24),
        submit=plain("Ask", 24),
        close=plain("Close", 24),
        blocks=[
            SectionBlock(text=markup(within(told.split("\n"), _LONGEST))),
            _rows(),
            _file(),
            reason("Why? The approvers read this.", optional=True),
        ],
    )


def _rows() -> InputBlock:
    element = PlainTextInputElement(action_id=VALUE, multiline=True, max_length=_LONGEST)
    return InputBlock(
        block_id=Field.ROWS.value,
        label=plain("Rows"),
        hint=plain(f"Pasted from a table. Slack takes {_LONGEST} characters; a file holds more."),
        element=element,
        optional=True,
    )


def _file() -> InputBlock:
    element = FileInputElement(action_id=VALUE, filetypes=["csv", "txt"], max_files=1)
    return InputBlock(
        block_id=Field.FILE.value,
        label=plain("Or a file"),
        hint=plain("A table saved as CSV in UTF-8."),
        element=element,
        optional=True,
    )


def reason(hint: str, *, optional: bool) -> InputBlock:
    """Return the field that asks why."""
    return InputBlock(
        block_id=Field.REASON.value,
        label=plain("Reason"),
        hint=plain(hint),
        element=PlainTextInputElement(action_id=VALUE, multiline=True, max_length=1000),
        optional=optional,
    )


def parse(values: Mapping[str, Any]) -> Filled:
    """Read what came back; a file is known by its id alone."""
    files = _state(values, Field.FILE).get("files") or []
    first = files[0] if isinstance(files, list) and files else {}
    file = str(first.get("id") or "") if isinstance(first, dict) else ""
    return Filled(
        source=_text(_state(values, Field.ROWS).get("value")),
        file=file if _FILE_ID.fullmatch(file) else None,
        reason=_text(_state(values, Field.REASON).get("value")),
    )


def _state(values: Mapping[str, Any], field: Field) -> Mapping[str, Any]:
    block = values.get(field.value)
    element = block.get(VALUE) if isinstance(block, dict) else None
    return element if isinstance(element, dict) else {}


def _text(value: object) -> str:
    return storable(value).strip("\n ") if isinstance(value, str) else ""


def denial(view: BatchView) -> View:
    """Build the form that asks why a batch is denied."""
    return View(
        type="modal",
        callback_id=Form.DENY_BATCH.value,
        title=plain(f"Deny batch {view.number}", 24),
        submit=plain("Deny", 24),
        close=plain("Back", 24),
        private_metadata=view.ref,
        blocks=[reason("The requester reads this.", optional=False)],
    )


def card(view: BatchView) -> Drawing:
    """Draw a batch for its approvers."""
    return _drawing(view, _decision_buttons(view))


def answer(view: BatchView) -> Drawing:
    """Draw a batch for whoever asked, with the lines that are wrong and what to do about them."""
    able = [_button("List", Action.LIST_BATCH, view)]
    if view.state == "pending":
        able = [_button("Cancel", Action.CANCEL_BATCH, view), *able]
    return _drawing(view, able, _wrongs(view))


def _drawing(view: BatchView, able: list[ButtonElement], more: Sequence[Block] = ()) -> Drawing:
    head = f"{_state_words(view)} · Batch {view.number}: onboard {_people(len(view.asked))}"
    blocks: list[Block] = [
        SectionBlock(text=markup(f"*{head}*")),
        SectionBlock(fields=[markup(one) for one in _fields(view)]),
    ]
    if view.problem:
        blocks.append(SectionBlock(text=markup(literal(view.problem, 600))))
    if view.reason:
        blocks.append(SectionBlock(text=plain(f"Reason: {view.reason}", 1100)))
    blocks += [DividerBlock(), *_progress(view), *_plan(view), *_named(view), *more]
    blocks.append(ActionsBlock(elements=able))
    blocks.append(ContextBlock(elements=[markup(_footer(view))]))
    return Drawing(head, tuple(blocks))


def _state_words(view: BatchView) -> str:
    if view.state in {"received", "reading"}:
        return ":inbox_tray: Being looked into"
    if view.state == "pending":
        return ":hourglass_flowing_sand: Waiting for approval"
    if view.state == "ended" and view.verdict == "approved":
        well = all(one.state in _WELL for one in view.asked)
        return ":white_check_mark: Completed" if well else ":warning: Needs attention"
    return _OVER[view.verdict]


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _fields(view: BatchView) -> list[str]:
    facts = {"Asked by": person(view.requester), "Lines": str(len(view.rows))}
    if view.wrong:
        facts["Not possible"] = str(len(view.wrong))
    profiles = Counter(one.profile for one in view.asked)
    if profiles:
        said = [f"{literal(name)}: {count}" for name, count in sorted(profiles.items())]
        facts["Profiles"] = within(said, 1000)
    if view.state == "pending":
        facts["Expires"] = moment(view.expires_at)
    return [f"*{name}*\n{value}" for name, value in facts.items()]


def _progress(view: BatchView) -> list[Block]:
    """Return how far it has come: people by the state of their requests."""
    if view.state == "pending":
        return []
    counts = Counter(one.state for one in view.rows if one.state is not None)
    said = [f"{words.REQUEST_WORDS[state]}: {counts[state]}" for state in RequestState]
    lines = [line for line, state in zip(said, RequestState, strict=True) if counts[state]]
    unread = len([one for one in view.rows if one.state is None and not one.problem])
    lines += [f":white_circle: Not read yet: {unread}"] if unread else []
    return [SectionBlock(text=markup("\n".join(lines)))] if lines else []


def _plan(view: BatchView) -> list[Block]:
    """Return what would happen, counted: at which vendor, what, and what of it is risky."""
    if view.state != "pending":
        return []
    parts = [part for row in view.asked for part in row.parts]
    ways = Counter((one.title, one.effect, one.planned) for one in parts)
    lines = [
        f"*{literal(title)}*  {words.EFFECT_WORDS[effect]}, {_people(count)}: "
        f"{literal(planned, 150)}"
        for (title, effect, planned), count in ways.most_common(_WAYS)
    ]
    lines += [f"… and {len(ways) - _WAYS} more ways: see the list"] if len(ways) > _WAYS else []
    risks = Counter(risk for one in parts for risk in one.risks)
    warned = [f":warning: {literal(risk, 200)} ({_people(count)})" for risk, count in risks.items()]
    texts = [within(lines, _LONGEST), within(warned, _LONGEST)]
    return [SectionBlock(text=markup(text)) for text in texts if text]


def _named(view: BatchView) -> list[Block]:
    if view.state != "pending":
        return []
    names = [person(one.subject) for one in view.asked if one.subject]
    lines = [" ".join(names[at : at + 8]) for at in range(0, len(names), 8)]
    return [SectionBlock(text=markup(within(lines, _SHORT)))]


def _wrongs(view: BatchView) -> list[Block]:
    """Return the lines that are wrong, each with what to do; the list has all of them."""
    lines = [_wrong(one) for one in view.wrong]
    if not lines:
        return []
    text = within(["*Not asked for. Correct these and ask for them again:*", *lines], _LONGEST)
    return [SectionBlock(text=markup(text))]


def _wrong(row: RowView) -> str:
    said = literal(row.problem or "", 300)
    return f"Line {row.line}, {literal(row.person or 'nobody', 80)}: {said}"


def _decision_buttons(view: BatchView) -> list[ButtonElement]:
    listed = _button("List", Action.LIST_BATCH, view)
    if view.state != "pending":
        return [listed]
    return [
        _button("Approve", Action.APPROVE_BATCH, view, "primary"),
        _button("Deny", Action.DENY_BATCH, view, "danger"),
        listed,
    ]


def _button(label: str, action: Action, view: BatchView, style: str | None = None) -> ButtonElement:
    return ButtonElement(
        text=plain(label, 75),
        action_id=action.value,
        value=view.ref,
        style=style,
        accessibility_label=f"{label}, batch {view.number}",
    )


def _footer(view: BatchView) -> str:
    parts = [f"Batch {view.number}", f"asked {moment(view.created_at)}"]
    for one in view.decisions:
        word = "approved" if one.verdict == Verdict.APPROVE else "denied"
        parts.append(f"{word} by {person(one.approver)} {moment(one.at)}")
        parts += [f"“{literal(one.reason, 200)}”"] if one.reason else []
    if view.state == "pending":
        parts.append(_needs(view))
    return " · ".join(parts)


def _needs(view: BatchView) -> str:
    stages = view.terms.stages if view.terms else ()
    number = stage_number(stages, view.approvals)
    if number is None:
        return "nothing is missing"
    stage = stages[number]
    given = given_in_stage(stages, view.approvals)
    return f"{given} of {words.approvals(stage.threshold)} from {literal(stage.title)}"
