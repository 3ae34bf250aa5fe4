"""What App Home shows of batches, list by list: found by an index of its own, pages by key.

A batch has no list of the confidential: what is asked for in confidence is in none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.pages import Span
from storage import home_pages
from storage.home_pages import Ask, Slice, begun, sliced
from storage.models import METADATA

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


@dataclass(frozen=True, slots=True)
class Part:
    """What would happen at one vendor for one person of a batch."""

    batch: int
    title: str
    effect: str
    planned: str
    risks: str


_FACTS = [_BATCHES.c[name] for name in Line.__slots__]


def pending(connection: Connection, team_id: str, span: Span) -> Sequence[Line]:
    """Return batches that wait for a decision, at most ``PENDING_AT_ONCE``, newest first.

    Going back along ``span``, the oldest are first.
    """
    query = sa.select(*_FACTS).where(_PENDING, _BATCHES.c.team_id == team_id)
    ordered = begun(query, [_BATCHES.c.number], span).limit(PENDING_AT_ONCE)
    return [Line(*row) for row in connection.execute(ordered)]


def of_requester(connection: Connection, ask: Ask) -> Slice[Line]:
    """Return the batches that the viewer asked for, newest first."""
    mine = (_BATCHES.c.team_id == ask.team_id) & (_BATCHES.c.requester == ask.viewer)
    query = begun(sa.select(*_FACTS).where(mine), [_BATCHES.c.number], ask.span)
    found = [Line(*row) for row in connection.execute(query.limit(ask.size + 1))]
    return sliced(found, ask, lambda line: (line.number,))


def approvals(connection: Connection, numbers: Collection[int]) -> dict[int, list[str]]:
    """Return who has approved each of these batches already, oldest first."""
    return home_pages.approvals(connection, _DECISIONS.c.batch_number, numbers)


def with_somebody(connection: Connection, team_id: str, subject: str) -> set[int]:
    """Return the batches that wait for a decision about somebody."""
    about = (_REQUESTS.c.team_id == team_id) & (_REQUESTS.c.subject == subject)
    waits = (_REQUESTS.c.state == "pending") & _REQUESTS.c.batch.is_not(None)
    return set(connection.scalars(sa.select(_REQUESTS.c.batch).where(about, waits)))


def members(connection: Connection, numbers: Collection[int]) -> Sequence[Member]:
    """Return the requests of these batches, in the order in which they were made."""
    columns = [_REQUESTS.c[name] for name in Member.__slots__]
    query = sa.select(*columns).where(_REQUESTS.c.batch.in_(numbers))
    return sorted((Member(*row) for row in connection.execute(query)), key=lambda one: one.number)


def parts(connection: Connection, numbers: Collection[int]) -> Sequence[Part]:
    """Return what would happen to those people of these batches who wait for a decision."""
    mine = _STEPS.join(_REQUESTS, _REQUESTS.c.number == _STEPS.c.request_number)
    columns = [_REQUESTS.c.batch, *(_STEPS.c[name] for name in Part.__slots__[1:])]
    waits = _REQUESTS.c.batch.in_(numbers) & (_REQUESTS.c.state == "pending")
    query = sa.select(*columns).select_from(mine).where(waits)
    return [Part(*row) for row in connection.execute(query)]


def problems(connection: Connection, numbers: Collection[int]) -> Sequence[int]:
    """Return the batch of each line of which no request came."""
    wrong = _LINES.c.request_number.is_(None) & _LINES.c.problem.is_not(None)
    query = sa.select(_LINES.c.batch_number).where(_LINES.c.batch_number.in_(numbers), wrong)
    return list(connection.scalars(query))
