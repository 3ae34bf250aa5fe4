"""What App Home shows, list by list: few columns, found by an index, pages by key.

A list that is rare among the requests has a partial index of its own, whose conditions stand in the
queries as they stand in the index: SQLite uses it only then. What is confidential is in no list but
its requester's, and in ``pending``, whose rows are for those alone who are asked to decide them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.pages import Span
from rules.states import GOOD
from storage import home_pages
from storage.home_pages import Ask, Slice, begun, sliced
from storage.models import METADATA, Step

_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]
_PEOPLE = METADATA.tables["person"]
_ALARMS = METADATA.tables["alarm"]
_DECISIONS = METADATA.tables["decision"]

_FACTS = [
    _REQUESTS.c[name]
    for name in (
        "number", "ref", "kind", "state", "requester", "principal", "subject", "created_at",
        "expires_at", "confidential",
    )
] + [_PEOPLE.c.given_name, _PEOPLE.c.family_name]  # fmt: skip
_ASKED = [
    _PEOPLE.c.email,
    *(
        _REQUESTS.c[name]
        for name in (
            "requester_email", "principal_email", "github_login", "reason", "starts_at", "until_at",
            "zone",
        )
    ),
]  # fmt: skip
_WITH_NAME = _REQUESTS.outerjoin(_PEOPLE, _PEOPLE.c.id == _REQUESTS.c.person_id)


_NONE: sa.ColumnClause[str] = sa.literal_column("''")


def _is(column: sa.ColumnElement[str], *words: str) -> sa.ColumnElement[bool]:
    """Compare with words that stand in the query itself, as they stand in the index."""
    written: list[sa.ColumnClause[str]] = [sa.literal_column(f"'{word}'") for word in words]
    return column.in_(written) if len(written) > 1 else column == written[0]


_ON_BOARD = _is(_REQUESTS.c.kind, "onboard") & _is(_REQUESTS.c.state, "completed")
_STATE, _KIND = (sa.func.coalesce(one, _NONE) for one in (_STEPS.c.state, _ALARMS.c.kind))
_IN_TROUBLE = _is(_STATE, "failed", "unknown", "action_required", "expired")
_COMING, _OVERDUE = _is(_ALARMS.c.kind, "end", "start"), _is(_KIND, "overdue")
_WILL_START = (_REQUESTS.c.kind == "offboard") & (_REQUESTS.c.state == "scheduled")
_LEAVES = (_ALARMS.c.kind == "end") | _WILL_START

PENDING_AT_ONCE = 200
"""How many requests that wait are looked through for those that wait for one person."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a line says of a request. ``due_at`` is when an access ends, where the list is of ends.

    ``terms``, and what else is asked, are given where it waits for a decision.
    """

    number: int
    ref: str
    kind: str
    state: str
    requester: str
    principal: str | None
    subject: str
    created_at: int
    expires_at: int
    confidential: bool
    given_name: str | None
    family_name: str | None
    terms: str = ""
    due_at: int = 0
    email: str | None = None
    requester_email: str | None = None
    principal_email: str | None = None
    github_login: str | None = None
    reason: str = ""
    starts_at: int | None = None
    until_at: int | None = None
    zone: str | None = None


def pending(connection: Connection, team_id: str, span: Span) -> Sequence[Row]:
    """Return requests that wait for a decision, the confidential ones too, with their terms.

    A batch is decided on its own card, so that none of its requests is here.

    At most ``PENDING_AT_ONCE``, from the beginning of ``span`` on: going back, the oldest first.
    """
    alone = _REQUESTS.c.batch.is_(None)
    wanted = (_REQUESTS.c.state == "pending") & (_REQUESTS.c.team_id == team_id) & alone
    query = sa.select(*_FACTS, *_ASKED, _REQUESTS.c.terms).select_from(_WITH_NAME).where(wanted)
    return _rows(connection, begun(query, [_REQUESTS.c.number], span).limit(PENDING_AT_ONCE))


def approvals(connection: Connection, numbers: Collection[int]) -> dict[int, list[str]]:
    """Return who has approved each of these requests already, oldest first."""
    return home_pages.approvals(connection, _DECISIONS.c.request_number, numbers)


def of_requester(connection: Connection, ask: Ask) -> Slice[Row]:
    """Return what the viewer asked for, newest first; nothing confidential about themselves.

    What was asked on their behalf is theirs as well, and is found by an index of its own.
    """
    number, found = _REQUESTS.c.number, set[int]()
    for asking in (_REQUESTS.c.requester, _REQUESTS.c.principal):
        mine = (_REQUESTS.c.team_id == ask.team_id) & (asking == ask.viewer)
        query = _shown_to(ask.viewer).where(mine).with_only_columns(number)
        found.update(connection.scalars(begun(query, [number], ask.span).limit(ask.size + 1)))
    return _page(connection, _shown_to(ask.viewer).where(number.in_(found)), ask)


def about(connection: Connection, ask: Ask, subject: str, *, own: bool) -> Slice[Row]:
    """Return the requests about somebody, newest first; ``own``: those of the viewer alone."""
    wanted = (_REQUESTS.c.team_id == ask.team_id) & (_REQUESTS.c.subject == subject)
    query = _shown_to(ask.viewer).where(wanted)
    if own:
        query = query.where(_asked_by(ask.viewer))
    return _page(connection, query, ask)


def on_board(connection: Connection, ask: Ask) -> Slice[Row]:
    """Return those who were brought on board, the latest request first."""
    query = sa.select(*_FACTS).select_from(_WITH_NAME)
    query = query.where(_ON_BOARD, _REQUESTS.c.team_id == ask.team_id, _is_public())
    return _page(connection, query, ask)


def leaving(connection: Connection, ask: Ask) -> Slice[Row]:
    """Return the accesses that end and the offboardings that will start, the next one first.

    Going on is later.
    """
    source = _ALARMS.join(_REQUESTS, _REQUESTS.c.number == _ALARMS.c.request_number)
    source = source.outerjoin(_PEOPLE, _PEOPLE.c.id == _REQUESTS.c.person_id)
    query = sa.select(*_FACTS, _ALARMS.c.due_at).select_from(source)
    query = query.where(_COMING, _LEAVES, _of_team(ask), _is_public())
    keys = [_ALARMS.c.due_at, _ALARMS.c.request_number]
    found = _rows(connection, begun(query, keys, ask.span, rising=True).limit(ask.size + 1))
    return sliced(found, ask, lambda row: (row.due_at, row.number))


def in_trouble(connection: Connection, ask: Ask) -> Slice[Row]:
    """Return the requests of which something did not end well or is overdue, newest first."""
    numbers = {*_troubled(connection, ask), *_late(connection, ask)}
    ordered = sorted(numbers, reverse=not ask.span.back)[: ask.size + 1]
    query = sa.select(*_FACTS).select_from(_WITH_NAME).where(_REQUESTS.c.number.in_(ordered))
    found = {row.number: row for row in _rows(connection, query)}
    return sliced([found[one] for one in ordered], ask, lambda row: (row.number,))


def planned(connection: Connection, numbers: Collection[int]) -> Sequence[Step]:
    """Return the steps of these requests, each request's in the order of its plan."""
    rows = connection.execute(sa.select(_STEPS).where(_STEPS.c.request_number.in_(numbers)))
    return sorted((Step(**row) for row in rows.mappings()), key=lambda step: step.id or 0)


def troubles(connection: Connection, numbers: Collection[int]) -> Sequence[Step]:
    """Return the steps of these requests that did not end well and do not move by themselves."""
    wanted = _STEPS.c.request_number.in_(numbers) & _IN_TROUBLE & _STEPS.c.next_at.is_(None)
    order = (_STEPS.c.request_number, _STEPS.c.id)
    rows = connection.execute(sa.select(_STEPS).where(wanted).order_by(*order))
    return [Step(**row) for row in rows.mappings()]


def overdue(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Return which of these requests are overdue."""
    wanted = _OVERDUE & _ALARMS.c.request_number.in_(numbers)
    return set(connection.scalars(sa.select(_ALARMS.c.request_number).where(wanted)))


def _troubled(connection: Connection, ask: Ask) -> list[int]:
    """Return numbers of requests of which a step did not end well and was not made good later."""
    number = _STEPS.c.request_number
    query = (
        sa.select(number)
        .distinct()
        .join(_REQUESTS, _REQUESTS.c.number == number)
        .where(_IN_TROUBLE, _STEPS.c.next_at.is_(None), _of_team(ask))
        .where(_is_public(), ~_made_good())
    )
    return list(connection.scalars(begun(query, [number], ask.span).limit(ask.size + 1)))


def _made_good() -> sa.Exists:
    """Tell whether a later request about the same person ended well at the same vendor."""
    later, steps = _REQUESTS.alias(), _STEPS.alias()
    same = (later.c.team_id == _REQUESTS.c.team_id) & (later.c.subject == _REQUESTS.c.subject)
    at_vendor = (steps.c.request_number == later.c.number) & (
        _no_index(steps.c.vendor) == _STEPS.c.vendor
    )
    well = steps.c.state.in_([state.value for state in GOOD])
    return sa.exists().where(same, later.c.number > _REQUESTS.c.number, at_vendor, well)


def _late(connection: Connection, ask: Ask) -> list[int]:
    number = _ALARMS.c.request_number
    query = sa.select(number).join(_REQUESTS, _REQUESTS.c.number == number)
    query = query.where(_OVERDUE, _of_team(ask), _is_public())
    return list(connection.scalars(begun(query, [number], ask.span).limit(ask.size + 1)))


def _of_team(ask: Ask) -> sa.ColumnElement[bool]:
    """Compare the team without its index: almost every request is of the one team."""
    return _no_index(_REQUESTS.c.team_id) == ask.team_id


def _no_index(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Return a column's value by which no index is used.

    Nobody counts the rows of a new SQLite file, so that it would take the first index that fits.
    """
    return sa.func.coalesce(column, "")


def _is_public() -> sa.ColumnElement[bool]:
    return _REQUESTS.c.confidential.is_(False)


def _asked_by(viewer: str) -> sa.ColumnElement[bool]:
    return (_REQUESTS.c.requester == viewer) | (_REQUESTS.c.principal == viewer)


def _shown_to(viewer: str) -> sa.Select[Any]:
    """Return what somebody may read: what is public, and their own, but for what is about them."""
    own = _asked_by(viewer) & (_REQUESTS.c.subject != viewer)
    return sa.select(*_FACTS).select_from(_WITH_NAME).where(_is_public() | own)


def _page(connection: Connection, query: sa.Select[Any], ask: Ask) -> Slice[Row]:
    found = _rows(connection, begun(query, [_REQUESTS.c.number], ask.span).limit(ask.size + 1))
    return sliced(found, ask, lambda row: (row.number,))


def _rows(connection: Connection, query: sa.Select[Any]) -> list[Row]:
    return [Row(**row) for row in connection.execute(query).mappings()]
