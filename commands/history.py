"""``/aboard history`` and ``/aboard export``, and the buttons that turn the pages.

Approvers see the requests of everybody, others their own; what is confidential is left to whoever
asked for it. A button says in words what was asked, and the words are read and ruled on anew.
"""

from zoneinfo import ZoneInfo

import structlog

from commands import typed
from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply, Say
from commands.papers import hand_over, tell
from commands.views import history as views
from rules import moments
from workflow import searching
from workflow.searching import Misread, Search

_log = structlog.get_logger(__name__)

_EXPORT_RULE = "approver"
_NOT_YOURS = "Only approvers can export the history. `/aboard history` shows your own requests."


async def show(interaction: Interaction, desk: Desk, rest: str) -> Say:
    """Show a page of the history."""
    search = await _read(interaction, desk, rest)
    if isinstance(search, Misread):
        return Say(search.sentence)
    sees_all = await desk.is_approver(interaction.actor)
    requester = None if sees_all else interaction.actor
    found = await desk.reads.history(search, interaction.actor, requester)
    title = "History" if sees_all else "Your requests"
    drawing = views.page(title, search, found, desk.titles)
    return Say(drawing.text, drawing.blocks)


async def turn(interaction: Interaction, desk: Desk) -> Reply:
    """Turn the page: the answer that holds the button becomes another one."""
    ruling = await desk.ruling(interaction.actor)
    if not ruling.allowed:
        return Say(ruling.sentence)
    _, _, words = interaction.value.partition(" ")
    said = await show(interaction, desk, words)
    desk.instead(interaction, said)
    return Done()


async def export(interaction: Interaction, desk: Desk, rest: str) -> Say:
    """Have the history made into a file, for approvers; it follows as a direct message."""
    search = await _read(interaction, desk, rest)
    if isinstance(search, Misread):
        return Say(search.sentence)
    if not await desk.is_approver(interaction.actor):
        await desk.archive.refuse_export(interaction.actor, _EXPORT_RULE)
        return Say(_NOT_YOURS)
    if await desk.archive.begin_export(interaction.actor, search.words, interaction.delivery):
        desk.whispers.start(_export(desk, interaction.actor, search))
    return Say(views.begun(search, desk.titles))


async def _export(desk: Desk, to: str, search: Search) -> None:
    try:
        await _make(desk, to, search)
    except Exception:  # noqa: BLE001 - Slack was answered; whoever waits is told
        _log.exception("an export broke")
        await tell(desk.client, to, views.BROKEN)


async def _make(desk: Desk, to: str, search: Search) -> None:
    paper = await desk.archive.export(search.filter(desk.home_team, viewer=to), search.after)
    arrived = await hand_over(desk.client, to, paper, views.exported(paper))
    await desk.archive.end_export(to, paper, arrived=arrived)


async def _read(interaction: Interaction, desk: Desk, text: str) -> Search | Misread:
    resident = await desk.directory.resident(interaction.actor)
    zone = moments.known_zone(resident.time_zone if resident else None)
    return searching.read(typed.with_ids(text), desk.titles, ZoneInfo(zone))
