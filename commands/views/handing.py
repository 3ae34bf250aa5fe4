"""The forms about what has to be done by hand: that it is done, and who is to do it."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import (
    ContextBlock,
    InputBlock,
    PlainTextInputElement,
    SectionBlock,
    UserSelectElement,
)
from slack_sdk.models.views import View

from commands.ids import VALUE, Block, Form
from commands.views.forms import entered, typed
from commands.views.text import literal, markup, plain, within
from rules.values import is_person_id
from workflow.attesting import LONGEST_EVIDENCE
from workflow.readmodels import StepView

_HEADS = {Form.BY_HAND: ("Done by hand", "Attest"), Form.HAND_OVER: ("Hand over", "Hand over")}
"""The title of each form, and what its button says."""


def by_hand(step: StepView) -> View:
    """Build the form that asks what was done by hand, and how that can be seen."""
    asked = InputBlock(
        block_id=Block.EVIDENCE.value,
        label=plain("What was done, and how can it be seen?"),
        hint=plain("A ticket, a link, where it shows. Whoever sees the card reads it."),
        element=PlainTextInputElement(
            action_id=VALUE, multiline=True, min_length=3, max_length=LONGEST_EVIDENCE
        ),
    )
    note = "With this you vouch for it: your name stands on the card and in the history."
    return _form(Form.BY_HAND, step, asked, note)


def evidence(values: Mapping[str, Any]) -> str:
    """Read what came back from it; empty where nothing was given."""
    return typed(entered(values, Block.EVIDENCE).get("value")) or ""


def hand_over(step: StepView) -> View:
    """Build the form that asks whom to hand something to that has to be done by hand."""
    asked = InputBlock(
        block_id=Block.RECEIVER.value,
        label=plain("Who does it?"),
        element=UserSelectElement(action_id=VALUE),
    )
    note = "They are told what to do, and the card says that they have it. You may choose yourself."
    return _form(Form.HAND_OVER, step, asked, note)


def receiver(values: Mapping[str, Any]) -> str | None:
    """Read who was chosen; None where nobody was."""
    chosen = entered(values, Block.RECEIVER).get("selected_user")
    return chosen if isinstance(chosen, str) and is_person_id(chosen) else None


def _form(form: Form, step: StepView, asked: InputBlock, note: str) -> View:
    """Build a form that says what is left at a vendor, and asks one thing about it."""
    title, submit = _HEADS[form]
    told = within([f"*{literal(step.title)}*", literal(step.detail or step.planned, 500)], 3000)
    return View(
        type="modal",
        callback_id=form.value,
        title=plain(title, 24),
        submit=plain(submit, 24),
        close=plain("Back", 24),
        private_metadata=step.ref,
        blocks=[
            SectionBlock(text=markup(told)),
            asked,
            ContextBlock(elements=[markup(note)]),
        ],
    )
