"""Ask again: the form of a request that nobody decided in time, filled in as it was."""

from dataclasses import replace

from commands import extending, offboard, onboard
from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply
from commands.views.forms import Filled
from rules.values import Kind
from workflow.readmodels import RequestView


async def open_form(interaction: Interaction, desk: Desk) -> Reply:
    """Open the form for whoever may see the request."""
    view = await desk.reads.by_ref(interaction.value)
    if view is None or not await desk.may_see(view, interaction.actor):
        desk.whisper(interaction, "Only the requester and the approvers can ask for this again.")
        return Done()
    if view.kind is Kind.OFFBOARD:
        return await offboard.open_form(interaction, desk, _filled(view, desk, interaction.actor))
    extended = await desk.reads.request(view.origin) if view.origin is not None else None
    if extended is not None and extended.standing and extended.standing.number == extended.number:
        return await extending.open_form(replace(interaction, value=extended.ref), desk)
    return await onboard.open_form(interaction, desk, _filled(view, desk, interaction.actor))


def _filled(view: RequestView, desk: Desk, actor: str) -> Filled:
    """Return what the form held; without dates that had passed when the request ended.

    Whoever else asks again does it for themselves.
    """
    profile = desk.catalog.find(view.profile)
    ended = view.ended_at or 0
    return Filled(
        subject=view.subject,
        github_login=view.github_login,
        profile=profile.name if profile else None,
        reason=view.reason,
        starts=view.starts_wall if (view.starts_at or 0) > ended else None,
        principal=view.principal if actor == view.requester else None,
        accesses=view.accesses,
        until=view.until_wall if (view.until_at or 0) > ended else None,
    )
