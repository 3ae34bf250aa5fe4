"""The pause: nothing is carried out and nothing is drawn until an operator says so.

A copy of the database knows nothing of what happened after it was made. Whoever starts one would
have it do again what was done since, so a copy that can be told from its original is paused. That
is told by four things: what made the copy marked it; the server keeps it elsewhere than before;
an anchor outside is ahead of its audit trail; an operator says so.

https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import StepState
from storage import audit
from storage.audit import Fact
from storage.models import METADATA
from storage.statements import Insert, inserting

_PAUSE = METADATA.tables["pause"]
_STEPS = METADATA.tables["step"]

_FIRST = timedelta(minutes=1) // timedelta(microseconds=1)
_LONGEST = timedelta(minutes=15) // timedelta(microseconds=1)
"""For how long nobody else tries to tell people of a pause: as long as it lasts, within these."""


def _only_row(insert: Insert) -> Insert:
    return insert.values(id=1, why="", place="", anchor="").on_conflict_do_nothing()


_ONLY_ROW = inserting(_PAUSE, _only_row)

RESTORED = "restored"
"""The problem of a step that a copy shows as not begun: it may have been carried out since."""

_BY = "aboard"


class Why(StrEnum):
    """Why Aboard is paused, as the row and the audit trail say it."""

    ASKED = "asked"
    BACKUP = "backup"
    ANCHOR = "anchor"
    PLACE = "place"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether Aboard is paused: since when in microseconds UTC, and why. None: it works."""

    since: int | None = None
    why: str = ""
    told_at: int | None = None
    tell_at: int | None = None
    place: str = ""
    anchor: str = ""


def standing(connection: Connection) -> Standing:
    """Return how Aboard stands."""
    columns = [_PAUSE.c[name] for name in Standing.__slots__]
    row = connection.execute(sa.select(*columns)).first()
    return Standing(*row) if row else Standing()


def pause(connection: Connection, why: Why, now: int) -> bool:
    """Pause from ``now`` on; False where Aboard is paused already and this says nothing new.

    That a database is a copy counts also where it is paused: it was copied while it was.
    """
    connection.execute(_ONLY_ROW(connection))
    values = {"since": now, "why": why.value, "told_at": None, "tell_at": None}
    mine = sa.update(_PAUSE).where(_is_news(why)).values(values)
    if connection.execute(mine).rowcount != 1:
        return False
    audit.record(connection, Fact("SYS001W", now, _BY, detail=why.value))
    return True


def _is_news(why: Why) -> sa.ColumnElement[bool]:
    """Tell a pause that begins from one that lasts; an anchor is ahead at every start."""
    begins = _PAUSE.c.since.is_(None)
    if why is Why.ASKED:
        return begins
    return begins | (_PAUSE.c.why == Why.ASKED) if why is Why.ANCHOR else sa.true()


def resume(connection: Connection, anchor: str, now: int) -> bool:
    """End the pause; False where there is none. ``anchor`` is the newest one outside.

    In a copy, every step that seems not to have begun is marked as one that may have been.
    """
    connection.execute(sa.select(_PAUSE.c.id).with_for_update())
    before = standing(connection)
    is_copy = before.why != Why.ASKED
    values: dict[str, str | int | None] = {"since": None, "why": "", "anchor": anchor}
    values |= {"restored_at": before.since, "resumed_at": now} if is_copy else {}
    mine = sa.update(_PAUSE).where(_PAUSE.c.since.is_not(None)).values(values)
    if connection.execute(mine).rowcount != 1:
        return False
    if is_copy:
        waiting = sa.update(_STEPS).where(_STEPS.c.state == StepState.WAITING)
        connection.execute(waiting.values(problem=RESTORED))
    audit.record(connection, Fact("SYS004I", now, _BY, detail=before.why))
    return True


def was_restored(connection: Connection) -> bool:
    """Tell whether this database is, or was, a copy that an operator has resumed."""
    return connection.execute(sa.select(_PAUSE.c.restored_at)).scalar() is not None


def is_restored(connection: Connection, known_at: int, due_at: int) -> bool:
    """Tell whether something may have gone on elsewhere, before what it was done in was restored.

    It was known at ``known_at``, so that the copy has it too, and due at ``due_at``.
    """
    row = connection.execute(sa.select(_PAUSE.c.restored_at, _PAUSE.c.resumed_at)).first()
    if row is None or row.restored_at is None:
        return False
    return bool(known_at <= row.restored_at and due_at <= row.resumed_at)


def take_telling(connection: Connection, now: int) -> bool:
    """Tell whether it is this caller who tries to tell people of the pause: of several, one does.

    Where ``told`` does not follow, somebody tries again: after a minute, and ever more rarely.
    """
    is_free = _PAUSE.c.tell_at.is_(None) | (_PAUSE.c.tell_at <= now)
    untold = _PAUSE.c.since.is_not(None) & _PAUSE.c.told_at.is_(None) & is_free
    since = connection.execute(sa.select(_PAUSE.c.since).where(untold)).scalar()
    if since is None:
        return False
    again = now + min(max(now - since, _FIRST), _LONGEST)
    return connection.execute(sa.update(_PAUSE).where(untold).values(tell_at=again)).rowcount == 1


def told(connection: Connection, now: int) -> None:
    """Note that people know of the pause that somebody took to tell them of."""
    taken = sa.update(_PAUSE).where(_PAUSE.c.tell_at.is_not(None))
    connection.execute(taken.values(told_at=now))


def keep_place(connection: Connection, before: str, place: str) -> bool:
    """Remember where the server keeps the database; of several who notice a change, one does."""
    connection.execute(_ONLY_ROW(connection))
    mine = sa.update(_PAUSE).where(_PAUSE.c.place == before)
    return connection.execute(mine.values(place=place)).rowcount == 1


def is_elsewhere(before: str, place: str) -> bool:
    """Tell whether two places differ in what both of them know: a role may not see the cluster."""
    pairs = zip(before.split("/"), place.split("/"), strict=False)
    return any(one != other for one, other in pairs if one and other)


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
