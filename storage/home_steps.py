"""What App Home says of the steps of some requests: what was planned, and what did not end well."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.conditions import still_in_trouble
from storage.home_pages import Among
from storage.models import METADATA

_STEPS = METADATA.tables["step"]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """What would happen at one vendor. ``risks`` has a line for each."""

    id: int
    request_number: int
    title: str
    effect: str
    planned: str
    risks: str
    changed: str


@dataclass(frozen=True, slots=True)
class StuckStep:
    """A vendor's part that did not end well and does not move by itself, and who has it now."""

    id: int
    request_number: int
    ref: str
    vendor: str
    title: str
    state: str
    handed_to: str | None


_PLANNED = Among(
    sa.select(*(_STEPS.c[one.name] for one in fields(PlannedStep))), _STEPS.c.request_number
)
_STUCK = Among(
    sa.select(*(_STEPS.c[one.name] for one in fields(StuckStep))).where(
        still_in_trouble(_STEPS.c.state, _STEPS.c.made_good_by), _STEPS.c.next_at.is_(None)
    ),
    _STEPS.c.request_number,
)


def planned(connection: Connection, numbers: Collection[int]) -> Sequence[PlannedStep]:
    """Return the steps of these requests, each request's in the order of its plan."""
    found = (PlannedStep(*row) for row in _PLANNED.run(connection, numbers))
    return sorted(found, key=lambda step: step.id)


def troubles(connection: Connection, numbers: Collection[int]) -> Sequence[StuckStep]:
    """Return the steps of these requests that did not end well, each request's in their order."""
    found = (StuckStep(*row) for row in _STUCK.run(connection, numbers))
    return sorted(found, key=lambda step: step.id)
