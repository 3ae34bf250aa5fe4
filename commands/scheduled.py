"""Cancel on a card: what was approved and starts later is called off."""

from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply


async def cancel(interaction: Interaction, desk: Desk) -> Reply:
    """Withdraw a request before its start; whoever clicked is told what became of it."""
    view = await desk.reads.by_ref(interaction.value)
    sentence = "I don't know this request any more."
    if view is not None:
        answer = await desk.service.cancel(view.number, interaction.actor, interaction.delivery)
        sentence = answer.sentence
    desk.whisper(interaction, sentence)
    return Done()
