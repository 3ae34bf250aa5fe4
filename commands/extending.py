"""Extend: a form for a later end of an access, and the request that it makes."""

from commands import answering, asking
from commands.desk import Desk
from commands.ids import Block
from commands.interaction import Interaction, Reply
from commands.views import forms
from workflow.extending import Wish

_GONE = "This end stands no longer: it was replaced, or it has come."
_NOT_YOURS = "Only the requester and the approvers can ask for a later end here."


async def open_form(interaction: Interaction, desk: Desk) -> Reply:
    """Open the form where the end still stands."""
    view = await desk.reads.by_ref(interaction.value)
    if view is None or view.standing is None or view.standing.number != view.number:
        return await answering.asked(desk, interaction, None, _GONE)
    why_not = None if await desk.may_see(view, interaction.actor) else _NOT_YOURS
    return await answering.asked(desk, interaction, forms.extension(view), why_not)


async def submitted(interaction: Interaction, desk: Desk) -> Reply:
    """Record the ask for a later end; what is wrong is said beside its field."""
    filled = forms.parse(interaction.values)
    wish = Wish(
        interaction.metadata, filled.until, filled.reason, interaction.actor, interaction.delivery
    )
    return asking.tell(desk, interaction, await desk.service.extend(wish), field=Block.UNTIL)
