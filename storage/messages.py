"""The outbox: which Slack messages show a request, and what of it they already show.

A message is outdated while ``shown < wanted``. Several facts before the next drawing become one
drawing; a lost one is drawn again. Who delivers takes the row for a while by moving ``next_at``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.due_models import Message
from storage.entities import all_of
from storage.models import METADATA
from storage.statements import Insert, Prepared, always, inserting

_MESSAGES = METADATA.tables["message"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message of some kind shows a request; there is one of each."""

    request_number: int
    kind: str
    channel: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a message looked like when it was read."""

    key: int
    next_at: int
    shown: int


_RELEASED = Prepared(
    always(
        sa.update(_MESSAGES)
        .where(
            _MESSAGES.c.request_number == sa.bindparam("about"),
            _MESSAGES.c.kind == sa.bindparam("of_kind"),
            _MESSAGES.c.shown == 0,
            _MESSAGES.c.wanted == 0,
        )
        .values(wanted=sa.bindparam("seq"))
    )
)


def want(connection: Connection, place: Place, *, wanted: int, shown: int = 0) -> None:
    """Ask for a message at ``place``; one that was posted there is posted anew."""
    _WANTED.run(
        connection, request_number=place.request_number, kind=place.kind, channel=place.channel,
        wanted=wanted, shown=shown, tries=0, next_at=0,
    )  # fmt: skip


def _anew(statement: Insert) -> Insert:
    again = {"ts": None, "wanted": statement.excluded.wanted, "next_at": 0}
    keys = ["request_number", "kind", "channel"]
    return statement.on_conflict_do_update(index_elements=keys, set_=again)


_WANTED = Prepared(inserting(_MESSAGES, _anew))


def due(
    connection: Connection, now: int, limit: int, besides: Collection[str] = ()
) -> Sequence[Message]:
    """Return the most urgent outdated message of each channel whose time has come.

    ``besides`` names channels to leave out, so that they take no place from others.
    """
    return all_of(connection, _DUE, Message, now=now, most=limit, besides=sorted(besides))


def _first_of_each() -> sa.Select[Any]:
    kinds = sa.case({"answer": 0, "card": 1, "outcome": 2}, value=_MESSAGES.c.kind, else_=3)
    order = (kinds, _MESSAGES.c.next_at, _MESSAGES.c.id)
    place = sa.func.row_number().over(partition_by=_MESSAGES.c.channel, order_by=order)
    time_has_come = _MESSAGES.c.next_at <= sa.bindparam("now")
    outdated = (_MESSAGES.c.shown < _MESSAGES.c.wanted) & time_has_come
    wanted = outdated & _MESSAGES.c.channel.not_in(sa.bindparam("besides", expanding=True))
    ranked = sa.select(_MESSAGES, place.label("place")).where(wanted).subquery()
    columns = [ranked.c[column.name] for column in _MESSAGES.c]
    first = sa.select(*columns).where(ranked.c.place == 1).order_by(ranked.c.next_at)
    return first.limit(sa.bindparam("most"))


_DUE = _first_of_each()


def release(connection: Connection, number: int, kind: str, wanted: int) -> None:
    """Have messages of one kind shown for which a place was kept until this moment."""
    _RELEASED.run(connection, about=number, of_kind=kind, seq=wanted)


def take(connection: Connection, seen: Seen, until: int) -> bool:
    """Reserve a message until ``until``; False where it changed since it was ``seen``.

    Compares what it shows as well: another process may have delivered it in between.
    """
    same = (_MESSAGES.c.next_at == seen.next_at) & (_MESSAGES.c.shown == seen.shown)
    mine = sa.update(_MESSAGES).where(_MESSAGES.c.id == seen.key, same)
    return connection.execute(mine.values(next_at=until)).rowcount == 1


def settle(connection: Connection, key: int, values: Mapping[str, object]) -> None:
    """Write how a delivery ended."""
    connection.execute(sa.update(_MESSAGES).where(_MESSAGES.c.id == key).values(**values))


def of_request(connection: Connection, number: int, kind: str) -> Sequence[Message]:
    """Return the messages of one kind that show a request, oldest first."""
    mine = (_MESSAGES.c.request_number == number) & (_MESSAGES.c.kind == kind)
    return all_of(connection, sa.select(_MESSAGES).where(mine).order_by(_MESSAGES.c.id), Message)


def waiting(connection: Connection) -> int:
    """Return how many messages are outdated now."""
    outdated = sa.select(sa.func.count()).where(_MESSAGES.c.shown < _MESSAGES.c.wanted)
    return int(connection.execute(outdated).scalar_one())
