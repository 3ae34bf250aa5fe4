"""Whether this process can work: not that it is up, but that it can do what it is for.

What all replicas share and no load balancer cures, such as a Slack that is down, makes none of them
unready: it is told beside, and there is a metric for it. An answer is words without details:
whoever reaches the port may read it.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.app import Aboard
from storage import migrate, stops, watch
from workflow import unanchored
from workflow.clock import as_micros
from workflow.means import Means

SECONDS = 5.0
"""A database that takes longer counts as gone: who asks has a limit, too."""

LATE = timedelta(minutes=15)
"""How long something may wait for Slack. One conversation takes a message a second."""


DEGRADED = ("outbox", "migrations", "anchors", "grants", "vendors", "paused")
"""What is told beside: each is a reason of ``aboard_degraded``."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How this process stands: what keeps it from working, and what is not as it should be."""

    problems: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it can work."""
        return not self.problems


async def standing(aboard: Aboard) -> Standing:
    """Return how this process stands, as words.

    Problems are ``database``, ``migrations`` (its schema is older than this version's, or of
    another making), and each part of the process that ended or stands still, such as ``slack`` and
    ``outbox``. Degraded is ``outbox`` where something has been due for Slack for long,
    ``migrations`` where the schema is newer than this version's, ``anchors`` where none of the
    audit trail arrives outside, ``grants`` where nothing is given since that lasts, ``vendors``
    where one refuses the credential, and ``paused``.
    """
    found = await _of_the_database(aboard)
    degraded = (*found.degraded, *aboard.life.degraded())
    return Standing((*found.problems, *aboard.life.missing()), degraded)


async def _of_the_database(aboard: Aboard) -> Standing:
    look = partial(_look, means=aboard.means, needed=aboard.schema)
    try:
        async with asyncio.timeout(SECONDS):
            found = await aboard.means.database.read(look)
            if not await aboard.means.database.can_write():
                return Standing(problems=("database",))
    except (SQLAlchemyError, OSError, TimeoutError):
        return Standing(problems=("database",))
    return found


def _look(connection: Connection, means: Means, needed: str) -> Standing:
    """Return how the rows stand; of an older schema nothing else is read."""
    now, revision = means.clock(), migrate.revision(connection)
    if not migrate.serves(revision, needed):
        return Standing(problems=("migrations",))
    due_since = watch.backlog(connection, now).due_since
    told = {
        "outbox": due_since is not None and now - due_since > as_micros(LATE),
        "migrations": revision != needed,
        "anchors": unanchored.is_late(connection, means),
        "grants": unanchored.is_stopped(connection, means),
        "vendors": bool(stops.standing(connection)),
    }
    return Standing(degraded=tuple(word for word, so in told.items() if so))
