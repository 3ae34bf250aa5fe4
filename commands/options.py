"""What opens under a vendor's field: its choices, as far as they hold what was typed.

The answer comes from what ``workflow.offers`` remembers, within Slack's three seconds. Whoever may
not ask for anything is offered nothing.
"""

import structlog

from commands.desk import Desk
from commands.interaction import Interaction, Offer, Reply
from commands.views import access
from workflow.directory import DirectoryError

_log = structlog.get_logger(__name__)


async def suggest(interaction: Interaction, desk: Desk) -> Reply:
    """Offer what fits, at most a hundred choices; none where nobody can say now."""
    asked = access.place(interaction.action)
    if asked is None:
        return Offer()
    try:
        ruling = await desk.ruling(interaction.actor)
    except DirectoryError as error:
        _log.warning("nothing is offered: Slack is silent", error=str(error))
        return Offer()
    if not ruling.allowed:
        _log.warning("nothing is offered", rule=ruling.rule)
        return Offer()
    profile, place = asked
    fitting = await desk.accesses.suggest(profile, place, interaction.text)
    return Offer(tuple(access.options(fitting)))
