"""Somebody with all rights on the database changes the audit trail, in each of seven ways.

They know how the chain is made, and mend what they can of it; the key, where there is one, they do
not have. Each way returns the number of the first event that is no longer as it was.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage import audit, migrate
from storage.audit import Fact
from storage.engine import create_engine
from storage.links import BEGINNING, Key, seal
from storage.models import METADATA
from workflow.audit_signing import Anchor

EVENTS, LINKS = METADATA.tables["auditevent"], METADATA.tables["auditlink"]
LENGTH, BETWEEN_ANCHORS = 24, 6
NOW = 1_800_000_000_000_000
_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
_WORDS = ("code", "actor", "vendor", "outcome", "rule", "plan_digest", "policy_digest", "detail")

Way = Callable[[Connection, Random], int]


@dataclass(frozen=True)
class Trail:
    """A trail whose owner's guards are gone, and what was anchored while it was whole."""

    engine: Engine
    anchors: tuple[Anchor, ...]

    @contextmanager
    def changed(self, way: Way, random: Random) -> Iterator[tuple[Connection, int]]:
        """Yield the trail after somebody changed it; afterwards it is as it was."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection, way(connection, random)
            connection.rollback()


@contextmanager
def trail(url: str, key: Key | None = None) -> Iterator[Trail]:
    """Make a trail of ``LENGTH`` events in a new SQLite file, and yield it without its guards."""
    made = create_engine(url, key)
    migrate.upgrade(made)
    for number in range(1, LENGTH + 1):
        with made.begin() as connection:
            audit.record(connection, Fact("EXP001I", NOW + number, f"U{number:08}", detail="all"))
    made.dispose()
    bare = sa.create_engine(url)
    with bare.begin() as connection:
        for name in connection.scalars(sa.text(_TRIGGERS)).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        query = sa.select(LINKS).order_by(LINKS.c.position)
        places = connection.execute(query).all()
    held = [one for one in places if one.position % BETWEEN_ANCHORS == 0]
    yield Trail(bare, tuple(Anchor(one.position, one.seq, one.hash, "then") for one in held))
    bare.dispose()


def _edit(connection: Connection, random: Random) -> int:
    seq, name = random.randint(1, LENGTH), random.choice(_WORDS)
    values = {name: f"forged-{random.randrange(10**9)}"}
    connection.execute(sa.update(EVENTS).where(EVENTS.c.seq == seq).values(values))
    return seq


def _clock(connection: Connection, random: Random) -> int:
    seq, by = random.randint(1, LENGTH), random.choice((-1, 1)) * random.randint(1, 10**12)
    touched = EVENTS.c.seq == seq if random.random() < 0.5 else EVENTS.c.seq >= seq
    connection.execute(sa.update(EVENTS).where(touched).values(at=EVENTS.c.at + by))
    return seq


def _delete(connection: Connection, random: Random) -> int:
    """Take an event out, with its link or without, and perhaps close the gap."""
    seq = random.randint(1, LENGTH - 1)
    connection.execute(sa.delete(EVENTS).where(EVENTS.c.seq == seq))
    if random.random() < 0.3:
        return seq
    connection.execute(sa.delete(LINKS).where(LINKS.c.seq == seq))
    if random.random() < 0.5:
        return seq
    _shift(connection, LINKS.c.position, seq, -1)
    return seq + 1


def _insert(connection: Connection, random: Random) -> int:
    """Put a forged event between two others, or at the end where no link could be made."""
    seq = random.randint(1, LENGTH)
    if random.random() < 0.3:
        _add(connection, LENGTH + 1)
        return LENGTH + 1
    for column in (EVENTS.c.seq, LINKS.c.seq, LINKS.c.position):
        _shift(connection, column, seq - 1, +1)
    _add(connection, seq)
    before = _hash_at(connection, seq - 1)
    forged = seal(before, seq, _event(connection, seq), None)
    connection.execute(sa.insert(LINKS).values(position=seq, seq=seq, key_id="", hash=forged))
    return _after_an_anchor(seq) if seq % BETWEEN_ANCHORS == 0 else seq + 1


def _swap(connection: Connection, random: Random) -> int:
    first, second = sorted(random.sample(range(1, LENGTH + 1), 2))
    one, other = _event(connection, first), _event(connection, second)
    for seq, values in ((first, other), (second, one)):
        changed = {name: value for name, value in values.items() if name != "seq"}
        connection.execute(sa.update(EVENTS).where(EVENTS.c.seq == seq).values(changed))
    return first


def _truncate(connection: Connection, random: Random) -> int:
    kept = random.randint(0, LENGTH - 1)
    connection.execute(sa.delete(LINKS).where(LINKS.c.seq > kept))
    connection.execute(sa.delete(EVENTS).where(EVENTS.c.seq > kept))
    return kept + 1


def _rewrite(connection: Connection, random: Random) -> int:
    """Change an event and make every link from there on anew."""
    seq = _edit(connection, random)
    before = _hash_at(connection, seq - 1)
    for position in range(seq, LENGTH + 1):
        before = seal(before, position, _event(connection, position), None)
        mine = sa.update(LINKS).where(LINKS.c.position == position)
        connection.execute(mine.values(hash=before, key_id=""))
    return _after_an_anchor(seq)


def _after_an_anchor(seq: int) -> int:
    """Return the first event after the last anchor before ``seq``.

    Links that were made as they have to be show at the next anchor only: since the one before it,
    nothing is sure.
    """
    return (seq - 1) // BETWEEN_ANCHORS * BETWEEN_ANCHORS + 1


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "edit": _edit,
        "delete": _delete,
        "insert": _insert,
        "swap": _swap,
        "truncate": _truncate,
        "rewrite": _rewrite,
        "clock": _clock,
    }
)
"""Seven kinds of tampering."""

ONLY_ANCHORS_SHOW = frozenset({"truncate", "rewrite"})
"""The kinds that leave a chain without a key whole."""


def _shift(connection: Connection, column: sa.Column[int], after: int, by: int) -> None:
    """Add ``by`` to every number after one, without two being equal in between."""
    table = column.table
    assert isinstance(table, sa.Table)
    connection.execute(sa.update(table).where(column > after).values({column: -(column + by)}))
    connection.execute(sa.update(table).where(column < 0).values({column: -column}))


def _add(connection: Connection, seq: int) -> None:
    said = {"code": "EXP001I", "at": NOW + seq, "actor": "U0EVE", "outcome": "ok", "detail": ""}
    connection.execute(sa.insert(EVENTS).values(seq=seq, **said))


def _event(connection: Connection, seq: int) -> dict[str, str | int | None]:
    row = connection.execute(sa.select(EVENTS).where(EVENTS.c.seq == seq)).mappings().one()
    return dict(row)


def _hash_at(connection: Connection, position: int) -> str:
    query = sa.select(LINKS.c.hash).where(LINKS.c.position == position)
    return str(connection.execute(query).scalar() or BEGINNING)
