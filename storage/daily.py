"""Who gets a daily digest and when: rows that any process may act on, each digest once.

Whoever sends one takes its row for a while by moving ``next_at``, and sets the next digest when it
was sent: a process that died in between leaves it to another one.
"""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from storage.daily_model import DailyReader
from storage.entities import all_of
from storage.models import METADATA

_READERS = METADATA.tables["dailyreader"]


def plan(connection: Connection, team_id: str, places: Mapping[str, int], now: int) -> None:
    """Have ``places`` get their next digest at the given moments; one that is due now stays so."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    waits = (_READERS.c.due_at > now) & (_READERS.c.next_at == _READERS.c.due_at)
    for place, at in sorted(places.items()):
        when = {"due_at": at, "next_at": at}
        row = insert(_READERS).values(team_id=team_id, place=place, tries=0, **when)
        keys = ["team_id", "place"]
        connection.execute(row.on_conflict_do_update(index_elements=keys, set_=when, where=waits))


def places_of(connection: Connection, team_id: str) -> frozenset[str]:
    """Return who gets a digest."""
    mine = sa.select(_READERS.c.place).where(_READERS.c.team_id == team_id)
    return frozenset(connection.scalars(mine))


def drop(connection: Connection, team_id: str, places: Collection[str]) -> None:
    """Have ``places`` get no digest any more."""
    mine = (_READERS.c.team_id == team_id) & _READERS.c.place.in_(places)
    connection.execute(sa.delete(_READERS).where(mine))


def due(connection: Connection, team_id: str, now: int, limit: int) -> Sequence[DailyReader]:
    """Return whose digest should come now, the oldest first."""
    return all_of(
        connection,
        sa.select(_READERS)
        .where(_READERS.c.next_at <= now, _READERS.c.team_id == team_id)
        .order_by(_READERS.c.next_at, _READERS.c.id)
        .limit(limit),
        DailyReader,
    )


def take(connection: Connection, reader: DailyReader, until: int) -> bool:
    """Have nobody else send this digest before ``until``; False where somebody else does."""
    return _changed(connection, reader, {"next_at": until}, reader.next_at)


def settle(connection: Connection, reader: DailyReader, taken_at: int, due_at: int) -> bool:
    """Set the next digest; False where somebody else did, who took it after ``taken_at``."""
    values = {"due_at": due_at, "next_at": due_at, "tries": 0}
    return _changed(connection, reader, values, taken_at)


def put_off(connection: Connection, reader: DailyReader, taken_at: int, at: int) -> bool:
    """Have a digest that failed sent later; False as ``settle`` says."""
    return _changed(connection, reader, {"next_at": at, "tries": reader.tries + 1}, taken_at)


def _changed(
    connection: Connection, reader: DailyReader, values: Mapping[str, int], next_at: int
) -> bool:
    same = (_READERS.c.due_at == reader.due_at) & (_READERS.c.next_at == next_at)
    mine = sa.update(_READERS).where(_READERS.c.id == reader.id, same)
    return connection.execute(mine.values(values)).rowcount == 1
