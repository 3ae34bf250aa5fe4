"""``aboard check``: whether the audit trail is kept as it could be."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.audit_settings import AuditSection
from bot.findings import Finding, Mark
from bot.settings import Settings
from storage import anchors, audit_role, unanchored
from storage.anchors import Sink
from storage.audit_role import Guard
from storage.database import Database
from storage.soundness import is_there
from workflow.clock import as_datetime

_SUBJECT = "Audit trail"
_NOWHERE = (
    "no place has taken any since {since:%Y-%m-%d %H:%M} UTC; after {minutes:g} minutes of that "
    "nothing is given before one does. See that {cures}; the log says what refuses them."
)


async def audit(settings: Settings) -> AsyncIterator[Finding]:
    """Yield how the trail is guarded, sealed and anchored."""
    url = settings.environment.database_url.get_secret_value()
    if not await asyncio.to_thread(is_there, url):
        yield Finding(_SUBJECT, "guard", Mark.UNKNOWN, "there is no database yet.")
        return
    database = Database(url)
    try:
        seen = await database.read(audit_role.guard)
        late = await database.read(partial(_waiting, settings=settings))
        since = await database.read(_nowhere_since) if late else None
    except SQLAlchemyError:
        yield Finding(_SUBJECT, "guard", Mark.UNKNOWN, "the database has no audit trail yet.")
        return
    finally:
        database.close()
    for finding in (*_guard(seen), _key(settings), _anchors(settings, late, since)):
        yield finding


def _waiting(connection: Connection, settings: Settings) -> bool:
    """Tell whether an anchor could not be written down where the settings say."""
    asked = {Sink.FILE: settings.audit.file, Sink.SLACK: settings.audit.channel}
    return any(anchors.waiting(connection, sink, 1) for sink, place in asked.items() if place)


def _nowhere_since(connection: Connection) -> int | None:
    """Return since when no place takes an anchor; an older schema does not say."""
    is_told = sa.inspect(connection).has_table("unanchored")
    return unanchored.standing(connection).since if is_told else None


def _guard(seen: Guard) -> list[Finding]:
    about = "guard"
    if not seen.by_triggers:
        detail = (
            "the database lacks triggers that refuse changes: run `aboard migrate`, or ask why."
        )
        return [Finding(_SUBJECT, about, Mark.WRONG, detail)]
    found = [Finding(_SUBJECT, about, Mark.OK, "the database refuses to change or remove events.")]
    if seen.by_role is None:
        return found
    if seen.by_role:
        detail = "this database role may only add events, and owns nothing of the trail."
        return [*found, Finding(_SUBJECT, "role", Mark.OK, detail)]
    detail = "this database role could remove the guard: `aboard audit grants ROLE` makes another."
    return [*found, Finding(_SUBJECT, "role", Mark.UNKNOWN, detail)]


def _key(settings: Settings) -> Finding:
    key = settings.audit_key
    if key is None:
        detail = "no AUDIT_HMAC_KEY: whoever can write to the database could seal it anew."
        return Finding(_SUBJECT, "key", Mark.UNKNOWN, detail)
    return Finding(_SUBJECT, "key", Mark.OK, f"it is sealed with key {key.id}.")


def _anchors(
    settings: Settings,
    late: bool,  # noqa: FBT001 - whether they are late
    since: int | None,
) -> Finding:
    about = "anchors"
    if since is not None:
        return Finding(_SUBJECT, about, Mark.WRONG, _nowhere(settings.audit, since))
    if late:
        detail = "some could not be written down yet: the log says why."
        return Finding(_SUBJECT, about, Mark.WRONG, detail)
    if settings.audit.file is None and settings.audit.channel is None:
        detail = "only in the log: without [audit] no file and no channel holds them."
        return Finding(_SUBJECT, about, Mark.UNKNOWN, detail)
    return Finding(_SUBJECT, about, Mark.OK, "all of them are written down outside the database.")


def _nowhere(section: AuditSection, since: int) -> str:
    cures = [f"{section.file} can be written and its disk has room"] if section.file else []
    if section.channel:
        cures.append(f"Aboard is in the channel {section.channel}, which is not archived")
    minutes = section.grace / timedelta(minutes=1)
    return _NOWHERE.format(since=as_datetime(since), minutes=minutes, cures=", or ".join(cures))
