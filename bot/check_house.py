"""``aboard check``, what is our own: the database, the channel of the cards, and who approves.

The channel is asked for a message that cannot be there: that shows nothing to anybody and needs no
scope. Slack tells then whether the channel can be seen, which for a private one means that Aboard
is in it. Whether Aboard may post in it shows only when it does, so that is done on demand.

https://docs.slack.dev/reference/methods/chat.getPermalink
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot import existing, pausing, policy_desk
from bot.clocks import clock
from bot.findings import Finding, Mark
from bot.reader import ConfigurationError
from bot.settings import Settings
from commands.slack_errors import UNREACHABLE
from storage import migrate, soundness
from storage.engine import is_sqlite
from storage.soundness import OLDEST_SERVER, Soundness

Now = Callable[[], datetime]

_SUBJECT = "Database"
_NEVER = "1.000000"
"""The timestamp of a message that no channel has."""

_POSTED = "Aboard is being checked: this message goes away at once."
_SEEN = "it is there. `aboard check --post` proves that Aboard may write in it."
_SEEN_ALONE = "it is there. Where it is public, see that Aboard is in it: /invite @Aboard there."
_CURES = {
    "channel_not_found": "it does not exist, or it is private and Aboard is not in it: "
    "/invite @Aboard there",
    "not_in_channel": "Aboard is not in it: /invite @Aboard there",
    "is_archived": "it is archived: take it out of the archive, or name another one",
    "missing_scope": "the token lacks chat:write: docs/slack.md says how it gets it",
}


async def database(settings: Settings, now: Now) -> AsyncIterator[Finding]:
    """Yield what is found about the database."""
    url = settings.environment.database_url.get_secret_value()
    if not soundness.is_there(url):
        yield _not_there(url)
        return
    try:
        seen = await asyncio.to_thread(soundness.examine, url)
    except (SQLAlchemyError, OSError) as error:
        yield Finding(_SUBJECT, "schema", Mark.WRONG, existing.unreachable(error))
        return
    yield _schema(seen, is_file=is_sqlite(url))
    yield _durability(seen, is_file=is_sqlite(url))
    if seen.standing.since is not None:
        detail = f"Aboard is paused: {pausing.why(seen.standing)}. {pausing.CURE}."
        yield Finding(_SUBJECT, "pause", Mark.WRONG, detail)
    if seen.now is not None:
        yield clock(_SUBJECT, seen.now - now())


def _not_there(url: str) -> Finding:
    folder = Path(make_url(url).database or "").absolute().parent
    if not os.access(folder, os.W_OK):
        detail = f"no file can be made in {folder}: look at DATABASE_URL and at its rights."
        return Finding(_SUBJECT, "schema", Mark.WRONG, detail)
    detail = "the file is not there yet: the first start makes it."
    return Finding(_SUBJECT, "schema", Mark.OK, detail)


def _schema(seen: Soundness, *, is_file: bool) -> Finding:
    wanted = migrate.newest()
    if seen.schema == wanted:
        return Finding(_SUBJECT, "schema", Mark.OK, f"it is that of this version, {wanted}.")
    if is_file and migrate.is_known(seen.schema):
        detail = f"it is {seen.schema}; the next start brings it to {wanted}."
        return Finding(_SUBJECT, "schema", Mark.OK, detail)
    if migrate.serves(seen.schema, wanted):
        detail = f"it is {seen.schema}, of a newer version; this one, {wanted}, works on it."
        return Finding(_SUBJECT, "schema", Mark.OK, detail)
    detail = f"it is {existing.unfit(seen.schema, wanted)}"
    return Finding(_SUBJECT, "schema", Mark.WRONG, detail)


def _durability(seen: Soundness, *, is_file: bool) -> Finding:
    about = "durability"
    if seen.damage:
        detail = "the file is damaged: stop Aboard and put a backup in its place."
        return Finding(_SUBJECT, about, Mark.WRONG, detail)
    if seen.lost_after_crash:
        off = " and ".join(seen.lost_after_crash)
        detail = f"a crash could lose what was acknowledged: switch {off} on."
        return Finding(_SUBJECT, about, Mark.WRONG, detail)
    if not is_file and seen.version < OLDEST_SERVER:
        detail = f"PostgreSQL {seen.version} is too old: take {OLDEST_SERVER} or newer."
        return Finding(_SUBJECT, about, Mark.WRONG, detail)
    return Finding(_SUBJECT, about, Mark.OK, "what is acknowledged is on its disk.")


async def channels(
    client: AsyncWebClient, settings: Settings, *, post: bool
) -> AsyncIterator[Finding]:
    """Yield what is seen of each channel that is named; ``post`` proves that of the cards."""
    yield await _channel(client, "channel", settings.slack.channel, post=post, seen=_SEEN)
    for setting, name in _also_named(settings):
        yield await _channel(client, setting, name, post=False, seen=_SEEN_ALONE)


def _also_named(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each other channel that the settings name, by the setting."""
    if settings.audit.channel:
        yield "audit.channel", settings.audit.channel
    for name in settings.catalog.daily.channels if settings.catalog.daily else ():
        yield "digest.channels", name
    for profile in settings.catalog.profiles.values():
        if profile.welcome:
            yield f"profiles.{profile.name}.welcome", profile.welcome


async def _channel(
    client: AsyncWebClient, setting: str, name: str, *, post: bool, seen: str
) -> Finding:
    about = f"{setting} {name}"
    try:
        await (_post(client, name) if post else _glance(client, name))
    except SlackApiError as error:
        code = str(error.response.get("error"))
        cure = _CURES.get(code, f"Slack says {code}")
        return Finding("Slack", about, Mark.WRONG, f"{cure}.")
    except UNREACHABLE as error:
        detail = f"Slack could not be asked ({type(error).__name__})."
        return Finding("Slack", about, Mark.UNKNOWN, detail)
    if post:
        return Finding("Slack", about, Mark.OK, "a message was posted there and taken back.")
    return Finding("Slack", about, Mark.OK, seen)


async def _glance(client: AsyncWebClient, name: str) -> None:
    try:
        await client.chat_getPermalink(channel=name, message_ts=_NEVER)
    except SlackApiError as error:
        if error.response.get("error") != "message_not_found":
            raise


async def _post(client: AsyncWebClient, name: str) -> None:
    said = await client.chat_postMessage(channel=name, text=_POSTED)
    await client.chat_delete(channel=str(said["channel"]), ts=str(said["ts"]))


async def approvers(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what Slack says of everybody whom the policy names."""
    try:
        async with policy_desk.opened(settings) as desk:
            async for finding in policy_desk.check(settings, desk):
                yield finding
    except ConfigurationError as error:
        yield Finding("Slack", "approvers", Mark.UNKNOWN, str(error))
