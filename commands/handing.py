"""What needs a person is handed to one: the button opens a form, and the form says to whom."""

from commands import answering
from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Interaction, Reply, Wrong
from commands.views import handing


async def open_form(interaction: Interaction, desk: Desk) -> Reply:
    """Ask to whom; what counts is the form that comes back."""
    why_not = await desk.service.may_hand_over(interaction.value, interaction.actor)
    step = await desk.reads.step(interaction.value)
    form = handing.hand_over(step) if step else None
    return await answering.asked(desk, interaction, form, why_not)


async def submitted(interaction: Interaction, desk: Desk) -> Reply:
    """Hand it to whoever was chosen."""
    receiver = handing.receiver(interaction.values)
    if receiver is None:
        return Wrong({Block.RECEIVER.value: "Please choose somebody."})
    answer = await desk.service.hand_over(
        interaction.metadata, receiver, interaction.actor, interaction.delivery
    )
    return answering.beside(Block.RECEIVER, answer)
