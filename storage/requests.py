"""Requests, their steps and decisions: reads, and the moves between states.

A move is a compare-and-set together with its fact: of two who move the same row, one wins and the
other is told so by ``False``. Nothing else changes a state.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules import states
from rules.states import GOOD, RequestState, StepState
from rules.values import Kind
from storage import attestations, audit
from storage.audit import Fact
from storage.models import METADATA, Attestation, Decision, Person, Request, Step
from storage.statements import inserting

_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]
_DECISIONS = METADATA.tables["decision"]
_PEOPLE = METADATA.tables["person"]

_INSERTED = inserting(
    _REQUESTS, lambda one: one.on_conflict_do_nothing().returning(_REQUESTS.c.number)
)
_BY_REF = sa.select(_REQUESTS).where(_REQUESTS.c.ref == sa.bindparam("ref"))
_BY_NUMBER = sa.select(_REQUESTS).where(_REQUESTS.c.number == sa.bindparam("number"))
_ABOUT = sa.select(_REQUESTS).where(
    _REQUESTS.c.team_id == sa.bindparam("team"), _REQUESTS.c.subject == sa.bindparam("whom")
)
_OPEN = _ABOUT.where(_REQUESTS.c.state.in_(states.OPEN))
_SCHEDULED = _ABOUT.where(
    _REQUESTS.c.state == RequestState.SCHEDULED, _REQUESTS.c.kind == sa.bindparam("which")
)

Row = Mapping[str, str | int | None]
"""Column names and what to write there."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A request with everything that belongs to it, read in one transaction."""

    request: Request
    person: Person | None
    steps: tuple[Step, ...]
    decisions: tuple[Decision, ...]
    attestations: tuple[Attestation, ...] = ()


def insert(connection: Connection, values: Row) -> int | None:
    """Insert a request and return its number; None where the subject has an open one already."""
    return connection.execute(_INSERTED(connection), dict(values)).scalar_one_or_none()


def insert_steps(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert the steps of a request."""
    if rows:
        connection.execute(sa.insert(_STEPS), [dict(row) for row in rows])


def insert_decision(connection: Connection, values: Row) -> None:
    """Insert what one approver answered."""
    connection.execute(sa.insert(_DECISIONS).values(dict(values)))


def _one(connection: Connection, query: sa.Select[Any], **given: str | int) -> Request | None:
    row = connection.execute(query, given).mappings().first()
    return Request(**row) if row else None


def by_ref(connection: Connection, ref: str) -> Request | None:
    """Return the request that a button's reference names."""
    return _one(connection, _BY_REF, ref=ref)


def by_number(connection: Connection, number: int) -> Request | None:
    """Return the request of this number."""
    return _one(connection, _BY_NUMBER, number=number)


def open_about(connection: Connection, team_id: str, subject: str) -> Request | None:
    """Return the open request about somebody; there is at most one."""
    return _one(connection, _OPEN, team=team_id, whom=subject)


def scheduled_about(
    connection: Connection, team_id: str, subject: str, kind: str
) -> Request | None:
    """Return a request of this kind about somebody that is approved and starts later."""
    return _one(connection, _SCHEDULED, team=team_id, whom=subject, which=kind)


def count_ends(connection: Connection, origin: int) -> int:
    """Return how many offboardings carry out, or tried to, the end of what ``origin`` gave."""
    mine = (_REQUESTS.c.origin == origin) & (_REQUESTS.c.kind == Kind.OFFBOARD)
    query = sa.select(sa.func.count()).select_from(_REQUESTS).where(mine)
    return connection.execute(query).scalar_one()


def steps_of(connection: Connection, number: int) -> tuple[Step, ...]:
    """Return the steps of a request, in the order of the plan."""
    mine = sa.select(_STEPS).where(_STEPS.c.request_number == number).order_by(_STEPS.c.id)
    return tuple(Step(**row) for row in connection.execute(mine).mappings())


def removed_later(connection: Connection, request: Request) -> frozenset[str]:
    """Return the vendors where a later removal of the same person ended well."""
    same = (_REQUESTS.c.team_id == request.team_id) & (_REQUESTS.c.subject == request.subject)
    later = same & (_REQUESTS.c.number > request.number)
    well = (_STEPS.c.access == "") & _STEPS.c.state.in_([one.value for one in GOOD])
    mine = _REQUESTS.join(_STEPS, _STEPS.c.request_number == _REQUESTS.c.number)
    found = sa.select(_STEPS.c.vendor).select_from(mine).where(later, well)
    return frozenset(connection.scalars(found))


def step_by_ref(connection: Connection, ref: str) -> Step | None:
    """Return the step that a button's reference names."""
    row = connection.execute(sa.select(_STEPS).where(_STEPS.c.ref == ref)).mappings().first()
    return Step(**row) if row else None


def decisions_of(connection: Connection, number: int) -> tuple[Decision, ...]:
    """Return the decisions about a request, oldest first."""
    mine = _DECISIONS.c.request_number == number
    rows = connection.execute(sa.select(_DECISIONS).where(mine).order_by(_DECISIONS.c.id))
    return tuple(Decision(**row) for row in rows.mappings())


def dossier(connection: Connection, request: Request) -> Dossier:
    """Return ``request`` with its person, steps, decisions and attestations."""
    number = number_of(request)
    about = sa.select(_PEOPLE).where(_PEOPLE.c.id == request.person_id)
    person = connection.execute(about).mappings().first() if request.person_id else None
    return Dossier(
        request,
        Person(**person) if person else None,
        steps_of(connection, number),
        decisions_of(connection, number),
        tuple(attestations.of_request(connection, number)),
    )


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
    held = sa.select(_REQUESTS).where(_REQUESTS.c.number == number).with_for_update()
    row = connection.execute(held).mappings().first()
    return Request(**row) if row else None


def move(connection: Connection, to: RequestState, fact: Fact, values: Row | None = None) -> bool:
    """Move the request of ``fact`` to ``to`` where its state allows it, and record the fact.

    Returns False, and changes nothing, where the request is in no state that leads there.
    """
    changed = connection.execute(
        sa.update(_REQUESTS)
        .where(_REQUESTS.c.number == fact.request_number)
        .where(_REQUESTS.c.state.in_(states.before(to)))
        .values(state=to.value, version=_REQUESTS.c.version + 1, **(values or {}))
    )
    if changed.rowcount != 1:
        return False
    audit.record(connection, fact)
    return True


def amend(connection: Connection, number: int, values: Row) -> None:
    """Write columns that are no state, such as when to look again."""
    connection.execute(sa.update(_REQUESTS).where(_REQUESTS.c.number == number).values(**values))


def amend_step(connection: Connection, step: Step, values: Row) -> None:
    """Write columns of a step that are no state, such as what is said about it."""
    connection.execute(sa.update(_STEPS).where(_STEPS.c.id == step.id).values(**values))


def move_step(
    connection: Connection,
    step: Step,
    to: StepState,
    fact: Fact | None,
    values: Row | None = None,
) -> bool:
    """Move ``step`` to ``to`` if nobody moved it since it was read, and record the fact.

    Compares state and attempts: a process that froze and woke up late changes nothing.
    """
    if StepState(step.state) not in states.step_before(to):
        return False
    changed = connection.execute(
        sa.update(_STEPS)
        .where(_STEPS.c.id == step.id)
        .where(_STEPS.c.state == step.state, _STEPS.c.attempts == step.attempts)
        .values(state=to.value, **(values or {}))
    )
    if changed.rowcount == 1 and fact is not None:
        audit.record(connection, fact)
    return changed.rowcount == 1


def reserve(connection: Connection, request: Request, until: int) -> bool:
    """Have nobody else look at a request before ``until``; False where somebody else does."""
    seen = (_REQUESTS.c.number == request.number) & (_REQUESTS.c.look_at == request.look_at)
    reserved = sa.update(_REQUESTS).where(seen).values(look_at=until)
    return connection.execute(reserved).rowcount == 1


def in_state(
    connection: Connection, wanted: Collection[RequestState], now: int, limit: int
) -> Sequence[Request]:
    """Return requests in the ``wanted`` states that are due to be looked at, oldest first."""
    rows = connection.execute(
        sa.select(_REQUESTS)
        .where(_REQUESTS.c.state.in_(wanted), _REQUESTS.c.look_at <= now)
        .order_by(_REQUESTS.c.number)
        .limit(limit)
    )
    return [Request(**row) for row in rows.mappings()]


def expired(connection: Connection, now: int, limit: int) -> Sequence[Request]:
    """Return requests that still wait for a decision although their time is over.

    Those of a batch expire with it; one that carries out the end of an access waits on.
    """
    is_an_end = (_REQUESTS.c.kind == Kind.OFFBOARD) & _REQUESTS.c.origin.is_not(None)
    waits = _REQUESTS.c.state == RequestState.PENDING
    alone = _REQUESTS.c.batch.is_(None)
    over = sa.select(_REQUESTS).where(waits, alone, ~is_an_end)
    over = over.where(_REQUESTS.c.expires_at <= now).limit(limit)
    return [Request(**row) for row in connection.execute(over).mappings()]


def quiet_steps(connection: Connection, before: int, limit: int) -> Sequence[Step]:
    """Return steps that should move by themselves and have not since ``before``.

    An unknown step without a time waits for a person.
    """
    unasked = _STEPS.c.state.in_([StepState.WAITING, StepState.RUNNING])
    moving = unasked | ((_STEPS.c.state == StepState.UNKNOWN) & _STEPS.c.next_at.is_not(None))
    running = _REQUESTS.c.state.in_([RequestState.APPROVED, RequestState.RUNNING])
    rows = connection.execute(
        sa.select(_STEPS)
        .join(_REQUESTS, _REQUESTS.c.number == _STEPS.c.request_number)
        .where(moving, running, _STEPS.c.updated_at < before)
        .where((_STEPS.c.next_at.is_(None)) | (_STEPS.c.next_at < before))
        .limit(limit)
    )
    return [Step(**row) for row in rows.mappings()]
