"""Whether this process can work: not that it is up, but that it can do what it is for.

An answer is words without details: whoever reaches the port may read it.
"""

import asyncio
from datetime import timedelta

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.app import Aboard
from storage import migrate, watch
from workflow.clock import as_micros

SECONDS = 5.0
"""A database that takes longer counts as gone: who asks has a limit, too."""

LATE = timedelta(minutes=15)
"""How long something may wait for Slack. One conversation takes a message a second."""


async def ready(aboard: Aboard) -> list[str]:
    """Return what keeps the bot from working, as words; empty where nothing.

    ``database``, ``migrations`` (it has another schema), ``outbox`` (nothing was shown in Slack for
    long, though it was due), and each part of the process that ended, such as ``slack``.
    """
    return [*await _of_the_database(aboard), *aboard.life.missing()]


async def _of_the_database(aboard: Aboard) -> list[str]:
    now = aboard.means.clock()

    def look(connection: Connection) -> tuple[str, int | None]:
        return migrate.revision(connection), watch.backlog(connection, now).due_since

    try:
        async with asyncio.timeout(SECONDS):
            revision, due_since = await aboard.means.database.read(look)
    except (SQLAlchemyError, OSError, TimeoutError):
        return ["database"]
    if revision != aboard.schema:
        return ["migrations"]
    late = due_since is not None and now - due_since > as_micros(LATE)
    return ["outbox"] if late else []
