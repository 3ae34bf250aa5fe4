"""What is shown of a batch, as values: whoever draws it knows no table."""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection

from rules.states import RequestState, StepState
from rules.terms import Terms, from_text
from rules.values import Verdict
from storage import batches
from storage.batch_models import Batch, BatchRow
from storage.batches import Member
from storage.database import Database
from storage.models import Step
from workflow.readmodels import DecisionView


@dataclass(frozen=True, slots=True)
class PartView:
    """One vendor's part of one person's request."""

    title: str
    effect: str
    planned: str
    risks: tuple[str, ...]
    state: StepState
    detail: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One line as it was written, and what became of it. ``state`` is None where nothing did.

    ``subject`` is the person's id where it is known; ``problem`` says what to do.
    """

    line: int
    person: str
    github_login: str
    profile: str
    subject: str | None
    number: int | None
    state: RequestState | None
    problem: str | None
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with everything that is shown of it. Moments are microseconds since the epoch."""

    number: int
    ref: str
    state: str
    verdict: str
    requester: str
    reason: str
    problem: str | None
    terms: Terms | None
    created_at: int
    expires_at: int
    rows: tuple[RowView, ...]
    decisions: tuple[DecisionView, ...]

    @property
    def asked(self) -> tuple[RowView, ...]:
        """The people who could be asked for, without those who were taken out by themselves."""
        if self.state == "pending":
            return tuple(one for one in self.rows if one.state is RequestState.PENDING)
        out = {None, RequestState.RECEIVED, RequestState.REFUSED}
        if self.verdict == "approved":
            out.add(RequestState.CANCELLED)
        return tuple(one for one in self.rows if one.state not in out)

    @property
    def wrong(self) -> tuple[RowView, ...]:
        """The lines of which nothing came."""
        return tuple(
            one
            for one in self.rows
            if one.state is RequestState.REFUSED or (one.state is None and one.problem)
        )

    @property
    def approvals(self) -> int:
        """How many have approved."""
        return sum(one.verdict == Verdict.APPROVE for one in self.decisions)


class BatchReads:
    """Reads batches for people; nothing here changes a row."""

    def __init__(self, database: Database) -> None:
        """Read from ``database``."""
        self._database = database

    async def by_number(self, number: int) -> BatchView | None:
        """Return the batch of this number."""
        return await self._database.read(partial(_by_number, number=number))

    async def by_ref(self, ref: str) -> BatchView | None:
        """Return the batch that a button names."""
        return await self._database.read(partial(_by_ref, ref=ref))


def _by_number(connection: Connection, number: int) -> BatchView | None:
    batch = batches.by_number(connection, number)
    return _view(connection, batch) if batch else None


def _by_ref(connection: Connection, ref: str) -> BatchView | None:
    batch = batches.by_ref(connection, ref)
    return _view(connection, batch) if batch else None


def _view(connection: Connection, batch: Batch) -> BatchView:
    number = batches.number_of(batch)
    members = {one.number: one for one in batches.members(connection, number)}
    parts = defaultdict[int, list[PartView]](list)
    for step in batches.steps_of(connection, number):
        parts[step.request_number].append(_part(step))
    rows = (
        _row(one, members.get(one.request_number or 0), parts[one.request_number or 0])
        for one in batches.rows_of(connection, number)
    )
    return BatchView(
        number=number,
        ref=batch.ref,
        state=batch.state,
        verdict=batch.verdict,
        requester=batch.requester,
        reason=batch.reason,
        problem=batch.problem,
        terms=from_text(batch.terms) if batch.terms else None,
        created_at=batch.created_at,
        expires_at=batch.expires_at,
        rows=tuple(rows),
        decisions=tuple(
            DecisionView(one.approver, one.verdict, one.reason, one.at, one.rule)
            for one in batches.decisions_of(connection, number)
        ),
    )


def _part(step: Step) -> PartView:
    risks = (*step.risks.splitlines(),)
    state = StepState(step.state)
    return PartView(step.title, step.effect, step.planned, risks, state, step.detail)


def _row(row: BatchRow, member: Member | None, parts: list[PartView]) -> RowView:
    return RowView(
        line=row.line,
        person=row.person,
        github_login=row.github_login,
        profile=member.profile if member else row.profile,
        subject=row.subject,
        number=row.request_number,
        state=RequestState(member.state) if member else None,
        problem=row.problem or (member.problem if member else None),
        parts=tuple(parts),
    )
