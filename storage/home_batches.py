"""What App Home shows of batches, list by list: found by an index of its own, pages by key.

A batch has no list of the confidential: what is asked for in confidence is in none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.pages import Span
from storage import home_pages
from storage.home_pages import Among, Ask, Pages, Slice, approving, sliced
from storage.models import METADATA
from storage.statements import Prepared, always

_BATCHES = METADATA.tables["batch"]
_DECISIONS = METADATA.tables["batchdecision"]
_LINES = METADATA.tables["batchrow"]
_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]

_PENDING = _BATCHES.c.state == sa.literal_column("'pending'")

PENDING_AT_ONCE = 50
"""How many batches that wait are looked through for those that wait for one person."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says of a batch itself. ``created_at`` is microseconds since the epoch, UTC."""

    number: int
    ref: str
    state: str
    verdict: str
    requester: str
    requester_email: str | None
    principal: str | None
    principal_email: str | None
    reason: str
    terms: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Member:
    """A request of a batch, as far as a line counts it."""

    batch: int
    number: int
    state: str
    profile: str
    subject: str
    plan_digest: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """What would happen at one vendor for one person of a batch."""

    batch: int
    title: str
    effect: str
    planned: str
    risks: str


_FACTS = sa.select(*(_BATCHES.c[name] for name in Line.__slots__))
_OF_TEAM = _BATCHES.c.team_id == sa.bindparam("team_id")
_WAITS = Pages(_FACTS.where(_PENDING, _OF_TEAM), _BATCHES.c.number)
_ASKED_BY = [
    Pages(_FACTS.where(_OF_TEAM, asking == sa.bindparam("viewer")), _BATCHES.c.number)
    for asking in (_BATCHES.c.requester, _BATCHES.c.principal)
]
_APPROVED = approving(_DECISIONS.c.batch_number)
_ABOUT = Prepared(
    always(
        sa.select(_REQUESTS.c.batch)
        .where(_REQUESTS.c.team_id == sa.bindparam("team_id"))
        .where(_REQUESTS.c.subject == sa.bindparam("subject"))
        .where(_REQUESTS.c.state == "pending", _REQUESTS.c.batch.is_not(None))
    )
)
_MEMBERS = Among(sa.select(*(_REQUESTS.c[name] for name in Member.__slots__)), _REQUESTS.c.batch)
_PARTS = Among(
    sa.select(_REQUESTS.c.batch, *(_STEPS.c[name] for name in Part.__slots__[1:]))
    .select_from(_STEPS.join(_REQUESTS, _REQUESTS.c.number == _STEPS.c.request_number))
    .where(_REQUESTS.c.state == "pending"),
    _REQUESTS.c.batch,
)
_PROBLEMS = Among(
    sa.select(_LINES.c.batch_number).where(
        _LINES.c.request_number.is_(None), _LINES.c.problem.is_not(None)
    ),
    _LINES.c.batch_number,
)


def pending(connection: Connection, team_id: str, span: Span) -> Sequence[Line]:
    """Return batches that wait for a decision, at most ``PENDING_AT_ONCE``, newest first.

    Going back along ``span``, the oldest are first.
    """
    rows = _WAITS.run(connection, span, PENDING_AT_ONCE, team_id=team_id)
    return [Line(*row) for row in rows]


def of_requester(connection: Connection, ask: Ask) -> Slice[Line]:
    """Return the batches that were asked for by the viewer or on their behalf, newest first."""
    given, most = {"team_id": ask.team_id, "viewer": ask.viewer}, ask.size + 1
    lines = [
        Line(*row) for one in _ASKED_BY for row in one.run(connection, ask.span, most, **given)
    ]
    found = sorted(lines, key=lambda line: line.number, reverse=not ask.span.back)
    return sliced(found[:most], ask, lambda line: (line.number,))


def approvals(connection: Connection, numbers: Collection[int]) -> dict[int, list[str]]:
    """Return who has approved each of these batches already, oldest first."""
    return home_pages.approvals(connection, _APPROVED, numbers)


def with_somebody(connection: Connection, team_id: str, subject: str) -> set[int]:
    """Return the batches that wait for a decision about somebody."""
    return {batch for [batch] in _ABOUT.run(connection, team_id=team_id, subject=subject)}


def members(connection: Connection, numbers: Collection[int]) -> Sequence[Member]:
    """Return the requests of these batches, in the order in which they were made."""
    found = (Member(*row) for row in _MEMBERS.run(connection, numbers))
    return sorted(found, key=lambda one: one.number)


def parts(connection: Connection, numbers: Collection[int]) -> Sequence[Part]:
    """Return what would happen to those people of these batches who wait for a decision."""
    return [Part(*row) for row in _PARTS.run(connection, numbers)]


def problems(connection: Connection, numbers: Collection[int]) -> Sequence[int]:
    """Return the batch of each line of which no request came."""
    return [batch for [batch] in _PROBLEMS.run(connection, numbers)]
