"""What is shown of a batch, as values: whoever draws it knows no table."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, partial

from sqlalchemy.engine import Connection

from rules.catalog import Catalog
from rules.plans import digest_of_all
from rules.states import LEFT, RequestState, StepState
from rules.terms import Terms, from_text
from rules.values import Verdict
from storage import batch_parts, batches
from storage.batch_models import Batch, BatchRow
from storage.batch_parts import Member, Part
from storage.database import Database
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
    is_made_good: bool = False

    @property
    def is_left(self) -> bool:
        """Whether something is to be done about it: by somebody here, or by whoever was invited."""
        return self.state in LEFT and not self.is_made_good


@dataclass(frozen=True, slots=True)
class RowView:
    """One line as it was written, and what became of it. ``state`` is None where nothing did.

    ``subject`` is the person's id where it is known; ``title`` is what the profile is called;
    ``problem`` says what to do.
    """

    line: int
    person: str
    github_login: str
    profile: str
    title: str
    subject: str | None
    number: int | None
    state: RequestState | None
    problem: str | None
    parts: tuple[PartView, ...]

    @property
    def is_seen_to(self) -> bool:
        """Whether it ended with errors, and nothing of it is left by now."""
        ended = self.state is RequestState.COMPLETED_WITH_ERRORS
        return ended and not any(one.is_left for one in self.parts)


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch with everything that is shown of it. Moments are microseconds since the epoch.

    ``principal`` is on whose behalf it is asked.
    """

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
    principal: str | None = None
    digest: str = ""
    """What binds an approval to the plans of those who are asked for while it waits."""

    @property
    def askers(self) -> frozenset[str]:
        """The requester, and the one on whose behalf they ask."""
        return frozenset({self.requester, self.principal or self.requester})

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
    def seen_to(self) -> int:
        """How many of those who were asked for ended with errors, of which nothing is left."""
        return sum(one.is_seen_to for one in self.asked)

    @property
    def wrong(self) -> tuple[RowView, ...]:
        """The lines of which nothing came."""
        return tuple(
            one
            for one in self.rows
            if one.state is RequestState.REFUSED or (one.state is None and one.problem)
        )

    @property
    def left_out(self) -> tuple[RowView, ...]:
        """The people who were approved, and of whom nothing came all the same."""
        if self.verdict != "approved":
            return ()
        cancelled = (one for one in self.rows if one.state is RequestState.CANCELLED)
        return tuple(one for one in cancelled if one.problem)

    @property
    def approvals(self) -> int:
        """How many have approved."""
        return sum(one.verdict == Verdict.APPROVE for one in self.decisions)


class BatchReads:
    """Reads batches for people; nothing here changes a row."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        """Read from ``database``; ``catalog`` knows what the profiles are called."""
        self._database, self._catalog = database, catalog

    async def by_number(self, number: int) -> BatchView | None:
        """Return the batch of this number."""
        return await self._database.read(partial(self._by_number, number=number))

    async def by_ref(self, ref: str) -> BatchView | None:
        """Return the batch that a button names."""
        return await self._database.read(partial(self._by_ref, ref=ref))

    async def to_draw(self, number: int) -> BatchView | None:
        """Return the batch of this number with as many parts as a message shows.

        Until it is decided that is all of them; then, those of whoever needs attention. A message
        is looked at every two seconds while some thousand parts are carried out.
        """
        return await self._database.read(partial(self._to_draw, number=number))

    def _by_number(self, connection: Connection, number: int) -> BatchView | None:
        batch = batches.by_number(connection, number)
        return self._view(connection, batch) if batch else None

    def _by_ref(self, connection: Connection, ref: str) -> BatchView | None:
        batch = batches.by_ref(connection, ref)
        return self._view(connection, batch) if batch else None

    def _to_draw(self, connection: Connection, number: int) -> BatchView | None:
        batch = batches.by_number(connection, number)
        if batch is None:
            return None
        shown = None if batch.state == "pending" else RequestState.COMPLETED_WITH_ERRORS
        return self._view(connection, batch, shown)

    def _view(
        self, connection: Connection, batch: Batch, parts_in: RequestState | None = None
    ) -> BatchView:
        number = batches.number_of(batch)
        members = {one.number: one for one in batch_parts.members(connection, number)}
        parts = defaultdict[int, list[PartView]](list)
        part_of = cache(_part)  # of some thousand parts, most read alike
        for request, part in batch_parts.parts_of(connection, number, parts_in):
            parts[request].append(part_of(part))
        rows = (
            self._row(one, members.get(one.request_number or 0), parts[one.request_number or 0])
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
            principal=batch.principal,
            digest=digest_of_all(
                one.plan_digest or ""
                for one in members.values()
                if one.state == RequestState.PENDING
            ),
        )

    def _row(self, row: BatchRow, member: Member | None, parts: list[PartView]) -> RowView:
        profile = member.profile if member else row.profile
        return RowView(
            line=row.line,
            person=row.person,
            github_login=row.github_login,
            profile=profile,
            title=self._catalog.title(profile),
            subject=row.subject,
            number=row.request_number,
            state=RequestState(member.state) if member else None,
            problem=row.problem or (member.problem if member else None),
            parts=tuple(parts),
        )


def _part(part: Part) -> PartView:
    risks, state = (*part.risks.splitlines(),), StepState(part.state)
    is_made_good = part.made_good_by is not None
    return PartView(part.title, part.effect, part.planned, risks, state, part.detail, is_made_good)
