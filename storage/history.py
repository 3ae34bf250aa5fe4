"""Requests in the order they were made, newest first, page by page.

Pages go by key: the page that starts after number *n* costs the same at any depth. Each kind of
question is led by an index that ends in the number, so that its rows come in the order of the page;
whatever else is asked narrows these rows, some hundred at a time, and ``look_back`` bounds how many
of them one page looks at. A page that found little then says where the next one goes on.

Numbers follow the moments at which requests were made, but for those made at the same time by
several processes: a span of time is looked for among the numbers of that span and a day around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.conditions import unindexed
from storage.entities import all_of
from storage.models import METADATA, Request
from storage.requests import is_alone

_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]

LOOK_BACK = 1_000
"""How many requests one page looks at for somebody who waits for it."""

_Led = sa.Select[tuple[int]]

_CHUNK = 100
_DAY = 24 * 3600 * 1_000_000
_EQUAL = ("team_id", "subject", "state", "confidential", "number", "batch")


@dataclass(frozen=True, slots=True)
class Page:
    """Some requests, and the number to ask for the next ones with; None at the end."""

    requests: Sequence[Request]
    after: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which requests to show. Every field that is given narrows the choice.

    ``requester`` is who asked, or on whose behalf somebody did. ``viewer`` leaves out what is
    confidential and was not asked for by this person, nor on their behalf. ``since`` and
    ``until`` are microseconds since the epoch, UTC; a request made at ``until`` is too late.
    ``alone`` leaves out what was asked for in a batch.
    """

    team_id: str | None = None
    subject: str | None = None
    requester: str | None = None
    state: str | None = None
    confidential: bool | None = None
    viewer: str | None = None
    number: int | None = None
    vendor: str | None = None
    since: int | None = None
    until: int | None = None
    alone: bool = False
    batch: int | None = None

    def clauses(self) -> list[sa.ColumnElement[bool]]:
        """Return one condition for each field that is given."""
        given = {name: getattr(self, name) for name in _EQUAL}
        asked = [_REQUESTS.c[name] == value for name, value in given.items() if value is not None]
        return [*asked, *self._seen(), *self._made()]

    def _seen(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        if self.viewer is not None:
            found.append(sa.or_(_REQUESTS.c.confidential.is_(False), _asked_by(self.viewer)))
        if self.requester is not None:
            found.append(_asked_by(self.requester))
        if self.alone:
            found.append(is_alone())
        if self.vendor is not None:
            mine = _STEPS.c.request_number == _REQUESTS.c.number
            found.append(sa.exists().where(mine, _STEPS.c.vendor == self.vendor))
        return found

    def _made(self) -> list[sa.ColumnElement[bool]]:
        since, until = self.since, self.until
        found = [_REQUESTS.c.created_at >= since] if since is not None else []
        return found + ([_REQUESTS.c.created_at < until] if until is not None else [])


def _asked_by(person: str) -> sa.ColumnElement[bool]:
    return sa.or_(_REQUESTS.c.requester == person, _REQUESTS.c.principal == person)


def page(
    connection: Connection,
    wanted: Filter,
    *,
    after: int | None,
    size: int,
    look_back: int | None = None,
) -> Page:
    """Return the page of ``size`` requests that follows number ``after``.

    With ``look_back``, it looks at no more than about so many requests: then a page may hold fewer
    than ``size`` of them, or none, and still name the number to go on from.
    """
    leading, found, looked = _leading(connection, wanted), list[Request](), 0
    while len(found) <= size:
        if look_back is not None and looked >= look_back:
            return Page(found, after)
        chunk = max(_CHUNK, size) if looked else size + 1
        numbers = _next(connection, leading, after, chunk)
        found += _matching(connection, wanted, numbers)
        if len(numbers) < chunk and len(found) <= size:
            return Page(found, None)
        after, looked = numbers[-1], looked + chunk
    return Page(found[:size], found[size - 1].number)


def workspace(connection: Connection) -> str | None:
    """Return the workspace of the newest request, for whoever asks from outside of Slack."""
    newest = sa.select(_REQUESTS.c.team_id).order_by(_REQUESTS.c.number.desc()).limit(1)
    return connection.execute(newest).scalar()


def _next(
    connection: Connection, leading: Sequence[_Led], after: int | None, chunk: int
) -> list[int]:
    """Return the ``chunk`` highest numbers below ``after`` that any of ``leading`` gives."""
    found = set[int]()
    for led in leading:
        number = led.selected_columns[0]
        below = led.where(number < after) if after is not None else led
        found.update(connection.scalars(below.order_by(number.desc()).limit(chunk)))
    return sorted(found, reverse=True)[:chunk]


def _matching(connection: Connection, wanted: Filter, numbers: Sequence[int]) -> list[Request]:
    """Return which of ``numbers`` are wanted, looked up by their numbers and by no other index.

    SQLite without statistics would rather read the whole workspace.
    """
    if not numbers:
        return []
    narrowed = unindexed(*wanted.clauses())
    these = sa.select(_REQUESTS).where(_REQUESTS.c.number.in_(numbers), narrowed)
    return all_of(connection, these.order_by(_REQUESTS.c.number.desc()), Request)


def _leading(connection: Connection, wanted: Filter) -> list[_Led]:
    """Return the numbers that the narrowest index gives for what is asked, in no order yet.

    Each query is led by an index of its own, and a number may be in more than one of them.
    """
    if wanted.vendor is not None and not _is_about_few(wanted):
        led = [sa.select(_STEPS.c.request_number).where(_STEPS.c.vendor == wanted.vendor)]
    else:
        led = [sa.select(_REQUESTS.c.number).where(*keys) for keys in _keys(wanted)]
    spans = [_span(connection, wanted, one.selected_columns[0]) for one in led]
    return [one.where(*span) for one, span in zip(led, spans, strict=True)]


def _is_about_few(wanted: Filter) -> bool:
    few = (wanted.number, wanted.batch, wanted.subject, wanted.requester)
    return any(one is not None for one in few)


def _keys(wanted: Filter) -> list[list[sa.ColumnElement[bool]]]:
    """Return the conditions that one index answers each: its columns before the number."""
    columns, team = _REQUESTS.c, wanted.team_id
    if wanted.number is not None:
        return [[columns.number == wanted.number]]
    if wanted.batch is not None:
        return [[columns.batch == wanted.batch]]
    if wanted.subject is not None and team is not None:
        return [[columns.team_id == team, columns.subject == wanted.subject]]
    if wanted.requester is not None and team is not None:
        asking = (columns.requester, columns.principal)
        return [[columns.team_id == team, one == wanted.requester] for one in asking]
    return [[columns.state == wanted.state] if wanted.state is not None else []]


def _span(
    connection: Connection, wanted: Filter, number: sa.ColumnElement[int]
) -> list[sa.ColumnElement[bool]]:
    """Return between which numbers lie the requests of a span of time."""
    made, bounds = _REQUESTS.c.created_at, list[sa.ColumnElement[bool]]()
    one = sa.select(_REQUESTS.c.number).limit(1)
    if wanted.since is not None:
        before = one.where(made < wanted.since - _DAY).order_by(made.desc())
        bounds += [number > low for low in connection.scalars(before)]
    if wanted.until is not None:
        later = one.where(made >= wanted.until + _DAY).order_by(made)
        bounds += [number < high for high in connection.scalars(later)]
    return bounds
