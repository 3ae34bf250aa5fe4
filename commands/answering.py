"""How whoever acted is answered: in a sentence, with a form, or beside a field of one."""

from collections.abc import Awaitable, Callable

from slack_sdk.models.views import View

from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Done, Interaction, Reply, Wrong
from commands.views import answers
from workflow.drafts import Answer

Act = Callable[[str, str, str], Awaitable[Answer]]
"""What can be done about what a reference names: by whom, and with which delivery of Slack's."""


async def told(desk: Desk, interaction: Interaction, act: Awaitable[Answer]) -> Reply:
    """Wait for an act, and tell whoever pressed a button for it what became of that."""
    answer = await act
    desk.whisper(interaction, answer.sentence)
    return Done()


async def done(desk: Desk, interaction: Interaction, act: Act) -> Reply:
    """Have a button act on what it names, and tell whoever pressed it what became of that."""
    acting = act(interaction.value, interaction.actor, interaction.delivery)
    return await told(desk, interaction, acting)


async def asked(
    desk: Desk, interaction: Interaction, form: View | None, why_not: str | None
) -> Reply:
    """Open a form where nothing speaks against it; otherwise say ``why_not``."""
    if form is not None and why_not is None:
        why_not = await desk.open(interaction, form)
    if why_not is not None:
        desk.whisper(interaction, why_not)
    return Done()


def beside(field: Block, answer: Answer) -> Reply:
    """Close a form whose answer counted; otherwise say beside ``field`` why it did not."""
    if answer.counted:
        return Done()
    return Wrong({field.value: answers.without_markup(answer.sentence)})
