"""Reading what App Home shows of batches to one person; nothing here changes a row.

A batch waits for somebody as a request does: in the stage whose turn it is, and never where they
asked for it, are in it, or have approved it already.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.engine import Connection

from rules.pages import Span
from rules.panel import stage_number
from rules.people import Actor, same_mailbox
from rules.states import RequestState
from rules.terms import from_text
from storage import home_batches
from storage.database import Database
from storage.home_batches import PENDING_AT_ONCE, Line, Member
from storage.home_pages import Ask, Slice, chosen
from workflow.directory import Directory, actor_now, approvers_now
from workflow.homeviews import BatchList, HomeBatch

SIZE = 3
"""How many batches a list has."""

_NOT_ASKED = {RequestState.RECEIVED, RequestState.REFUSED}

_Counts = Counter[str]
_Ways = Counter[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What waits for anybody: which page it is after all, what is about the viewer, approvals."""

    ask: Ask
    lines: Sequence[Line]
    about: set[int]
    given: dict[int, list[str]]


class BatchLists:
    """Reads for the Home of the people of one workspace."""

    def __init__(self, database: Database, directory: Directory, team_id: str) -> None:
        """Read from ``database``."""
        self._database, self._directory, self._team = database, directory, team_id

    async def waiting(self, viewer: str, span: Span) -> BatchList:
        """Return the batches that somebody is asked to decide now; raises ``DirectoryError``."""
        ask = Ask(self._team, viewer, span, SIZE)
        waits = await self._database.read(partial(_waiting, ask=ask))
        others = [one for one in waits.lines if one.number not in waits.about]
        reader = await actor_now(self._directory, viewer)
        mine = [one for one in others if await self._is_asked(reader, one, waits.given[one.number])]
        page = chosen(mine, waits.lines, waits.ask, PENDING_AT_ONCE)
        return await self._database.read(partial(_with_plans, page=page))

    async def undecided(self) -> tuple[HomeBatch, ...]:
        """Return the batches that wait for anybody, newest first, at most ``PENDING_AT_ONCE``."""
        return (await self._database.read(partial(_undecided, team_id=self._team))).rows

    async def mine(self, viewer: str, span: Span) -> BatchList:
        """Return the batches that somebody asked for, newest first, and how far they have come."""
        ask = Ask(self._team, viewer, span, SIZE)
        return await self._database.read(partial(_of_requester, ask=ask))

    async def _is_asked(self, reader: Actor, line: Line, given: Sequence[str]) -> bool:
        stages = from_text(line.terms).stages
        number = stage_number(stages, len(given))
        if number is None or reader.slack_id in {line.requester, *given}:
            return False
        if same_mailbox(reader.email, line.requester_email):
            return False
        return reader.slack_id in await approvers_now(self._directory, stages[number].approvers)


def _waiting(connection: Connection, ask: Ask) -> _Waiting:
    """Return what waits; a page that is empty by now is the first one."""
    lines = home_batches.pending(connection, ask.team_id, ask.span)
    if not lines and ask.span.key:
        return _waiting(connection, replace(ask, span=Span()))
    about = home_batches.with_somebody(connection, ask.team_id, ask.viewer)
    given = home_batches.approvals(connection, [one.number for one in lines])
    return _Waiting(ask, lines, about, given)


def _undecided(connection: Connection, team_id: str) -> BatchList:
    return _shown(connection, Slice(home_batches.pending(connection, team_id, Span())))


def _with_plans(connection: Connection, page: Slice[Line]) -> BatchList:
    shown = _shown(connection, page)
    ways, risks = defaultdict[int, _Ways](Counter), defaultdict[int, _Counts](Counter)
    for part in home_batches.parts(connection, [one.number for one in page.rows]):
        ways[part.batch][part.title, part.effect, part.planned] += 1
        risks[part.batch].update(part.risks.splitlines())
    rows = (replace(one, ways=ways[one.number], risks=risks[one.number]) for one in shown.rows)
    return replace(shown, rows=tuple(rows))


def _of_requester(connection: Connection, ask: Ask) -> BatchList:
    page = home_batches.of_requester(connection, ask)
    if not page.rows and ask.span.key:
        page = home_batches.of_requester(connection, replace(ask, span=Span()))
    return _shown(connection, page)


def _shown(connection: Connection, page: Slice[Line]) -> BatchList:
    numbers = [one.number for one in page.rows]
    members = defaultdict[int, list[Member]](list)
    for one in home_batches.members(connection, numbers):
        members[one.batch].append(one)
    problems = Counter(home_batches.problems(connection, numbers))
    rows = (_row(one, members[one.number], problems[one.number]) for one in page.rows)
    return BatchList(tuple(rows), page.back, page.on)


def _row(line: Line, members: Sequence[Member], problems: int) -> HomeBatch:
    states = Counter(RequestState(one.state) for one in members)
    asked = [one for one in members if RequestState(one.state) not in _NOT_ASKED]
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
        Counter(one.profile for one in asked),
        subjects=tuple(one.subject for one in asked),
    )
