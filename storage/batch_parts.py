"""The requests of a batch and their steps, as far as a line of the batch shows them.

They are read every two seconds while a batch is carried out, some thousand at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import RequestState
from storage.models import METADATA
from storage.statements import Prepared, always

_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]


@dataclass(frozen=True, slots=True)
class Member:
    """A request of a batch, as far as a line of the batch shows it."""

    number: int
    state: str
    profile: str
    problem: str | None
    plan_digest: str | None


class Part(NamedTuple):
    """A step of a batch, as far as a line of the batch shows it."""

    title: str
    effect: str
    planned: str
    risks: str
    state: str
    detail: str
    made_good_by: int | None


_MEMBERS = Prepared(
    always(
        sa.select(*(_REQUESTS.c[name] for name in Member.__slots__)).where(
            _REQUESTS.c.batch == sa.bindparam("about")
        )
    )
)
_ALL_PARTS = (
    sa.select(_STEPS.c.request_number, *(_STEPS.c[name] for name in Part._fields))
    .join_from(_STEPS, _REQUESTS, _REQUESTS.c.number == _STEPS.c.request_number)
    .where(_REQUESTS.c.batch == sa.bindparam("about"))
    .order_by(_STEPS.c.id)
)
_PARTS = Prepared(always(_ALL_PARTS))
_PARTS_IN = Prepared(always(_ALL_PARTS.where(_REQUESTS.c.state == sa.bindparam("state"))))


def members(connection: Connection, number: int) -> Sequence[Member]:
    """Return the requests of a batch."""
    return [Member(*row) for row in _MEMBERS.run(connection, about=number)]


def parts_of(
    connection: Connection, number: int, state: RequestState | None = None
) -> Iterator[tuple[int, Part]]:
    """Yield the steps of a batch, each under its request's number, in the order of the plans.

    With ``state``, those of the requests that are in it.
    """
    if state is None:
        rows = _PARTS.run(connection, about=number)
    else:
        rows = _PARTS_IN.run(connection, about=number, state=state.value)
    for request, *values in rows:
        yield request, Part(*values)
