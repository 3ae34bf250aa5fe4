"""Which steps of a batch are carried out together: rows that are there until it is done or alone.

A step that has a row here belongs to its call and to nobody else: whoever wants to attempt it alone
drops the row first, in the transaction that enqueues the attempt.
"""

from collections.abc import Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import StepState
from storage.batch_models import BatchCall
from storage.models import METADATA
from storage.statements import Prepared, always

_CALLS = METADATA.tables["batchcall"]
_STEPS = METADATA.tables["step"]
_KEPT = METADATA.tables["keptback"]
_OF_STEP = Prepared(always(sa.select(_CALLS.c.call).where(_CALLS.c.step == sa.bindparam("one"))))
_DROPPED = Prepared(always(sa.delete(_CALLS).where(_CALLS.c.step == sa.bindparam("one"))))
_INSERTED = Prepared(always(sa.insert(_CALLS)))


def insert(connection: Connection, row: BatchCall) -> None:
    """Have a step wait for the others that it is carried out with."""
    _INSERTED.run(connection, **row.model_dump())


def loose(connection: Connection, number: int) -> dict[str, list[str]]:
    """Return, by vendor, the steps of a batch of which it is not settled who goes together."""
    mine = (_CALLS.c.batch_number == number) & (_CALLS.c.call == "")
    query = sa.select(_CALLS.c.vendor, _CALLS.c.step).where(mine)
    rows = connection.execute(query.order_by(_CALLS.c.vendor, _CALLS.c.step)).all()
    return {
        vendor: [row.step for row in group]
        for vendor, group in groupby(rows, key=lambda row: str(row.vendor))
    }


def assign(connection: Connection, steps: Sequence[str], call: str) -> bool:
    """Put these steps into one call, but for those that somebody took; False where none is left."""
    left = _CALLS.c.step.in_(steps) & (_CALLS.c.call == "")
    return connection.execute(sa.update(_CALLS).where(left).values(call=call)).rowcount > 0


def members(connection: Connection, call: str) -> tuple[str, Sequence[str]]:
    """Return the vendor of a call and the steps that it carries out; none where it is over."""
    query = sa.select(_CALLS.c.vendor, _CALLS.c.step).where(_CALLS.c.call == call)
    rows = connection.execute(query.order_by(_CALLS.c.step)).all()
    return (rows[0].vendor if rows else "", [row.step for row in rows])


def call_of(connection: Connection, step: str) -> str | None:
    """Return the call that a step belongs to, empty where it waits for one; None where alone."""
    call: str | None = _OF_STEP.first(connection, one=step)
    return call


def drop(connection: Connection, step: str) -> None:
    """Have a step be attempted alone from now on."""
    _DROPPED.run(connection, one=step)


def go_on(connection: Connection, step: str, call: str) -> None:
    """Have a step that ended in a further try be part of another call."""
    mine = _CALLS.c.step == step
    connection.execute(sa.update(_CALLS).where(mine).values(call=call))


def drop_all(connection: Connection, call: str) -> None:
    """Forget a call that is over, with the steps in it that could not be claimed.

    A step that is under way stays: whoever took the call over needs its row for a further try. So
    does one that is kept back: it is carried out with the others later.
    """
    mine = (_STEPS.c.ref == _CALLS.c.step) & (_STEPS.c.state == StepState.RUNNING)
    later = sa.exists().where(_KEPT.c.step == _CALLS.c.step)
    over = (_CALLS.c.call == call) & ~sa.exists().where(mine) & ~later
    connection.execute(sa.delete(_CALLS).where(over))
