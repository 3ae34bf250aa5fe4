"""The form that asks whom to hand something to that has to be done by hand."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import ContextBlock, InputBlock, SectionBlock, UserSelectElement
from slack_sdk.models.views import View

from commands.ids import VALUE, Block, Form
from commands.views.text import literal, markup, plain, within
from rules.values import is_person_id
from workflow.readmodels import StepView


def hand_over(step: StepView) -> View:
    """Build the form."""
    told = within([f"*{literal(step.title)}*", literal(step.detail or step.planned, 500)], 3000)
    asked = InputBlock(
        block_id=Block.RECEIVER.value,
        label=plain("Who does it?"),
        element=UserSelectElement(action_id=VALUE),
    )
    note = "They are told what to do, and the card says that they have it. You may choose yourself."
    return View(
        type="modal",
        callback_id=Form.HAND_OVER.value,
        title=plain("Hand over", 24),
        submit=plain("Hand over", 24),
        close=plain("Back", 24),
        private_metadata=step.ref,
        blocks=[
            SectionBlock(text=markup(told)),
            asked,
            ContextBlock(elements=[markup(note)]),
        ],
    )


def receiver(values: Mapping[str, Any]) -> str | None:
    """Read who was chosen; None where nobody was."""
    block = values.get(Block.RECEIVER.value)
    element = block.get(VALUE) if isinstance(block, dict) else None
    chosen = element.get("selected_user") if isinstance(element, dict) else None
    return chosen if isinstance(chosen, str) and is_person_id(chosen) else None
