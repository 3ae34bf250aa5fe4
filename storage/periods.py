"""What was done within a span of time, for those who audit it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import StepState
from storage.models import METADATA, Request, Step

_EVENTS = METADATA.tables["auditevent"]
_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]

_APPROVED = ("DEC001I", "DEC004I", "DEC005I")
CARRIED_OUT = ("STP001I", "STP002I", "STP003W", "STP004E", "STP008I")
"""A try was begun, how it ended, and that somebody vouched for it."""

_GONE = (StepState.DONE, StepState.UNCHANGED, StepState.UNVERIFIED, StepState.ATTESTED)


def acted_on(connection: Connection, since: int, until: int) -> Sequence[int]:
    """Return the requests that were approved, begun or ended in ``[since, until)``, in order."""
    events = _EVENTS.c
    within = (events.at >= since) & (events.at < until) & events.request_number.is_not(None)
    mine = within & events.code.in_([*_APPROVED, *CARRIED_OUT])
    query = sa.select(events.request_number).where(mine).distinct()
    return list(connection.scalars(query.order_by(events.request_number)))


def removed_at(connection: Connection, request: Request, step: Step) -> int | None:
    """Return when what ``step`` of ``request`` gave was removed by a later request."""
    same = (_REQUESTS.c.team_id == request.team_id) & (_REQUESTS.c.subject == request.subject)
    later = same & (_REQUESTS.c.number > request.number)
    gone = (_STEPS.c.vendor == step.vendor) & (_STEPS.c.access == "") & _STEPS.c.state.in_(_GONE)
    joined = _STEPS.join(_REQUESTS, _STEPS.c.request_number == _REQUESTS.c.number)
    query = sa.select(sa.func.min(_STEPS.c.updated_at)).select_from(joined).where(later, gone)
    return connection.execute(query).scalar()
