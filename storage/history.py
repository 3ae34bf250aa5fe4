"""Requests in the order they were made, newest first, page by page.

Pages go by key: the page that starts after number *n* costs the same at any depth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.models import METADATA, Request

_REQUESTS = METADATA.tables["request"]


@dataclass(frozen=True, slots=True)
class Page:
    """Some requests, and the number to ask for the next ones with; None at the end."""

    requests: Sequence[Request]
    after: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which requests to show. Every field that is given narrows the choice.

    ``viewer`` leaves out what is confidential and was not asked for by this person.
    """

    team_id: str | None = None
    subject: str | None = None
    requester: str | None = None
    state: str | None = None
    confidential: bool | None = None
    viewer: str | None = None

    def clauses(self) -> list[sa.ColumnElement[bool]]:
        """Return one condition for each field that is given."""
        given = {name: getattr(self, name) for name in Filter.__slots__ if name != "viewer"}
        asked = [_REQUESTS.c[name] == value for name, value in given.items() if value is not None]
        if self.viewer is None:
            return asked
        own = _REQUESTS.c.requester == self.viewer
        return [*asked, sa.or_(_REQUESTS.c.confidential.is_(False), own)]


def page(connection: Connection, wanted: Filter, *, after: int | None, size: int) -> Page:
    """Return the page of ``size`` requests that follows number ``after``."""
    query = sa.select(_REQUESTS).where(*wanted.clauses())
    if after is not None:
        query = query.where(_REQUESTS.c.number < after)
    rows = connection.execute(query.order_by(_REQUESTS.c.number.desc()).limit(size + 1))
    found = [Request(**row) for row in rows.mappings()]
    more = len(found) > size
    return Page(found[:size], found[size - 1].number if more else None)
