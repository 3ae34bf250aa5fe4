"""What needs a person is handed to one: the button opens a form, and the form says to whom."""

from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Done, Interaction, Reply, Wrong
from commands.views import answers, handing


async def open_form(interaction: Interaction, desk: Desk) -> Reply:
    """Ask to whom; what counts is the form that comes back."""
    ref = interaction.value
    sorry = await desk.service.may_hand_over(ref, interaction.actor)
    step = await desk.reads.step(ref)
    if step is not None and sorry is None:
        sorry = await desk.open(interaction, handing.hand_over(step))
    if sorry:
        desk.whisper(interaction, sorry)
    return Done()


async def submitted(interaction: Interaction, desk: Desk) -> Reply:
    """Hand it to whoever was chosen."""
    receiver = handing.receiver(interaction.values)
    if receiver is None:
        return Wrong({Block.RECEIVER.value: "Please choose somebody."})
    answer = await desk.service.hand_over(
        interaction.metadata, receiver, interaction.actor, interaction.delivery
    )
    if not answer.counted:
        return Wrong({Block.RECEIVER.value: answers.without_markup(answer.sentence)})
    return Done()
