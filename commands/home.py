"""App Home: drawn when it is opened, and again after whatever is pressed in it.

Everybody sees what they asked for and can look for a person; whoever may approve something also
sees what waits for them, what needs attention, who leaves and who came. Whoever may ask for nothing
reads how to have it done.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.errors import SlackApiError

from commands import slack_errors
from commands.desk import Desk
from commands.interaction import Done, Interaction, Reply
from commands.views import home
from commands.views.places import LISTS, Places, places_of
from commands.views.plain import as_json
from rules.pages import span_of
from rules.values import is_person_id
from workflow.directory import DirectoryError

_log = structlog.get_logger(__name__)

Handler = Callable[[Interaction, Desk], Awaitable[Reply]]


async def opened(interaction: Interaction, desk: Desk) -> Reply:
    """Draw the home tab for the one who opened it, from the beginning of every list."""
    if interaction.text in {"home", ""}:
        await _publish(desk, interaction.actor, Places())
    return Done()


async def turned(interaction: Interaction, desk: Desk) -> Reply:
    """Show another page of one list."""
    places = places_of(interaction.metadata) or Places()
    name = interaction.action.split(":")[1:2]
    if name and name[0] in LISTS:
        places = places.turned(name[0], span_of(interaction.value))
    await _publish(desk, interaction.actor, places)
    return Done()


async def searched(interaction: Interaction, desk: Desk) -> Reply:
    """Show what there is about one person, or everything again where none is chosen."""
    places = places_of(interaction.metadata) or Places()
    somebody = interaction.value if is_person_id(interaction.value) else None
    await _publish(desk, interaction.actor, places.looking_for(somebody))
    return Done()


def then_redrawn(handler: Handler) -> Handler:
    """Return a handler that also draws the Home anew in which it was pressed."""

    async def handle(interaction: Interaction, desk: Desk) -> Reply:
        reply = await handler(interaction, desk)
        places = places_of(interaction.metadata)
        if places is not None:
            desk.whispers.start(redraw(desk, interaction.actor, places))
        return reply

    return handle


def drawn_after(handler: Handler) -> Handler:
    """Return a form's handler that also draws the Home behind it anew: it may show less now."""

    async def handle(interaction: Interaction, desk: Desk) -> Reply:
        reply = await handler(interaction, desk)
        if isinstance(reply, Done):
            desk.whispers.start(redraw(desk, interaction.actor, Places()))
        return reply

    return handle


async def redraw(desk: Desk, actor: str, places: Places) -> None:
    """Draw somebody's Home anew; where that fails it stays as it is until it is opened again."""
    try:
        await _publish(desk, actor, places)
    except SlackApiError as error:
        slack_errors.note(_log, "a home could not be drawn anew", error)
    except (DirectoryError, *slack_errors.UNREACHABLE) as error:
        _log.warning("a home could not be drawn anew", error=type(error).__name__)


async def _publish(desk: Desk, actor: str, places: Places) -> None:
    with desk.screens.drawing(actor) as is_to_be_sent:
        view = as_json(home.home(await _drawn(desk, actor, places)))
        if is_to_be_sent():
            await desk.client.views_publish(user_id=actor, view=view)


async def _drawn(desk: Desk, actor: str, places: Places) -> home.Home:
    ruling, decides = await asyncio.gather(desk.ruling(actor), desk.is_approver(actor))
    if not ruling.allowed:
        lists = {"mine": await desk.homes.mine(actor, places.of("mine"))}
        return home.Home(ruling.sentence, Places(places.spans, None, places.turn), lists)
    if places.about is not None:
        found = await desk.homes.about(places.about, actor, places.of("about"), own=not decides)
        return home.Home(None, places, {"about": found})
    return home.Home(None, places, await desk.homes.shown(actor, places.of, decides=decides))
