"""Reading what App Home shows to one person; nothing here changes a row.

What waits for somebody is what they are asked to decide at this moment: in the stage whose turn it
is, neither asked for by them nor about them, and not decided by them already. Hence nobody reads
there of a confidential request who is not its approver.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.engine import Connection

from rules.catalog import Catalog
from rules.pages import Span
from rules.panel import stage_number
from rules.people import Actor, same_mailbox
from rules.states import RequestState, StepState
from rules.terms import from_text
from rules.values import Kind
from storage import home, home_steps
from storage.database import Database
from storage.home import PENDING_AT_ONCE, Row
from storage.home_batches import Line
from storage.home_pages import Ask, Slice, chosen, or_first
from storage.home_steps import PlannedStep, StuckStep
from workflow.directory import Directory, actor_now, approvers_now
from workflow.homebatches import BatchLists
from workflow.homepending import Pending, pending
from workflow.homeviews import Asked, BatchList, HomeList, HomeRow, Planned, Trouble

SIZE = 5
"""How many lines a list has."""

List = Callable[[Connection, Ask], Slice[Row]]


@dataclass(frozen=True, slots=True)
class _Waits:
    """All that waits for anybody."""

    requests: Pending[Row]
    batches: Pending[Line]


class HomeReads:
    """Reads for the Home of the people of one workspace."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        catalog: Catalog,
        team_id: str,
        resending: frozenset[str],
    ) -> None:
        """Read from ``database``; ``resending`` vendors can mail an invitation again."""
        self._database, self._directory = database, directory
        self._team, self._resending = team_id, resending
        self.batches = BatchLists(database, directory, team_id, catalog)

    async def shown(
        self, viewer: str, span_of: Callable[[str], Span], *, decides: bool
    ) -> Mapping[str, HomeList | BatchList]:
        """Return all lists of somebody's Home by their names, in their order.

        What they list is as of one moment. What waits for them is known once Slack was asked who
        decides, and its plans are read then. ``span_of`` names the page of each list; ``decides``
        tells whether they may approve something. Raises ``DirectoryError``.
        """
        read = partial(self._lists, viewer=viewer, span_of=span_of, decides=decides)
        waits, lists = await self._database.read_as_one(read)
        if waits is None:
            return lists
        page, batches = await self._asked(waits.requests), await self.batches.asked(waits.batches)
        plans = partial(self._all_with_plans, page=page, batches=batches)
        return {**await self._database.read(plans), **lists}

    async def waiting(self, viewer: str, span: Span) -> HomeList:
        """Return what somebody is asked to decide now; raises ``DirectoryError``.

        A page looks through so many requests at most: it may be short, and more may follow.
        """
        seen = await self._database.read(partial(self._pending, viewer=viewer, span=span))
        page = await self._asked(seen)
        return await self._database.read(partial(_with_plans, page=page))

    async def mine(self, viewer: str, span: Span) -> HomeList:
        """Return what somebody asked for, newest first, with what is left to do about it."""
        return await self._listed(home.of_requester, viewer, span)

    async def about(self, subject: str, viewer: str, span: Span, *, own: bool) -> HomeList:
        """Return the requests about somebody that ``viewer`` may read; ``own``: made by them."""
        return await self._listed(partial(home.about, subject=subject, own=own), viewer, span)

    async def leaving(self, viewer: str, span: Span) -> HomeList:
        """Return whose access ends, the next one first."""
        return await self._listed(home.leaving, viewer, span)

    async def in_trouble(self, viewer: str, span: Span) -> HomeList:
        """Return what did not end well or is overdue, newest first."""
        return await self._listed(home.in_trouble, viewer, span)

    def _lists(
        self, connection: Connection, viewer: str, span_of: Callable[[str], Span], *, decides: bool
    ) -> tuple[_Waits | None, dict[str, HomeList | BatchList]]:
        """Read everything; those who decide nothing have two lists."""
        page = partial(self._page, connection, viewer)
        mine: dict[str, HomeList | BatchList] = {
            "mine": page(home.of_requester, span_of("mine")),
            "my_batches": self.batches.of_requester(connection, viewer, span_of("my_batches")),
        }
        if not decides:
            return None, mine
        requests = self._pending(connection, viewer, span_of("waiting"))
        batches = self.batches.pending(connection, viewer, span_of("batches"))
        return _Waits(requests, batches), {
            "trouble": page(home.in_trouble, span_of("trouble")),
            **mine,
            "leaving": page(home.leaving, span_of("leaving")),
            "on_board": page(home.on_board, span_of("on_board")),
        }

    def _pending(self, connection: Connection, viewer: str, span: Span) -> Pending[Row]:
        ask = Ask(self._team, viewer, span, SIZE)
        return pending(connection, ask, home.pending, home.approvals)

    async def _asked(self, seen: Pending[Row]) -> Slice[Row]:
        """Return the page of what the viewer is asked to decide."""
        reader = await actor_now(self._directory, seen.ask.viewer)
        mine = [
            row for row in seen.rows if await self._is_asked(reader, row, seen.given[row.number])
        ]
        return chosen(mine, seen.rows, seen.ask, PENDING_AT_ONCE)

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
        return await self._database.read(partial(self._page, viewer=viewer, read=read, span=span))

    def _page(self, connection: Connection, viewer: str, read: List, span: Span) -> HomeList:
        """Return a page with what is left to do; one that is empty by now is the first one."""
        ask = Ask(self._team, viewer, span, SIZE)
        page = or_first(read, connection, ask)
        numbers = [row.number for row in page.rows]
        late = home.overdue(connection, numbers)
        troubles = self._troubles(home_steps.troubles(connection, numbers))
        rows = (_row(row, late, troubles.get(row.number, ())) for row in page.rows)
        return HomeList(tuple(rows), page.back, page.on)

    def _all_with_plans(
        self, connection: Connection, page: Slice[Row], batches: Slice[Line]
    ) -> dict[str, HomeList | BatchList]:
        return {
            "waiting": _with_plans(connection, page),
            "batches": self.batches.with_plans(connection, batches),
        }

    def _troubles(self, steps: Sequence[StuckStep]) -> Mapping[int, tuple[Trouble, ...]]:
        found: dict[int, tuple[Trouble, ...]] = {}
        for one in steps:
            resends = one.vendor in self._resending
            state, handed = StepState(one.state), one.handed_to
            trouble = Trouble(one.ref, one.vendor, one.title, state, resends, handed)
            found[one.request_number] = (*found.get(one.request_number, ()), trouble)
        return found


def _with_plans(connection: Connection, page: Slice[Row]) -> HomeList:
    steps = home_steps.planned(connection, [row.number for row in page.rows])
    return HomeList(tuple(_with_plan(row, steps) for row in page.rows), page.back, page.on)


def _with_plan(row: Row, steps: Sequence[PlannedStep]) -> HomeRow:
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
