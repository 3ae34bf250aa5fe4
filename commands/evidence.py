"""The certificate of an offboarding: a button on its card, and ``/aboard evidence @ada``.

Whoever may see the request may have it; it comes as a file in a direct message.
"""

from commands import typed
from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply, Say
from commands.papers import hand_over
from commands.views import history as views
from workflow.archive import Paper
from workflow.readmodels import RequestView

_NONE = "There is no finished offboarding of this person, or it is not yours to see."


async def pressed(interaction: Interaction, desk: Desk) -> Reply:
    """Send the certificate of the request whose button was pressed."""
    view = await desk.reads.by_ref(interaction.value)
    if view is None or not await desk.may_see(view, interaction.actor):
        return Say("Only the requester and the approvers get the certificate.")
    sent = await _send(interaction, desk, view)
    desk.whisper(interaction, sent)
    return Done()


async def command(interaction: Interaction, desk: Desk, rest: str) -> str:
    """Send the certificate of somebody's last offboarding."""
    said = typed.parse(rest)
    if said.subject is None:
        return said.wrong or "Please say whose, for example `/aboard evidence @ada`."
    for view in await desk.reads.offboarded(said.subject):
        if await desk.may_see(view, interaction.actor):
            return await _send(interaction, desk, view)
    return _NONE


async def _send(interaction: Interaction, desk: Desk, view: RequestView) -> str:
    paper = await desk.archive.certify(view.number, interaction.actor, interaction.delivery)
    if paper is None:
        return f"Request #{view.number} has no certificate now, or it is on its way already."
    desk.whispers.start(_hand_over(desk, interaction.actor, view.number, paper))
    return f"The certificate of request #{view.number} is made. {views.WHERE_IT_COMES}"


async def _hand_over(desk: Desk, to: str, number: int, paper: Paper) -> None:
    await hand_over(desk.client, to, paper, views.certified(number, paper))
