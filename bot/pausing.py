"""What the bot does about the pause: tells a copy by itself, tells people, and ends it on demand.

An anchor is written down where the database is not, so one that is ahead of the trail was taken
after this copy was made. PostgreSQL itself says where it keeps a database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from sqlalchemy.engine import Connection

from bot import audit_desk
from bot.crier import Crier
from bot.settings import Settings
from storage import audit_chain, pauses
from storage.pauses import Standing, Why
from workflow import audit_signing
from workflow.audit_signing import Anchor, AnchorError
from workflow.means import Means

WHY: Mapping[str, str] = MappingProxyType(
    {
        Why.ASKED: "an operator asked for it",
        Why.BACKUP: "this database is a copy that `aboard backup` made",
        Why.ANCHOR: "an anchor outside is ahead of the audit trail, so this database is a copy",
        Why.COPY: "an operator said that this database is a copy",
        Why.PLACE: "PostgreSQL keeps this database elsewhere than before, so it is a copy",
    }
)
"""Each reason, as people read it."""

CURE = "Look at `aboard history` for what is under way, then run `aboard resume`"
_NOTICE = (
    "Aboard is paused: {why}. Requests are recorded and decisions count, but nothing is carried "
    "out and no message is brought up to date before an operator runs `aboard resume`."
)


def why(standing: Standing) -> str:
    """Return in words why Aboard is paused."""
    return WHY.get(standing.why, standing.why)


def newest_anchor(settings: Settings) -> Anchor | None:
    """Return the last anchor in the file of the settings that can be believed; None without one."""
    held = audit_desk.sources(settings, [], [])
    try:
        lines = [line for path in held.files for line in path.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return None
    for line in reversed(lines):
        try:
            return audit_signing.read(line, held.public)
        except AnchorError:
            continue
    return None


def examine(connection: Connection, anchor: Anchor | None, now: int) -> None:
    """Pause where this database shows that it is a copy; remember where it is kept.

    An anchor is ahead where the trail does not have its hash in its place: it is shorter, or has
    gone on otherwise.
    """
    before = pauses.standing(connection)
    if name_of(anchor) != before.anchor and _is_ahead(connection, anchor):
        pauses.pause(connection, Why.ANCHOR, now)
    _look_where(connection, before.place, now)


def _is_ahead(connection: Connection, anchor: Anchor | None) -> bool:
    return anchor is not None and audit_chain.hash_at(connection, anchor.position) != anchor.hash


def _look_where(connection: Connection, before: str, now: int) -> None:
    place = pauses.place(connection)
    if not place or place == before:
        return
    moved = bool(before) and pauses.is_elsewhere(before, place)
    if not moved and place.startswith("/") and before:
        return
    if pauses.keep_place(connection, before, place) and moved:
        pauses.pause(connection, Why.PLACE, now)


def name_of(anchor: Anchor | None) -> str:
    """Return what tells an anchor from any other."""
    return f"{anchor.position} {anchor.hash}" if anchor else ""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the channel of the cards that Aboard is paused."""

    means: Means
    crier: Crier

    async def tell(self, standing: Standing) -> None:
        """Tell of a pause, unless somebody did; where Slack fails, it is tried again later."""
        database, now = self.means.database, self.means.clock()
        if standing.told_at is not None or now < (standing.tell_at or 0):
            return
        if not await database.write(partial(pauses.take_telling, now=now)):
            return
        if await self.crier.tell(_NOTICE.format(why=why(standing))):
            await database.write(partial(pauses.told, now=now))
