"""What is due at a moment: rows that any process may act on, each turn of them once.

A process takes an alarm by moving ``due_at``, so that nobody else looks at it for a while, and ends
the turn in the transaction of its effect: of two who took it, after a long sleep say, one is told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from storage.due_models import Alarm
from storage.entities import all_of, one_of
from storage.models import METADATA, Request

_ALARMS = METADATA.tables["alarm"]
_REQUESTS = METADATA.tables["request"]


@dataclass(frozen=True, slots=True)
class Due:
    """What is due at ``at``, reckoned from ``began_at`` (both microseconds); see ``Alarm``."""

    number: int
    kind: str
    at: int
    began_at: int
    detail: str = ""


def set_anew(connection: Connection, what: Due) -> None:
    """Set an alarm; a request has one of a kind, and where it is set already it begins again."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {"due_at": what.at, "began_at": what.began_at, "turn": 0, "detail": what.detail}
    statement = insert(_ALARMS).values(request_number=what.number, kind=what.kind, **values)
    keys = ["request_number", "kind"]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))


def due(connection: Connection, now: int, limit: int) -> Sequence[Alarm]:
    """Return the alarms whose time has come, the oldest first."""
    return all_of(
        connection,
        sa.select(_ALARMS)
        .where(_ALARMS.c.due_at <= now)
        .order_by(_ALARMS.c.due_at, _ALARMS.c.id)
        .limit(limit),
        Alarm,
    )


def take(connection: Connection, alarm: Alarm, until: int) -> bool:
    """Have nobody else look at an alarm before ``until``; False where it changed since it was read.

    Whoever takes it may end this turn of it later, also after ``until``: one does.
    """
    seen = _is(alarm) & (_ALARMS.c.due_at == alarm.due_at)
    taken = sa.update(_ALARMS).where(seen).values(due_at=until)
    return connection.execute(taken).rowcount == 1


def turn(connection: Connection, alarm: Alarm, due_at: int, to: int | None = None) -> bool:
    """End this turn of an alarm and set the next, or turn ``to`` where some were missed.

    Returns False where somebody else ended it.
    """
    following = alarm.turn + 1 if to is None else to
    ended = sa.update(_ALARMS).where(_is(alarm)).values(due_at=due_at, turn=following)
    return connection.execute(ended).rowcount == 1


def put_off(connection: Connection, alarm: Alarm, due_at: int) -> bool:
    """Have this turn of an alarm looked at again later; False where somebody else ended it."""
    later = sa.update(_ALARMS).where(_is(alarm)).values(due_at=due_at)
    return connection.execute(later).rowcount == 1


def hasten(connection: Connection, number: int, kind: str, now: int) -> None:
    """Have the alarm of this kind of a request, where it has one, looked at at once."""
    mine = (_ALARMS.c.request_number == number) & (_ALARMS.c.kind == kind)
    connection.execute(sa.update(_ALARMS).where(mine, _ALARMS.c.due_at > now).values(due_at=now))


def drop(connection: Connection, alarm: Alarm) -> bool:
    """End an alarm with its last turn; False where somebody else ended this turn."""
    return connection.execute(sa.delete(_ALARMS).where(_is(alarm))).rowcount == 1


def _is(alarm: Alarm) -> sa.ColumnElement[bool]:
    same = (_ALARMS.c.turn == alarm.turn) & (_ALARMS.c.began_at == alarm.began_at)
    return same & (_ALARMS.c.id == alarm.id)


def of_request(connection: Connection, number: int, kind: str) -> Alarm | None:
    """Return the alarm of this kind of a request."""
    mine = (_ALARMS.c.request_number == number) & (_ALARMS.c.kind == kind)
    return one_of(connection, sa.select(_ALARMS).where(mine), Alarm)


def drop_of(connection: Connection, number: int, kinds: Collection[str]) -> None:
    """Drop the alarms of these kinds of a request."""
    mine = (_ALARMS.c.request_number == number) & _ALARMS.c.kind.in_(kinds)
    connection.execute(sa.delete(_ALARMS).where(mine))


def ending(connection: Connection, team_id: str, subject: str) -> Request | None:
    """Return the request whose end stands for a person: there is at most one."""
    return endings(connection, team_id, [subject]).get(subject)


def endings(connection: Connection, team_id: str, subjects: Collection[str]) -> dict[str, Request]:
    """Return the request whose end stands for each of these people, where there is one."""
    about = (_REQUESTS.c.team_id == team_id) & _REQUESTS.c.subject.in_(subjects)
    standing = (
        sa.select(_REQUESTS)
        .join(_ALARMS, _ALARMS.c.request_number == _REQUESTS.c.number)
        .where(about, _ALARMS.c.kind == "end")
        .order_by(_REQUESTS.c.number)
    )
    return {one.subject: one for one in all_of(connection, standing, Request)}
