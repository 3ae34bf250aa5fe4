"""The outbox: which Slack messages show a request, and what of it they already show.

A message is outdated while ``shown < wanted``. Several facts before the next drawing become one
drawing; a lost one is drawn again. Who delivers takes the row for a while by moving ``next_at``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.models import METADATA, Message
from storage.statements import Insert, inserting

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


def want(connection: Connection, place: Place, *, wanted: int, shown: int = 0) -> None:
    """Ask for a message at ``place``; one that was posted there is posted anew."""
    connection.execute(_WANTED(connection), _row(place, wanted, shown))


def _anew(statement: Insert) -> Insert:
    again = {"ts": None, "wanted": statement.excluded.wanted, "next_at": 0}
    keys = ["request_number", "kind", "channel"]
    return statement.on_conflict_do_update(index_elements=keys, set_=again)


_WANTED = inserting(_MESSAGES, _anew)


def _row(place: Place, wanted: int, shown: int) -> dict[str, object]:
    return asdict(place) | {"wanted": wanted, "shown": shown, "tries": 0, "next_at": 0}


def due(
    connection: Connection, now: int, limit: int, besides: Collection[str] = ()
) -> Sequence[Message]:
    """Return the most urgent outdated message of each channel whose time has come.

    ``besides`` names channels to leave out, so that they take no place from others.
    """
    kinds = sa.case({"answer": 0, "card": 1, "outcome": 2}, value=_MESSAGES.c.kind, else_=3)
    order = (kinds, _MESSAGES.c.next_at, _MESSAGES.c.id)
    place = sa.func.row_number().over(partition_by=_MESSAGES.c.channel, order_by=order)
    outdated = (_MESSAGES.c.shown < _MESSAGES.c.wanted) & (_MESSAGES.c.next_at <= now)
    wanted = outdated & _MESSAGES.c.channel.not_in(sorted(besides))
    ranked = sa.select(_MESSAGES, place.label("place")).where(wanted).subquery()
    columns = [ranked.c[column.name] for column in _MESSAGES.c]
    rows = connection.execute(
        sa.select(*columns).where(ranked.c.place == 1).order_by(ranked.c.next_at).limit(limit)
    )
    return [Message(**row) for row in rows.mappings()]


def release(connection: Connection, number: int, kind: str, wanted: int) -> None:
    """Have messages of one kind shown for which a place was kept until this moment."""
    mine = (_MESSAGES.c.request_number == number) & (_MESSAGES.c.kind == kind)
    kept = sa.update(_MESSAGES).where(mine, _MESSAGES.c.shown == 0, _MESSAGES.c.wanted == 0)
    connection.execute(kept.values(wanted=wanted))


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
    rows = connection.execute(sa.select(_MESSAGES).where(mine).order_by(_MESSAGES.c.id))
    return [Message(**row) for row in rows.mappings()]


def waiting(connection: Connection) -> int:
    """Return how many messages are outdated now."""
    outdated = sa.select(sa.func.count()).where(_MESSAGES.c.shown < _MESSAGES.c.wanted)
    return int(connection.execute(outdated).scalar_one())
