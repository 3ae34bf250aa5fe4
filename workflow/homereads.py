"""Reading what App Home shows to one person; nothing here changes a row.

What waits for somebody is what they are asked to decide at this moment: in the stage whose turn it
is, neither asked for by them nor about them, and not decided by them already. Hence nobody reads
there of a confidential request who is not its approver.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.engine import Connection

from rules.pages import Span
from rules.panel import stage_number
from rules.people import Actor, same_mailbox
from rules.states import RequestState, StepState
from rules.terms import from_text
from rules.values import Kind
from storage import home
from storage.database import Database
from storage.home import PENDING_AT_ONCE, Row
from storage.home_pages import Ask, Slice, chosen
from storage.models import Step
from workflow.directory import Directory, actor_now, approvers_now
from workflow.homebatches import BatchLists
from workflow.homeviews import Asked, HomeList, HomeRow, Planned, Trouble

SIZE = 5
"""How many lines a list has."""

List = Callable[[Connection, Ask], Slice[Row]]


class HomeReads:
    """Reads for the Home of the people of one workspace."""

    def __init__(
        self, database: Database, directory: Directory, team_id: str, resending: frozenset[str]
    ) -> None:
        """Read from ``database``; ``resending`` vendors can mail an invitation again."""
        self._database, self._directory = database, directory
        self._team, self._resending = team_id, resending
        self.batches = BatchLists(database, directory, team_id)

    async def waiting(self, viewer: str, span: Span) -> HomeList:
        """Return what somebody is asked to decide now; raises ``DirectoryError``.

        A page looks through so many requests at most: it may be short, and more may follow.
        """
        work = partial(_pending, team_id=self._team, span=span)
        rows, given, span = await self._database.read(work)
        reader = await actor_now(self._directory, viewer)
        mine = [row for row in rows if await self._is_asked(reader, row, given[row.number])]
        page = chosen(mine, rows, Ask(self._team, viewer, span, SIZE), PENDING_AT_ONCE)
        numbers = [row.number for row in page.rows]
        steps = await self._database.read(partial(home.planned, numbers=numbers))
        return HomeList(tuple(_with_plan(row, steps) for row in page.rows), page.back, page.on)

    async def mine(self, viewer: str, span: Span) -> HomeList:
        """Return what somebody asked for, newest first, with what is left to do about it."""
        return await self._listed(home.of_requester, viewer, span)

    async def about(self, subject: str, viewer: str, span: Span, *, own: bool) -> HomeList:
        """Return the requests about somebody that ``viewer`` may read; ``own``: made by them."""
        return await self._listed(partial(home.about, subject=subject, own=own), viewer, span)

    async def on_board(self, viewer: str, span: Span) -> HomeList:
        """Return who came on board, the latest first."""
        return await self._listed(home.on_board, viewer, span)

    async def leaving(self, viewer: str, span: Span) -> HomeList:
        """Return whose access ends, the next one first."""
        return await self._listed(home.leaving, viewer, span)

    async def in_trouble(self, viewer: str, span: Span) -> HomeList:
        """Return what did not end well or is overdue, newest first."""
        return await self._listed(home.in_trouble, viewer, span)

    async def _is_asked(self, reader: Actor, row: Row, given: Sequence[str]) -> bool:
        viewer, mailboxes = reader.slack_id, (row.email, row.requester_email, row.principal_email)
        if viewer in {row.requester, row.principal, row.subject, *given}:
            return False
        if any(same_mailbox(reader.email, one) for one in mailboxes):
            return False
        stages = from_text(row.terms).stages
        number = stage_number(stages, len(given))
        if number is None:
            return False
        return viewer in await approvers_now(self._directory, stages[number].approvers)

    async def _listed(self, read: List, viewer: str, span: Span) -> HomeList:
        ask = Ask(self._team, viewer, span, SIZE)
        return await self._database.read(partial(self._page, read=read, ask=ask))

    def _page(self, connection: Connection, read: List, ask: Ask) -> HomeList:
        """Return a page with what is left to do; one that is empty by now is the first one."""
        page = read(connection, ask)
        if not page.rows and ask.span.key:
            page = read(connection, Ask(ask.team_id, ask.viewer, Span(), ask.size))
        numbers = [row.number for row in page.rows]
        late = home.overdue(connection, numbers)
        troubles = self._troubles(home.troubles(connection, numbers))
        rows = (_row(row, late, troubles.get(row.number, ())) for row in page.rows)
        return HomeList(tuple(rows), page.back, page.on)

    def _troubles(self, steps: Sequence[Step]) -> Mapping[int, tuple[Trouble, ...]]:
        found: dict[int, tuple[Trouble, ...]] = {}
        for one in steps:
            resends = one.vendor in self._resending
            state, handed = StepState(one.state), one.handed_to
            trouble = Trouble(one.ref, one.vendor, one.title, state, resends, handed)
            found[one.request_number] = (*found.get(one.request_number, ()), trouble)
        return found


def _pending(
    connection: Connection, team_id: str, span: Span
) -> tuple[Sequence[Row], dict[int, list[str]], Span]:
    """Return what waits, who approved it already, and where this page begins after all."""
    rows = home.pending(connection, team_id, span)
    if not rows and span.key:
        span = Span()
        rows = home.pending(connection, team_id, span)
    return rows, home.approvals(connection, [row.number for row in rows]), span


def _with_plan(row: Row, steps: Sequence[Step]) -> HomeRow:
    mine = (step for step in steps if step.request_number == row.number)
    plan = (
        Planned(one.title, one.effect, one.planned, tuple(one.risks.splitlines()), one.changed)
        for one in mine
    )
    return replace(_row(row, set(), ()), asked=_asked(row), plan=tuple(plan))


def _asked(row: Row) -> Asked:
    return Asked(row.email, row.github_login, row.reason, row.starts_at, row.until_at, row.zone)


def _row(row: Row, late: set[int], troubles: tuple[Trouble, ...]) -> HomeRow:
    return HomeRow(
        row.number,
        row.ref,
        Kind(row.kind),
        RequestState(row.state),
        row.requester,
        row.subject,
        f"{row.given_name or ''} {row.family_name or ''}".strip(),
        row.created_at,
        row.due_at,
        row.number in late,
        troubles,
        principal=row.principal,
    )
