"""The pause: nothing is carried out and nothing is drawn until an operator says so.

A copy of the database knows nothing of what happened after it was made. Whoever starts one would
have it do again what was done since, so a copy that can be told from its original is paused. That
is told by three things: what made the copy marked it; the server keeps it elsewhere than before;
an anchor outside is ahead of its audit trail.

https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import StepState
from storage import audit
from storage.audit import Fact
from storage.models import METADATA

_PAUSE = METADATA.tables["pause"]
_STEPS = METADATA.tables["step"]

RESTORED = "restored"
"""The problem of a step that a copy shows as not begun: it may have been carried out since."""

_BY = "aboard"


class Why(StrEnum):
    """Why Aboard is paused, as the row and the audit trail say it."""

    ASKED = "asked"
    BACKUP = "backup"
    ANCHOR = "anchor"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether Aboard is paused: since when in microseconds UTC, and why. None: it works."""

    since: int | None = None
    why: str = ""
    told_at: int | None = None
    place: str = ""
    anchor: str = ""


def standing(connection: Connection) -> Standing:
    """Return how Aboard stands."""
    columns = [_PAUSE.c[name] for name in Standing.__slots__]
    row = connection.execute(sa.select(*columns)).first()
    return Standing(*row) if row else Standing()


def pause(connection: Connection, why: Why, now: int) -> bool:
    """Pause from ``now`` on; False where Aboard is paused already."""
    _make_row(connection)
    values = {"since": now, "why": why.value, "told_at": None}
    mine = sa.update(_PAUSE).where(_PAUSE.c.since.is_(None)).values(values)
    if connection.execute(mine).rowcount != 1:
        return False
    audit.record(connection, Fact("SYS001W", now, _BY, detail=why.value))
    return True


def resume(connection: Connection, anchor: str, now: int) -> bool:
    """End the pause; False where there is none. ``anchor`` is the newest one outside.

    In a copy, every step that seems not to have begun is marked as one that may have been.
    """
    before = standing(connection)
    is_copy = before.why != Why.ASKED
    values: dict[str, str | int | None] = {"since": None, "why": "", "anchor": anchor}
    values |= {"restored_at": before.since} if is_copy else {}
    mine = sa.update(_PAUSE).where(_PAUSE.c.since.is_not(None)).values(values)
    if connection.execute(mine).rowcount != 1:
        return False
    if is_copy:
        waiting = sa.update(_STEPS).where(_STEPS.c.state == StepState.WAITING)
        connection.execute(waiting.values(problem=RESTORED))
    audit.record(connection, Fact("SYS004I", now, _BY, detail=before.why))
    return True


def is_restored(connection: Connection, at: int) -> bool:
    """Tell whether what was recorded at ``at`` comes from a copy: it may have gone on elsewhere."""
    last = connection.execute(sa.select(_PAUSE.c.restored_at)).scalar()
    return last is not None and at <= last


def take_telling(connection: Connection, now: int) -> bool:
    """Tell whether it is this caller who tells people of the pause: of several, one does."""
    untold = _PAUSE.c.since.is_not(None) & _PAUSE.c.told_at.is_(None)
    return connection.execute(sa.update(_PAUSE).where(untold).values(told_at=now)).rowcount == 1


def untell(connection: Connection) -> None:
    """Have somebody try again to tell people."""
    connection.execute(sa.update(_PAUSE).values(told_at=None))


def keep_place(connection: Connection, place: str) -> None:
    """Remember where the server keeps the database."""
    _make_row(connection)
    connection.execute(sa.update(_PAUSE).values(place=place))


def place(connection: Connection) -> str:
    """Return what tells this database of PostgreSQL from every copy of it; empty for SQLite.

    The cluster's identifier and the number of the database in it: a dump that is restored gets
    another number, and a standby that takes over keeps both.
    """
    if connection.dialect.name != "postgresql":
        return ""
    number = sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")
    may_ask = sa.text("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')")
    cluster = ""
    if connection.scalar(may_ask):
        named = sa.text("SELECT system_identifier FROM pg_control_system()")
        cluster = str(connection.scalar(named))
    return f"{cluster}/{connection.scalar(number)}"


def _make_row(connection: Connection) -> None:
    if connection.execute(sa.select(_PAUSE.c.id)).first() is None:
        connection.execute(sa.insert(_PAUSE).values(id=1, why="", place="", anchor=""))
