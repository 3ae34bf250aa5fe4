"""Reading what App Home shows of batches to one person; nothing here changes a row.

A batch waits for somebody as a request does: in the stage whose turn it is, and never where they
asked for it, are in it, or have approved it already.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.engine import Connection

from rules.catalog import Catalog
from rules.pages import Span
from rules.panel import stage_number
from rules.people import Actor, same_mailbox
from rules.plans import digest_of_all
from rules.states import RequestState
from rules.terms import from_text
from storage import home_batches, home_steps
from storage.database import Database
from storage.home_batches import PENDING_AT_ONCE, Line, Member
from storage.home_pages import Ask, Slice, chosen, or_first
from workflow.directory import Directory, actor_now, approvers_now
from workflow.homepending import Pending, pending
from workflow.homeviews import BatchList, HomeBatch

SIZE = 3
"""How many batches a list has."""

_NOT_ASKED = {RequestState.RECEIVED, RequestState.REFUSED}
_TAKEN_OUT = {"pending", "approved"}
"""Where a batch waits or was approved, who was cancelled was taken out of it alone."""

_Counts = Counter[str]
_Ways = Counter[tuple[str, str, str]]


class BatchLists:
    """Reads for the Home of the people of one workspace."""

    def __init__(
        self, database: Database, directory: Directory, team_id: str, catalog: Catalog
    ) -> None:
        """Read from ``database``; ``catalog`` knows what the profiles are called."""
        self._database, self._directory = database, directory
        self._team, self._catalog = team_id, catalog

    async def waiting(self, viewer: str, span: Span) -> BatchList:
        """Return the batches that somebody is asked to decide now; raises ``DirectoryError``."""
        seen = await self._database.read(partial(self.pending, viewer=viewer, span=span))
        page = await self.asked(seen)
        return await self._database.read(partial(self.with_plans, page=page))

    def pending(self, connection: Connection, viewer: str, span: Span) -> Pending[Line]:
        """Read what waits for anybody; a page that is empty by now is the first one."""
        ask = Ask(self._team, viewer, span, SIZE)
        found = pending(connection, ask, home_batches.pending, home_batches.approvals)
        return replace(found, about=home_batches.with_somebody(connection, self._team, viewer))

    async def asked(self, seen: Pending[Line]) -> Slice[Line]:
        """Return the page of what the viewer is asked to decide; raises ``DirectoryError``."""
        others = [one for one in seen.rows if one.number not in seen.about]
        reader = await actor_now(self._directory, seen.ask.viewer)
        mine = [one for one in others if await self._is_asked(reader, one, seen.given[one.number])]
        return chosen(mine, seen.rows, seen.ask, PENDING_AT_ONCE)

    async def undecided(self) -> tuple[HomeBatch, ...]:
        """Return the batches that wait for anybody, newest first, at most ``PENDING_AT_ONCE``."""
        return (await self._database.read(self._undecided)).rows

    async def mine(self, viewer: str, span: Span) -> BatchList:
        """Return the batches that somebody asked for, newest first, and how far they have come."""
        return await self._database.read(partial(self.of_requester, viewer=viewer, span=span))

    def of_requester(self, connection: Connection, viewer: str, span: Span) -> BatchList:
        """Read what ``mine`` returns; a page that is empty by now is the first one."""
        ask = Ask(self._team, viewer, span, SIZE)
        return self._shown(connection, or_first(home_batches.of_requester, connection, ask))

    async def _is_asked(self, reader: Actor, line: Line, given: Sequence[str]) -> bool:
        stages = from_text(line.terms).stages
        number = stage_number(stages, len(given))
        if number is None or reader.slack_id in {line.requester, line.principal, *given}:
            return False
        if any(same_mailbox(reader.email, one) for one in _mailboxes(line)):
            return False
        return reader.slack_id in await approvers_now(self._directory, stages[number].approvers)

    def _undecided(self, connection: Connection) -> BatchList:
        return self._shown(connection, Slice(home_batches.pending(connection, self._team, Span())))

    def with_plans(self, connection: Connection, page: Slice[Line]) -> BatchList:
        """Return a page of what waits with what would happen, and to how many people."""
        shown = self._shown(connection, page)
        ways, risks = defaultdict[int, _Ways](Counter), defaultdict[int, _Counts](Counter)
        for part in home_batches.parts(connection, [one.number for one in page.rows]):
            ways[part.batch][part.title, part.effect, part.planned] += 1
            risks[part.batch].update(part.risks.splitlines())
        rows = (replace(one, ways=ways[one.number], risks=risks[one.number]) for one in shown.rows)
        return replace(shown, rows=tuple(rows))

    def _shown(self, connection: Connection, page: Slice[Line]) -> BatchList:
        numbers = [one.number for one in page.rows]
        members = defaultdict[int, list[Member]](list)
        for one in home_batches.members(connection, numbers):
            members[one.batch].append(one)
        problems = Counter(home_batches.problems(connection, numbers))
        seen_to = _seen_to(connection, members)
        rows = (
            replace(
                self._row(one, members[one.number], problems[one.number]),
                seen_to=seen_to[one.number],
            )
            for one in page.rows
        )
        return BatchList(tuple(rows), page.back, page.on)

    def _row(self, line: Line, members: Sequence[Member], problems: int) -> HomeBatch:
        states = Counter(RequestState(one.state) for one in members)
        is_out = _NOT_ASKED | (
            {RequestState.CANCELLED} if _TAKEN_OUT & {line.state, line.verdict} else set()
        )
        asked = [one for one in members if RequestState(one.state) not in is_out]
        return HomeBatch(
            line.number,
            line.ref,
            line.state,
            line.verdict,
            line.requester,
            line.reason,
            line.created_at,
            states,
            problems + states[RequestState.REFUSED],
            Counter(self._catalog.title(one.profile) for one in asked),
            subjects=tuple(one.subject for one in asked),
            digest=digest_of_all(one.plan_digest or "" for one in asked),
            principal=line.principal,
        )


def _seen_to(connection: Connection, members: Mapping[int, Sequence[Member]]) -> Counter[int]:
    """Count the requests of each batch that ended with errors of which nothing is left."""
    ended = {
        one.number: batch
        for batch, of_it in members.items()
        for one in of_it
        if one.state == RequestState.COMPLETED_WITH_ERRORS
    }
    left = {one.request_number for one in home_steps.troubles(connection, list(ended))}
    return Counter(batch for number, batch in ended.items() if number not in left)


def _mailboxes(line: Line) -> tuple[str | None, str | None]:
    return line.requester_email, line.principal_email
