"""How much somebody has asked for lately: what the limits of each person are held against.

Asks are requests of one person, with ``counted_at``, and batches. What Aboard asks by itself, the
end of an access and what it asks again, is nobody's. Offboardings wait in a count of their own, and
batches in that of onboardings.
"""

import zlib
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.limits import Limits
from rules.values import Kind
from storage import locks
from storage.conditions import is_undecided, unindexed, written
from storage.models import METADATA
from storage.statements import Prepared, always

UNDECIDED_BATCH: Final = ("received", "reading", "pending")
"""The states of a batch that nobody has decided."""

_REQUESTS = METADATA.tables["request"]
_BATCHES = METADATA.tables["batch"]
_TEAM = sa.bindparam("team", type_=sa.String)
_WHO = sa.bindparam("who", type_=sa.String)
_KIND = sa.bindparam("kind", type_=sa.String)
_SINCE = sa.bindparam("since", type_=sa.BigInteger)
_MOST = sa.bindparam("most", type_=sa.BigInteger)
_BEFORE = sa.bindparam("before", type_=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and for what."""

    team_id: str
    requester: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody has asked for, as far as the limits need it.

    ``waiting`` is how much of that kind nobody has decided, counted to the limit. ``first`` is when
    they made the first of as many asks as an hour may have; None where they made fewer since then.
    """

    waiting: int
    first: int | None


def hold(connection: Connection, team_id: str, requester: str) -> None:
    """Have whatever else this person asks for meanwhile wait until this transaction ends."""
    locks.hold_one_of(connection, locks.ASKING, zlib.crc32(f"{team_id} {requester}".encode()))


def by(connection: Connection, asker: Asker, since: int, limits: Limits) -> Asked:
    """Return what somebody has asked for, where an hour began ``since`` that moment."""
    [(waiting, first)] = _ASKED.run(
        connection,
        team=asker.team_id,
        who=asker.requester,
        kind=asker.kind.value,
        since=since,
        most=limits.pending_at_most,
        before=limits.asks_an_hour - 1,
    )
    return Asked(waiting, first)


def _of(table: sa.Table) -> sa.ColumnElement[bool]:
    return (table.c.team_id == _TEAM) & (table.c.requester == _WHO)


def _waiting() -> "sa.Select[int]":
    """Count what is undecided; no further than it matters.

    No index is chosen by the kind: SQLite would plan the statement anew for each.
    """
    undecided = is_undecided(_REQUESTS.c.state, _REQUESTS.c.counted_at)
    alike = unindexed(_REQUESTS.c.kind == _KIND)
    alone = sa.select(_REQUESTS.c.requester).where(_of(_REQUESTS), undecided, alike)
    waits = written(_BATCHES.c.state, *UNDECIDED_BATCH)
    counts = unindexed(sa.literal(Kind.ONBOARD.value) == _KIND)
    together = sa.select(_BATCHES.c.requester).where(_of(_BATCHES), waits, counts)
    every = sa.union_all(alone, together).limit(_MOST).subquery()
    return sa.select(sa.func.count()).select_from(every)


def _first() -> "sa.Select[int]":
    """Find the ask that is as many back as an hour may have."""
    at = _REQUESTS.c.counted_at
    alone = sa.select(at.label("at")).where(_of(_REQUESTS), at.is_not(None), at > _SINCE)
    together = sa.select(_BATCHES.c.created_at).where(_of(_BATCHES), _BATCHES.c.created_at > _SINCE)
    every = sa.union_all(alone, together).subquery()
    return sa.select(every.c.at).order_by(every.c.at.desc()).limit(1).offset(_BEFORE)


STATEMENT: Final = sa.select(_waiting().scalar_subquery(), _first().scalar_subquery())
_ASKED = Prepared(always(STATEMENT))
