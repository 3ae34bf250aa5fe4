"""Batches, their rows, decisions and messages: reads, and moves that are compare-and-set."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from rules.states import OPEN, RequestState, StepState
from storage.batch_models import Batch, BatchDecision, BatchMessage, BatchRow
from storage.entities import all_of, one_of
from storage.models import METADATA
from storage.requests import Row
from storage.statements import Prepared, always

_BATCHES = METADATA.tables["batch"]
_ROWS = METADATA.tables["batchrow"]
_DECISIONS = METADATA.tables["batchdecision"]
_MESSAGES = METADATA.tables["batchmessage"]
_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]

_STATE = Prepared(
    always(sa.select(_BATCHES.c.state).where(_BATCHES.c.number == sa.bindparam("about")))
)

ALIVE = ("received", "reading", "pending", "decided")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a batch that waits for its decision, as far as a ruling needs it."""

    number: int
    subject: str
    email: str | None
    terms: str
    plan_digest: str | None


def vendors_to_wake(connection: Connection, number: int) -> Sequence[str]:
    """Return the vendors at which some approved request of a batch has not been seen to."""
    mine = _STEPS.join(_REQUESTS, _REQUESTS.c.number == _STEPS.c.request_number)
    query = sa.select(_STEPS.c.vendor).distinct().select_from(mine)
    begun = _REQUESTS.c.state.in_([RequestState.APPROVED.value, RequestState.RUNNING.value])
    waits = (_REQUESTS.c.batch == number) & begun & (_STEPS.c.state == StepState.WAITING.value)
    return list(connection.scalars(query.where(waits)))


def insert(connection: Connection, values: Row) -> int:
    """Insert a batch and return its number."""
    inserted = connection.execute(sa.insert(_BATCHES).values(dict(values)))
    return int((inserted.inserted_primary_key or (0,))[0])


def by_number(connection: Connection, number: int) -> Batch | None:
    """Return the batch of this number."""
    return _one(connection, sa.select(_BATCHES).where(_BATCHES.c.number == number))


def by_ref(connection: Connection, ref: str) -> Batch | None:
    """Return the batch that a button names."""
    return _one(connection, sa.select(_BATCHES).where(_BATCHES.c.ref == ref))


def lock(connection: Connection, ref: str) -> Batch | None:
    """Return the batch that a button names, held against other writers until the end."""
    return _one(connection, sa.select(_BATCHES).where(_BATCHES.c.ref == ref).with_for_update())


def _one(connection: Connection, query: "sa.Select[tuple[object, ...]]") -> Batch | None:
    return one_of(connection, query, Batch)


def number_of(batch: Batch) -> int:
    """Return the number of a batch that was read from the database."""
    if batch.number is None:
        raise ValueError("This batch was never written.")
    return batch.number


def next_look(connection: Connection) -> int | None:
    """Return when the first of the batches that have not ended is to be looked at."""
    alive = _BATCHES.c.state.in_(ALIVE)
    query = sa.select(sa.func.min(_BATCHES.c.look_at)).where(alive)
    found: int | None = connection.scalar(query)
    return found


def look_again(connection: Connection, number: int, lease: int, at: int) -> None:
    """Have a batch looked at ``at`` a moment, unless something is to be done about it before."""
    mine = (_BATCHES.c.number == number) & (_BATCHES.c.look_at == lease)
    connection.execute(sa.update(_BATCHES).where(mine).values(look_at=at))


def take(connection: Connection, now: int, until: int) -> Sequence[Batch]:
    """Return the batches that are due, and have nobody else look at them before ``until``."""
    due = sa.select(_BATCHES).where(_BATCHES.c.state.in_(ALIVE), _BATCHES.c.look_at <= now)
    found = all_of(connection, due, Batch)
    return [one for one in found if _reserve(connection, one, until)]


def _reserve(connection: Connection, batch: Batch, until: int) -> bool:
    mine = (_BATCHES.c.number == batch.number) & (_BATCHES.c.look_at == batch.look_at)
    return connection.execute(sa.update(_BATCHES).where(mine).values(look_at=until)).rowcount == 1


def amend(connection: Connection, number: int, values: Row) -> None:
    """Write columns that are no state."""
    connection.execute(sa.update(_BATCHES).where(_BATCHES.c.number == number).values(**values))


def move(connection: Connection, number: int, was: str, to: str, values: Row) -> bool:
    """Move a batch from one state to another; False, and nothing happens, where it is elsewhere."""
    mine = (_BATCHES.c.number == number) & (_BATCHES.c.state == was)
    moved = sa.update(_BATCHES).where(mine).values(state=to, **values)
    return connection.execute(moved).rowcount == 1


def turn(connection: Connection, number: int, seen: Row, values: Row) -> bool:
    """Write columns of a batch that waits for a decision and is still as ``seen``, else False."""
    mine = (_BATCHES.c.number == number) & (_BATCHES.c.state == "pending")
    same = sa.and_(mine, *(_BATCHES.c[name] == value for name, value in seen.items()))
    return connection.execute(sa.update(_BATCHES).where(same).values(**values)).rowcount == 1


def insert_rows(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert the lines of a batch."""
    if rows:
        connection.execute(sa.insert(_ROWS), [dict(row) for row in rows])


def rows_of(connection: Connection, number: int) -> Sequence[BatchRow]:
    """Return the lines of a batch in order."""
    query = sa.select(_ROWS).where(_ROWS.c.batch_number == number).order_by(_ROWS.c.line)
    return all_of(connection, query, BatchRow)


def unread(connection: Connection, number: int, limit: int) -> Sequence[BatchRow]:
    """Return lines that have neither become a request nor been found wrong, in order."""
    open_ = _ROWS.c.request_number.is_(None) & _ROWS.c.problem.is_(None)
    query = sa.select(_ROWS).where(_ROWS.c.batch_number == number, open_)
    return all_of(connection, query.order_by(_ROWS.c.line).limit(limit), BatchRow)


def earlier_line(connection: Connection, row: BatchRow, subject: str) -> int | None:
    """Return another line of the same batch that is about ``subject`` already."""
    same = (_ROWS.c.batch_number == row.batch_number) & (_ROWS.c.subject == subject)
    query = sa.select(sa.func.min(_ROWS.c.line)).where(same, _ROWS.c.id != row.id)
    return connection.execute(query).scalar()


def settle_row(connection: Connection, row: BatchRow, values: Row) -> None:
    """Write what became of a line, unless somebody else has."""
    unsettled = _ROWS.c.request_number.is_(None) & _ROWS.c.problem.is_(None)
    connection.execute(sa.update(_ROWS).where(_ROWS.c.id == row.id, unsettled).values(**values))


def count(connection: Connection, number: int, states: Sequence[str]) -> int:
    """Return how many requests of a batch are in any of these states."""
    mine = (_REQUESTS.c.batch == number) & _REQUESTS.c.state.in_(states)
    return int(connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one())


def open_states() -> list[str]:
    """Return the states of requests that have not ended."""
    return [state.value for state in OPEN]


def asked(connection: Connection, number: int) -> Sequence[Asked]:
    """Return the requests of a batch that wait for its decision."""
    columns = [_REQUESTS.c[name] for name in Asked.__slots__]
    waits = (_REQUESTS.c.batch == number) & (_REQUESTS.c.state == RequestState.PENDING.value)
    query = sa.select(*columns).where(waits).order_by(_REQUESTS.c.number)
    return [Asked(*row) for row in connection.execute(query)]


def put_under(connection: Connection, number: int, values: Row) -> None:
    """Put every waiting request of a batch under the terms of all of them."""
    waits = (_REQUESTS.c.batch == number) & (_REQUESTS.c.state == RequestState.PENDING.value)
    connection.execute(sa.update(_REQUESTS).where(waits).values(**values))


def insert_decision(connection: Connection, values: Row) -> None:
    """Insert what one approver answered."""
    connection.execute(sa.insert(_DECISIONS).values(dict(values)))


def decisions_of(connection: Connection, number: int) -> Sequence[BatchDecision]:
    """Return what was answered about a batch, oldest first."""
    query = sa.select(_DECISIONS).where(_DECISIONS.c.batch_number == number)
    return all_of(connection, query.order_by(_DECISIONS.c.id), BatchDecision)


def show(connection: Connection, number: int, kind: str, channel: str) -> None:
    """Have a batch shown; there is one message of each kind."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {
        "batch_number": number, "kind": kind, "channel": channel, "shown": "",
        "is_final": False, "next_at": 0, "tries": 0,
    }  # fmt: skip
    connection.execute(dialect.insert(_MESSAGES).values(values).on_conflict_do_nothing())


def messages_due(connection: Connection, now: int, until: int) -> Sequence[BatchMessage]:
    """Return the messages that may have to look otherwise, and keep others off until ``until``."""
    waits = _MESSAGES.c.is_final.is_(False) & (_MESSAGES.c.next_at <= now)
    found = all_of(
        connection, sa.select(_MESSAGES).where(waits).order_by(_MESSAGES.c.id), BatchMessage
    )
    return [one for one in found if _hold(connection, one, until)]


def _hold(connection: Connection, message: BatchMessage, until: int) -> bool:
    mine = (_MESSAGES.c.id == message.id) & (_MESSAGES.c.next_at == message.next_at)
    mine &= _MESSAGES.c.is_final.is_(False)
    return connection.execute(sa.update(_MESSAGES).where(mine).values(next_at=until)).rowcount == 1


def settle_message(connection: Connection, key: int, values: Row, held: int, again: int) -> None:
    """Write what a message shows now, and have it looked at ``again``.

    Where it was to be looked at anew since it was taken until ``held``, it still is.
    """
    next_at = sa.case((_MESSAGES.c.next_at == held, again), else_=_MESSAGES.c.next_at)
    settled = sa.update(_MESSAGES).where(_MESSAGES.c.id == key)
    connection.execute(settled.values(**values, next_at=next_at))


def redraw(connection: Connection, number: int) -> None:
    """Have the messages of a batch looked at now; of two who say so at once, one waits."""
    _redraw(connection, _MESSAGES.c.batch_number == number)


def _redraw(connection: Connection, of_batch: sa.ColumnElement[bool]) -> None:
    mine = of_batch & _MESSAGES.c.is_final.is_(False)
    held = sa.select(_MESSAGES.c.id).where(mine).order_by(_MESSAGES.c.id).with_for_update()
    keys = list(connection.scalars(held))
    connection.execute(sa.update(_MESSAGES).where(_MESSAGES.c.id.in_(keys)).values(next_at=0))


def redraw_ended(connection: Connection, number: int) -> None:
    """Have the messages of a batch looked at now if it has ended: until then they are anyway."""
    if _STATE.first(connection, about=number) == "ended":
        redraw(connection, number)


def redraw_of(connection: Connection, requests: Sequence[int]) -> None:
    """Have the messages of the batches that these requests are of looked at now."""
    of = sa.select(_REQUESTS.c.batch).where(_REQUESTS.c.number.in_(requests))
    _redraw(connection, _MESSAGES.c.batch_number.in_(of.where(_REQUESTS.c.batch.is_not(None))))


def is_any_message_due(connection: Connection, before: int) -> bool:
    """Tell whether any message may have to look otherwise ``before`` a moment."""
    waits = _MESSAGES.c.is_final.is_(False) & (_MESSAGES.c.next_at <= before)
    query = sa.select(_MESSAGES.c.id).where(waits).limit(1)
    return connection.execute(query).first() is not None
