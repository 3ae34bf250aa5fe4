"""What App Home shows, list by list: few columns, found by an index, pages by key.

What is confidential is in no list but its requester's, and in ``pending``, whose rows are for those
alone who are asked to decide them. The statements are in ``storage.home_queries``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules.pages import Span
from storage import home_pages, home_queries
from storage.home_pages import Ask, Pages, Slice, sliced

PENDING_AT_ONCE = 200
"""How many requests that wait are looked through for those that wait for one person."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a line says of a request. ``due_at`` is when an access ends, where the list is of ends.

    ``terms``, ``confidential`` and what else is asked are given where it waits for a decision.
    """

    number: int
    ref: str
    kind: str
    state: str
    requester: str
    principal: str | None
    subject: str
    created_at: int
    given_name: str | None
    family_name: str | None
    due_at: int = 0
    terms: str = ""
    email: str | None = None
    requester_email: str | None = None
    principal_email: str | None = None
    github_login: str | None = None
    reason: str = ""
    starts_at: int | None = None
    until_at: int | None = None
    zone: str | None = None
    confidential: bool = False


def pending(connection: Connection, team_id: str, span: Span) -> Sequence[Row]:
    """Return requests that wait for a decision, the confidential ones too, with their terms.

    A batch is decided on its own card, so that none of its requests is here.

    At most ``PENDING_AT_ONCE``, from the beginning of ``span`` on: going back, the oldest first.
    """
    rows = home_queries.WAITS.run(connection, span, PENDING_AT_ONCE, team_id=team_id)
    return [Row(*(*row[:-1], bool(row[-1]))) for row in rows]


def approvals(connection: Connection, numbers: Collection[int]) -> dict[int, list[str]]:
    """Return who has approved each of these requests already, oldest first."""
    return home_pages.approvals(connection, home_queries.APPROVED, numbers)


def of_requester(connection: Connection, ask: Ask) -> Slice[Row]:
    """Return what the viewer asked for, newest first; nothing confidential about themselves.

    What was asked on their behalf is theirs as well, and is found by an index of its own.
    """
    given, most = {"team_id": ask.team_id, "viewer": ask.viewer}, ask.size + 1
    asked = (one.run(connection, ask.span, most, **given) for one in home_queries.ASKED_FOR)
    return _page_of(connection, {number for rows in asked for [number] in rows}, ask)


def about(connection: Connection, ask: Ask, subject: str, *, own: bool) -> Slice[Row]:
    """Return the requests about somebody, newest first; ``own``: those of the viewer alone."""
    pages = home_queries.MINE_ABOUT if own else home_queries.ABOUT
    return _page(connection, pages, ask, viewer=ask.viewer, subject=subject)


def on_board(connection: Connection, ask: Ask) -> Slice[Row]:
    """Return those who were brought on board, the latest request first."""
    return _page(connection, home_queries.CAME, ask)


def leaving(connection: Connection, ask: Ask) -> Slice[Row]:
    """Return the accesses that end and the offboardings that will start, the next one first.

    Going on is later.
    """
    rows = home_queries.GO.run(connection, ask.span, ask.size + 1, team_id=ask.team_id)
    found = [Row(*row) for row in rows]
    return sliced(found, ask, lambda row: (row.due_at, row.number))


def in_trouble(connection: Connection, ask: Ask) -> Slice[Row]:
    """Return the requests of which something did not end well or is overdue, newest first."""
    ways = (home_queries.TROUBLED, home_queries.LATE)
    found = (one.run(connection, ask.span, ask.size + 1, team_id=ask.team_id) for one in ways)
    return _page_of(connection, {number for rows in found for [number] in rows}, ask)


def overdue(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Return which of these requests are overdue."""
    return {number for [number] in home_queries.OVERDUE.run(connection, numbers)}


def _page(connection: Connection, pages: Pages, ask: Ask, **given: str) -> Slice[Row]:
    rows = pages.run(connection, ask.span, ask.size + 1, team_id=ask.team_id, **given)
    return sliced([Row(*row) for row in rows], ask, _number)


def _page_of(connection: Connection, numbers: Collection[int], ask: Ask) -> Slice[Row]:
    """Return the page of a list of which the numbers are known, one more than fits."""
    ordered = sorted(numbers, reverse=not ask.span.back)[: ask.size + 1]
    found = {row[0]: Row(*row) for row in home_queries.BY_NUMBER.run(connection, ordered)}
    return sliced([found[one] for one in ordered], ask, _number)


def _number(row: Row) -> tuple[int]:
    return (row.number,)
