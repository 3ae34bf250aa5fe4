"""App Home: what waits for whom, and the two things one can ask for."""

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    SectionBlock,
)
from slack_sdk.models.views import View

from commands.ids import Action
from commands.views import answers
from commands.views.text import markup, plain
from workflow.readmodels import PageView, RequestView


def home(pending: PageView, mine: PageView) -> View:
    """Draw the home tab of one person."""
    blocks: list[Block] = [
        HeaderBlock(text=plain("Aboard")),
        SectionBlock(text=markup(answers.HELP)),
        ActionsBlock(
            elements=[
                ButtonElement(
                    text=plain("Onboard somebody"), action_id=Action.ASK_ONBOARD.value,
                    style="primary",
                ),
                ButtonElement(
                    text=plain("Offboard somebody"), action_id=Action.ASK_OFFBOARD.value
                ),
            ]
        ),
    ]  # fmt: skip
    blocks += _part("Waiting for a decision", pending)
    blocks += _part("Asked by you", mine)
    return View(type="home", blocks=blocks)


def _part(title: str, page: PageView) -> list[Block]:
    rows: list[Block] = [SectionBlock(text=markup(_row(view))) for view in page.requests]
    nothing: Block = ContextBlock(elements=[markup("Nothing.")])
    return [DividerBlock(), HeaderBlock(text=plain(title)), *(rows or [nothing])]


def _row(view: RequestView) -> str:
    return answers.row(view)
