"""Requests, their steps and decisions: reads, and the moves between states.

A move is a compare-and-set together with its fact: of two who move the same row, one wins and the
other is told so by ``False``. Nothing else changes a state.
"""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules import states
from rules.states import RequestState, StepState
from rules.values import Kind
from storage import audit
from storage import request_statements as prepared
from storage.audit import Fact
from storage.conditions import unindexed
from storage.entities import all_of, one_of
from storage.models import METADATA, Decision, Request, Step

_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]
_DECISIONS = METADATA.tables["decision"]
_KEPT = METADATA.tables["keptback"]

Row = Mapping[str, str | int | None]
"""Column names and what to write there."""


def insert(connection: Connection, values: Row) -> int | None:
    """Insert a request and return its number; None where the subject has an open one already."""
    number: int | None = prepared.INSERTED.first(connection, **values)
    return number


def insert_steps(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert the steps of a request."""
    if rows:
        connection.execute(sa.insert(_STEPS), [dict(row) for row in rows])


def insert_decision(connection: Connection, values: Row) -> None:
    """Insert what one approver answered."""
    prepared.DECIDED.run(connection, **values)


def by_ref(connection: Connection, ref: str) -> Request | None:
    """Return the request that a button's reference names."""
    return one_of(connection, prepared.BY_REF, Request, ref=ref)


def by_number(connection: Connection, number: int) -> Request | None:
    """Return the request of this number."""
    return one_of(connection, prepared.BY_NUMBER, Request, number=number)


def open_about(connection: Connection, team_id: str, subject: str) -> Request | None:
    """Return the open request about somebody; there is at most one."""
    return one_of(connection, prepared.OPEN, Request, team=team_id, whom=subject)


def scheduled_about(
    connection: Connection, team_id: str, subject: str, kind: str
) -> Request | None:
    """Return a request of this kind about somebody that is approved and starts later."""
    number = prepared.SCHEDULED.first(connection, team=team_id, whom=subject, which=kind)
    return by_number(connection, number) if number else None


def count_ends(connection: Connection, origin: int) -> int:
    """Return how many offboardings carry out, or tried to, the end of what ``origin`` gave."""
    mine = (_REQUESTS.c.origin == origin) & (_REQUESTS.c.kind == Kind.OFFBOARD)
    query = sa.select(sa.func.count()).select_from(_REQUESTS).where(mine)
    return connection.execute(query).scalar_one()


def steps_of(connection: Connection, number: int) -> tuple[Step, ...]:
    """Return the steps of a request, in the order of the plan."""
    return tuple(all_of(connection, prepared.STEPS_OF_ONE, Step, number=number))


def steps_of_all(connection: Connection, numbers: Collection[int]) -> Sequence[Step]:
    """Return the steps of several requests, in the order of their plans."""
    return all_of(connection, prepared.STEPS_OF, Step, numbers=list(numbers))


def step_by_ref(connection: Connection, ref: str) -> Step | None:
    """Return the step that a button's reference names."""
    return one_of(connection, prepared.STEP_BY_REF, Step, called=ref)


def decisions_of(connection: Connection, number: int) -> tuple[Decision, ...]:
    """Return the decisions about a request, oldest first."""
    return tuple(decisions_of_all(connection, [number]))


def decisions_of_all(connection: Connection, numbers: Collection[int]) -> Sequence[Decision]:
    """Return what was decided about several requests, oldest first."""
    mine = sa.select(_DECISIONS).where(_DECISIONS.c.request_number.in_(numbers))
    return all_of(connection, mine.order_by(_DECISIONS.c.id), Decision)


def last_profile(connection: Connection, team_id: str, subject: str) -> str:
    """Return the profile that somebody was last brought on board with; empty where there is none.

    What ended with errors counts, too: some of it may have been given.
    """
    carried_out = [
        RequestState.COMPLETED,
        RequestState.COMPLETED_WITH_ERRORS,
        RequestState.PARTLY_DONE,
    ]
    about = (_REQUESTS.c.team_id == team_id) & (_REQUESTS.c.subject == subject)
    given = about & (_REQUESTS.c.profile != "") & _REQUESTS.c.state.in_(carried_out)
    last = sa.select(_REQUESTS.c.profile).where(given).order_by(_REQUESTS.c.number.desc())
    return str(connection.execute(last.limit(1)).scalar() or "")


def number_of(request: Request) -> int:
    """Return the number of a request that was read from the database."""
    if request.number is None:
        raise ValueError("This request was never written.")
    return request.number


def lock(connection: Connection, number: int) -> Request | None:
    """Return a request, held against other writers until the transaction ends.

    Every transaction that settles a request takes this lock before it touches a step, so that two
    last vendors neither miss each other nor wait for each other. SQLite has one writer anyway.
    """
    return one_of(connection, prepared.HELD, Request, number=number)


def lock_if_free(connection: Connection, number: int) -> Request | None:
    """Return a request, held as by ``lock``; None where somebody else holds it.

    For whoever holds a request already: who waits for nobody keeps nobody waiting for ever.
    """
    return one_of(connection, prepared.HELD_IF_FREE, Request, number=number)


def move(connection: Connection, to: RequestState, fact: Fact, values: Row | None = None) -> bool:
    """Move the request of ``fact`` to ``to`` where its state allows it, and record the fact.

    Returns False, and changes nothing, where the request is in no state that leads there.
    """
    given = {**(values or {}), "which": fact.request_number, "state": to.value}
    if prepared.moving(to).first(connection, **given) is None:
        return False
    audit.record(connection, fact)
    return True


def amend(connection: Connection, number: int, values: Row) -> None:
    """Write columns that are no state, such as when to look again."""
    connection.execute(sa.update(_REQUESTS).where(_REQUESTS.c.number == number).values(**values))


def amend_step(connection: Connection, step: Step, values: Row) -> None:
    """Write columns of a step that are no state, such as what is said about it."""
    prepared.STEP_AMENDED.run(connection, **values, which=step.id)


def move_step(
    connection: Connection,
    step: Step,
    to: StepState,
    fact: Fact,
    values: Row | None = None,
) -> bool:
    """Move ``step`` to ``to`` if nobody moved it since it was read, and record the fact.

    Compares state and attempts: a process that froze and woke up late changes nothing. What a later
    request had made good of the end before counts no more.
    """
    if StepState(step.state) not in states.step_before(to):
        return False
    seen = {"which": step.id, "was": step.state, "tried": step.attempts}
    given = {"made_good_by": None, **(values or {}), **seen, "state": to.value}
    if prepared.STEP_AS_IT_WAS.first(connection, **given) is None:
        return False
    audit.record(connection, fact)
    return True


def reserve(connection: Connection, request: Request, until: int) -> bool:
    """Have nobody else look at a request before ``until``; False where somebody else does."""
    seen = {"about": request.number, "seen": request.look_at}
    return prepared.RESERVED.first(connection, **seen, until=until) is not None


def in_state(
    connection: Connection, wanted: Collection[RequestState], now: int, limit: int
) -> Sequence[Request]:
    """Return requests in the ``wanted`` states that are due to be looked at, oldest first."""
    return all_of(
        connection,
        sa.select(_REQUESTS)
        .where(_REQUESTS.c.state.in_(wanted), _REQUESTS.c.look_at <= now)
        .order_by(_REQUESTS.c.number)
        .limit(limit),
        Request,
    )


def is_alone() -> sa.ColumnElement[bool]:
    """Tell whether a request was not asked for in a batch.

    SQLite would rather go by the index of batches, in which almost all requests have none.
    """
    return unindexed(_REQUESTS.c.batch.is_(None))


def expired(connection: Connection, now: int, limit: int) -> Sequence[Request]:
    """Return requests that still wait for a decision although their time is over.

    Those of a batch expire with it; one that carries out the end of an access waits on. Few wait,
    and the time of almost all is over: hence they are not looked for by their time.
    """
    is_an_end = (_REQUESTS.c.kind == Kind.OFFBOARD) & _REQUESTS.c.origin.is_not(None)
    waits = _REQUESTS.c.state == RequestState.PENDING
    is_over = unindexed(_REQUESTS.c.expires_at <= now)
    over = sa.select(_REQUESTS).where(waits, is_alone(), ~is_an_end, is_over).limit(limit)
    return all_of(connection, over, Request)


def quiet_steps(connection: Connection, before: int, limit: int) -> Sequence[Step]:
    """Return steps that should move by themselves and have not since ``before``.

    An unknown step without a time waits for a person, one that is kept back for an anchor, and a
    stopped one for its vendor.
    """
    kept_back = sa.exists().where(_KEPT.c.step == _STEPS.c.ref)
    unasked = _STEPS.c.state.in_([StepState.WAITING, StepState.RUNNING])
    moving = unasked | ((_STEPS.c.state == StepState.UNKNOWN) & _STEPS.c.next_at.is_not(None))
    running = _REQUESTS.c.state.in_([RequestState.APPROVED, RequestState.RUNNING])
    return all_of(
        connection,
        sa.select(_STEPS)
        .join(_REQUESTS, _REQUESTS.c.number == _STEPS.c.request_number)
        .where(moving, running, _STEPS.c.updated_at < before, _STEPS.c.stopped_at.is_(None))
        .where((_STEPS.c.next_at.is_(None)) | (_STEPS.c.next_at < before), ~kept_back)
        .limit(limit),
        Step,
    )
