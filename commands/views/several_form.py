"""The forms about several people: what is asked for, what came back, and why a batch is denied."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
    SectionBlock,
)
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from commands.ids import VALUE, Action, Form
from commands.ids import Block as Field
from commands.views import forms
from commands.views.text import literal, markup, plain, storable, within
from rules.roster import MOST, TEMPLATE
from workflow.batch_views import BatchView

_LONGEST = 3000
_FILE_ID = re.compile(r"F[A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class Filled:
    """What came back from the form."""

    source: str
    file: str | None
    reason: str
    principal: str | None = None


def form(profiles: Sequence[str], default: str) -> View:
    """Build the form that asks for several people."""
    known = ", ".join(f"`{literal(one)}`" for one in profiles)
    told = (
        f"One person a line, at most {MOST}: e-mail or Slack id, GitHub login, profile ({known}; "
        f"empty for `{literal(default)}`).\n```{TEMPLATE}```"
    )
    return View(
        type="modal",
        callback_id=Form.SEVERAL.value,
        title=plain("Onboard several", 24),
        submit=plain("Ask", 24),
        close=plain("Close", 24),
        blocks=[
            SectionBlock(text=markup(within(told.split("\n"), _LONGEST)), accessory=_template()),
            _rows(),
            _file(),
            forms.principal(None),
            reason("Why? The approvers read this.", optional=True),
        ],
    )


def _template() -> ButtonElement:
    return ButtonElement(
        text=plain("Send me this file", 75),
        action_id=Action.TEMPLATE.value,
        value="template",
        accessibility_label="Send me this file, the template, in a direct message",
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
        principal=forms.parse(values).principal,
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
