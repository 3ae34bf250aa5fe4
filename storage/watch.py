"""What an operator watches: how far Aboard is behind, and what happened since the last look.

Every query here reads a few rows by an index, however large the tables are: they run at each look
of Prometheus and of a load balancer.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.conditions import is_overdue
from storage.models import METADATA

_EVENTS = METADATA.tables["auditevent"]
_MESSAGES = METADATA.tables["message"]
_BATCHES = METADATA.tables["batch"]
_BATCH_MESSAGES = METADATA.tables["batchmessage"]
_REQUESTS = METADATA.tables["request"]
_ALARMS = METADATA.tables["alarm"]
_ANCHORS = METADATA.tables["auditanchor"]


@dataclass(frozen=True, slots=True)
class Seen:
    """An audit event, without anybody who acted."""

    seq: int
    code: str
    vendor: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is not shown in Slack yet; moments in microseconds since the epoch, UTC.

    ``since`` is the oldest fact that a message does not show; ``due_since`` leaves out what was put
    off since Slack refused it. Both are None where nothing waits.
    """

    messages: int
    since: int | None
    due_since: int | None


def facts_after(connection: Connection, seq: int, limit: int) -> Sequence[Seen]:
    """Return the audit events after number ``seq``, oldest first."""
    columns = (_EVENTS.c.seq, _EVENTS.c.code, _EVENTS.c.vendor, _EVENTS.c.outcome)
    later = sa.select(*columns).where(_EVENTS.c.seq > seq).order_by(_EVENTS.c.seq).limit(limit)
    return [Seen(*row) for row in connection.execute(later)]


def newest_fact(connection: Connection) -> tuple[int, int] | None:
    """Return number and moment of the newest audit event; None where there is none."""
    newest = sa.select(_EVENTS.c.seq, _EVENTS.c.at).order_by(_EVENTS.c.seq.desc()).limit(1)
    row = connection.execute(newest).first()
    return (int(row.seq), int(row.at)) if row else None


def anchored_at(connection: Connection) -> int | None:
    """Return when the end of the audit trail was last anchored; None where it never was."""
    newest = sa.select(_ANCHORS.c.at).order_by(_ANCHORS.c.position.desc()).limit(1)
    at: int | None = connection.execute(newest).scalar()
    return at


def backlog(connection: Connection, now: int) -> Backlog:
    """Return what waits to be shown at the moment ``now``, of requests and of batches."""
    both = _of_requests(connection, now), _of_batches(connection, now)
    since = [one.since for one in both if one.since is not None]
    due = [one.due_since for one in both if one.due_since is not None]
    messages = sum(one.messages for one in both)
    return Backlog(messages, min(since, default=None), min(due, default=None))


def _of_requests(connection: Connection, now: int) -> Backlog:
    told = sa.func.coalesce(_EVENTS.c.at, _MESSAGES.c.next_at)
    due = sa.case((_MESSAGES.c.next_at > told, _MESSAGES.c.next_at), else_=told)
    due_now = sa.case((_MESSAGES.c.next_at <= now, due))
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.min(told), sa.func.min(due_now))
        .select_from(_MESSAGES.outerjoin(_EVENTS, _EVENTS.c.seq == _MESSAGES.c.wanted))
        .where(_MESSAGES.c.shown < _MESSAGES.c.wanted)
    ).one()
    return Backlog(int(row[0]), row[1], row[2])


def _of_batches(connection: Connection, now: int) -> Backlog:
    """Return what was never posted or has been refused; the others are looked at now and then.

    A card waits since it was asked with it, a result since the end; of what was refused later,
    nothing but the next try is known.
    """
    shown = _BATCH_MESSAGES.c
    began = sa.case(
        (shown.kind == "result", _BATCHES.c.ended_at),
        (shown.kind == "answer", _BATCHES.c.created_at),
        else_=_BATCHES.c.asked_at,
    )
    told = sa.case((shown.ts.is_(None), began), else_=shown.next_at)
    due = sa.case((shown.next_at > told, shown.next_at), else_=told)
    due_now = sa.case((shown.next_at <= now, due))
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.min(told), sa.func.min(due_now))
        .select_from(_BATCH_MESSAGES.join(_BATCHES))
        .where(shown.is_final.is_(False), shown.ts.is_(None) | (shown.tries > 0))
    ).one()
    return Backlog(int(row[0]), row[1], row[2])


def overdue_since(connection: Connection) -> int | None:
    """Return since when the oldest offboarding should be done that people were told of; or None."""
    began = sa.select(sa.func.min(_ALARMS.c.began_at)).where(
        is_overdue(_ALARMS.c.kind), _ALARMS.c.turn > 0
    )
    oldest: int | None = connection.execute(began).scalar()
    return oldest


def requests_by_state(connection: Connection, states: Collection[str]) -> Mapping[str, int]:
    """Return how many requests stand in each of ``states``."""
    state = _REQUESTS.c.state
    counted = sa.select(state, sa.func.count()).where(state.in_(states)).group_by(state)
    found = {str(name): int(number) for name, number in connection.execute(counted)}
    return {name: found.get(name, 0) for name in states}
