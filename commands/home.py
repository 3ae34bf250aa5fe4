"""App Home."""

from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply
from commands.views import home
from workflow.readmodels import PageView


async def opened(interaction: Interaction, desk: Desk) -> Reply:
    """Draw the home tab for the one who opened it: approvers also see what waits for them."""
    if interaction.text not in {"home", ""}:
        return Done()
    mine = await desk.reads.of_requester(interaction.actor)
    waiting = PageView((), None)
    if await desk.is_approver(interaction.actor):
        waiting = await desk.reads.pending()
    await desk.client.views_publish(user_id=interaction.actor, view=home.home(waiting, mine))
    return Done()
