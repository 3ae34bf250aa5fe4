"""Anchors of the audit chain: taken once for a place, then written down elsewhere."""

from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.audit_models import AuditAnchor
from storage.entities import all_of, one_of
from storage.models import METADATA

_ANCHORS = METADATA.tables["auditanchor"]


class Sink(StrEnum):
    """Where an anchor goes: the column that says when it got there."""

    FILE = "filed_at"
    SLACK = "posted_at"


def last(connection: Connection) -> AuditAnchor | None:
    """Return the last anchor that was taken."""
    query = sa.select(_ANCHORS).order_by(_ANCHORS.c.position.desc()).limit(1)
    return one_of(connection, query, AuditAnchor)


def insert(connection: Connection, position: int, at: int, line: str) -> None:
    """Keep the anchor ``line`` of a place, to be written down elsewhere."""
    values = {"position": position, "at": at, "line": line}
    connection.execute(sa.insert(_ANCHORS).values(values))


def waiting(connection: Connection, sink: Sink, limit: int) -> Sequence[AuditAnchor]:
    """Return the anchors that have not got to ``sink`` yet, oldest first."""
    query = sa.select(_ANCHORS).where(_ANCHORS.c[sink.value].is_(None))
    return all_of(connection, query.order_by(_ANCHORS.c.position).limit(limit), AuditAnchor)


def arrived(connection: Connection, sink: Sink, position: int, at: int) -> None:
    """Note that an anchor got to ``sink`` at the moment ``at``."""
    mine = sa.update(_ANCHORS).where(_ANCHORS.c.position == position)
    connection.execute(mine.values({sink.value: at}))


def lines(connection: Connection) -> Sequence[str]:
    """Return every anchor as it left, oldest first."""
    return list(connection.scalars(sa.select(_ANCHORS.c.line).order_by(_ANCHORS.c.position)))


def oldest_nowhere(connection: Connection) -> int | None:
    """Return the position of the oldest anchor that has got nowhere yet; None where all have.

    They leave in order, so those after the last one that arrived are looked at, and no others.
    """
    newest_first = _ANCHORS.c.position.desc()
    nowhere = sa.and_(*(_ANCHORS.c[sink.value].is_(None) for sink in Sink))
    last = sa.select(_ANCHORS.c.position).where(~nowhere).order_by(newest_first).limit(1)
    behind = _ANCHORS.c.position > sa.func.coalesce(last.scalar_subquery(), 0)
    first = sa.select(sa.func.min(_ANCHORS.c.position)).where(behind)
    position: int | None = connection.scalar(first)
    return position


def has_arrived(connection: Connection, sink: Sink) -> bool:
    """Tell whether any anchor ever got to ``sink``."""
    there = sa.select(_ANCHORS.c.position).where(_ANCHORS.c[sink.value].is_not(None))
    return connection.execute(there.limit(1)).first() is not None
