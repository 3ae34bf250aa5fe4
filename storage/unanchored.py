"""Whether anchors of the audit trail arrive anywhere, and the steps that wait until one does.

One row says since when none does. Whoever looks brings it up to date, and everybody reads it, so
that all processes agree, also after a start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import anchors
from storage.models import METADATA
from storage.statements import Insert, Prepared, always, inserting

_ROW = METADATA.tables["unanchored"]
_KEPT = METADATA.tables["keptback"]
_STEPS = METADATA.tables["step"]
_CALLS = METADATA.tables["batchcall"]

_AGAIN = timedelta(minutes=1) // timedelta(microseconds=1)
"""For how long nobody else tries to tell people."""


def _only_row(insert: Insert) -> Insert:
    return insert.values(id=1).on_conflict_do_nothing()


def _once(insert: Insert) -> sa.Executable:
    return insert.on_conflict_do_nothing().returning(_KEPT.c.step)


_ONLY_ROW = inserting(_ROW, _only_row)
_KEEP = Prepared(inserting(_KEPT, _once))
_SINCE = Prepared(always(sa.select(_ROW.c.since)))
_WAITING = (
    sa.select(_KEPT.c.step, _CALLS.c.call)
    .outerjoin_from(_KEPT, _STEPS, _STEPS.c.ref == _KEPT.c.step)
    .outerjoin(_CALLS, _CALLS.c.step == _KEPT.c.step)
    .order_by(_STEPS.c.request_number, _STEPS.c.id)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands; moments in microseconds UTC. See ``Unanchored``."""

    since: int | None = None
    position: int | None = None
    told_at: int | None = None
    tell_at: int | None = None


def standing(connection: Connection) -> Standing:
    """Return how it stands."""
    columns = [_ROW.c[name] for name in Standing.__slots__]
    row = connection.execute(sa.select(*columns)).first()
    return Standing(*row) if row else Standing()


def is_news(connection: Connection, *, awaited: bool) -> bool:
    """Tell whether ``look`` would change anything."""
    return _waiting(connection, awaited=awaited) != standing(connection).position


def look(connection: Connection, now: int, *, awaited: bool) -> None:
    """Bring the row up to date; where no anchor is ``awaited`` outside, none is missing.

    Whenever an anchor arrives, those behind it have waited since then: a place that takes one after
    the other is no place that takes none.
    """
    connection.execute(_ONLY_ROW(connection))
    position = _waiting(connection, awaited=awaited)
    since = None if position is None else now
    seen = _ROW.c.position.is_distinct_from(position)
    connection.execute(sa.update(_ROW).where(seen).values(since=since, position=position))


def _waiting(connection: Connection, *, awaited: bool) -> int | None:
    return anchors.oldest_nowhere(connection) if awaited else None


def has_lasted(connection: Connection, micros: int, now: int) -> bool:
    """Tell whether for more than ``micros`` no place has taken an anchor that waits."""
    since: int | None = _SINCE.first(connection)
    return since is not None and now - since > micros


def take_telling(connection: Connection, now: int, *, stopped: bool) -> bool:
    """Tell whether it is this caller who tries to tell people of a change: of several, one does.

    Where ``told`` does not follow, somebody tries again after a minute.
    """
    known = _ROW.c.told_at.is_not(None)
    is_free = _ROW.c.tell_at.is_(None) | (_ROW.c.tell_at <= now)
    mine = sa.update(_ROW).where(~known if stopped else known, is_free)
    return connection.execute(mine.values(tell_at=now + _AGAIN)).rowcount == 1


def told(connection: Connection, now: int, *, stopped: bool) -> None:
    """Note that people know what somebody took to tell them."""
    values = {"told_at": now if stopped else None, "tell_at": None}
    connection.execute(sa.update(_ROW).values(values))


def keep_back(connection: Connection, step: str, now: int) -> bool:
    """Have a step wait; False where it does already."""
    return _KEEP.first(connection, step=step, at=now) is not None


def is_kept_back(connection: Connection, step: str) -> bool:
    """Tell whether a step waits."""
    return connection.scalar(sa.select(_KEPT.c.step).where(_KEPT.c.step == step)) is not None


def kept_back(connection: Connection, limit: int) -> Sequence[str]:
    """Return the first steps that wait, in the order in which their requests are to be locked.

    Where some of them wait for calls, these are the steps of one such call, all that wait for it,
    and of no other: one transaction locks no more requests than a call has members.
    """
    rows = connection.execute(_WAITING.limit(limit)).all()
    call = next((row.call for row in rows if row.call), None)
    if call is not None:
        rows = connection.execute(_WAITING.where(_CALLS.c.call == call)).all()
    return [row.step for row in rows]


def let_go(connection: Connection, step: str) -> bool:
    """Have a step wait no more; False where it did not."""
    mine = sa.delete(_KEPT).where(_KEPT.c.step == step)
    return connection.execute(mine).rowcount == 1
