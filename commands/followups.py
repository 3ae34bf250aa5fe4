"""Retry on a card: one vendor, under the approval that the request has."""

from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply


async def retry(interaction: Interaction, desk: Desk) -> Reply:
    """Have one vendor tried again; whoever clicked is told."""
    answer = await desk.service.retry(interaction.value, interaction.actor, interaction.delivery)
    desk.whisper(interaction, answer.sentence)
    return Done()
