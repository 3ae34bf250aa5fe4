"""What was carried out about a person, whole or in part: what other requests are held against."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import RequestState
from storage.entities import all_of
from storage.models import METADATA, Request

_REQUESTS = METADATA.tables["request"]

CARRIED_OUT = (
    RequestState.COMPLETED,
    RequestState.COMPLETED_WITH_ERRORS,
    RequestState.PARTLY_DONE,
)
"""The states of a request that has ended, and of which something was carried out, or tried."""


def carried_out(connection: Connection, team_id: str, subject: str) -> Sequence[Request]:
    """Return the requests about somebody that were carried out, by their numbers."""
    about = (_REQUESTS.c.team_id == team_id) & (_REQUESTS.c.subject == subject)
    mine = sa.select(_REQUESTS).where(about, _REQUESTS.c.state.in_(CARRIED_OUT))
    return all_of(connection, mine.order_by(_REQUESTS.c.number), Request)
