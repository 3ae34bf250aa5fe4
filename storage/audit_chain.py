"""The chain of the audit trail: sealed as the last thing before a commit, and read in order.

``keep`` has an engine seal whatever facts a transaction recorded when it commits. Sealing last
keeps the one lock that all writers share for as short as it can be, and nobody who holds it waits
for anything else. On SQLite the write lock is that lock already.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, RowMapping

from storage import locks
from storage.links import BEGINNING, FIELDS, Key, Place, seal
from storage.models import METADATA
from storage.statements import Plain, Prepared, always

_EVENTS = METADATA.tables["auditevent"]
_LINKS = METADATA.tables["auditlink"]
_LAST = (
    sa.select(_LINKS.c.position, _LINKS.c.seq, _LINKS.c.hash, _LINKS.c.key_id)
    .order_by(_LINKS.c.position.desc())
    .limit(1)
)
_END = Prepared(always(_LAST))
_NEAR = Prepared(
    always(
        sa.select(*(_EVENTS.c[name] for name in FIELDS))
        .where(_EVENTS.c.seq.between(sa.bindparam("first"), sa.bindparam("last")))
        .order_by(_EVENTS.c.seq)
    )
)
_LINK = Prepared(always(sa.insert(_LINKS)))

_UNSEALED = "aboard.unsealed"
_AT_ONCE = 1_000


class KeyMissingError(Exception):
    """The end of the trail is sealed with a key, and none was given: nothing is added to it.

    A link without a key after one with a key is what somebody without the key would make: the
    trail, which nobody mends, would count as changed from there on.
    """

    def __init__(self, key_id: str) -> None:
        """Name the key by its id."""
        super().__init__(
            f"The audit trail is sealed with key {key_id}: "
            "without AUDIT_HMAC_KEY nothing may be added to it."
        )


def keep(engine: Engine, key: Key | None = None) -> None:
    """Have every commit of ``engine`` seal the facts that its transaction recorded.

    A commit raises ``KeyMissingError`` without ``key`` where the end is sealed with one.
    """
    event.listen(engine, "commit", partial(_seal, key=key))
    event.listen(engine, "rollback", _drop)


def note(connection: Connection, seq: int) -> None:
    """Remember that the event ``seq`` is to be sealed when the transaction commits."""
    connection.info.setdefault(_UNSEALED, set()).add(seq)


def lock(connection: Connection) -> None:
    """Wait until nobody else seals; nobody does before this transaction ends."""
    locks.hold(connection, locks.SEALING)


def head(connection: Connection) -> Place | None:
    """Return the last place of the chain; None where nothing was ever sealed."""
    row = connection.execute(_LAST).first()
    return Place(row.position, row.seq, row.hash) if row else None


def hash_at(connection: Connection, position: int) -> str | None:
    """Return the hash of the link at ``position``; None where the chain is shorter."""
    here = sa.select(_LINKS.c.hash).where(_LINKS.c.position == position)
    return connection.execute(here).scalar()


def may_seal(connection: Connection, key: Key | None) -> None:
    """Raise ``KeyMissingError`` where nothing may be sealed with ``key``."""
    last = connection.execute(_LAST).first()
    _as_sealed(last.key_id if last else "", key)


def _as_sealed(key_id: str, key: Key | None) -> None:
    if key_id and key is None:
        raise KeyMissingError(key_id)


def walk(connection: Connection) -> Iterator[Sequence[RowMapping]]:
    """Yield the links in order, each with its event, some at a time; no event is all None."""
    joined = _LINKS.outerjoin(_EVENTS, _LINKS.c.seq == _EVENTS.c.seq)
    columns = [
        _LINKS.c.position,
        _LINKS.c.key_id,
        _LINKS.c.hash,
        _LINKS.c.seq.label("sealed_seq"),
        *_EVENTS.c,
    ]
    after, wanted = -1, sa.select(*columns).select_from(joined).order_by(_LINKS.c.position)
    while True:
        some = wanted.where(_LINKS.c.position > after).limit(_AT_ONCE)
        rows = connection.execute(some).mappings().all()
        if not rows:
            return
        yield rows
        after = int(rows[-1]["position"])


def first_unsealed(connection: Connection) -> int | None:
    """Return the first event that no link seals: nobody who adds events here leaves one."""
    sealed = sa.exists().where(_LINKS.c.seq == _EVENTS.c.seq)
    return connection.execute(sa.select(sa.func.min(_EVENTS.c.seq)).where(~sealed)).scalar()


def _drop(connection: Connection) -> None:
    """Forget what is taken back; a connection that was lost has forgotten it already."""
    if not connection.invalidated:
        connection.info.pop(_UNSEALED, None)


def _seal(connection: Connection, key: Key | None) -> None:
    """Seal what the transaction recorded; what a savepoint took back is no longer there."""
    waiting: set[int] = connection.info.pop(_UNSEALED, set())
    if not waiting:
        return
    lock(connection)
    _LINK.run_many(connection, _links(connection, waiting, key))


def _links(connection: Connection, waiting: set[int], key: Key | None) -> list[dict[str, Plain]]:
    """Return the rows that seal ``waiting`` behind the end of the chain; there must be a lock."""
    ends, made = _END.run(connection), list[dict[str, Plain]]()
    position, _, before, key_id = ends[0] if ends else (0, 0, BEGINNING, "")
    _as_sealed(key_id, key)
    for row in _NEAR.run(connection, first=min(waiting), last=max(waiting)):
        fact = dict(zip(FIELDS, row, strict=True))
        if fact["seq"] not in waiting:
            continue
        position += 1
        before = seal(before, position, fact, key)
        link = {"position": position, "seq": fact["seq"], "hash": before}
        made.append(link | {"key_id": key.id if key else ""})
    return made
