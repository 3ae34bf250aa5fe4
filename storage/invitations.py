"""Invitations that are followed, one row a step: taken by moving ``look_at``, and given back.

Whoever took a row holds it until ``look_at``: what they found out counts only where the row is
still as they took it. A person who asks for another mail changes it, and is served first.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import FOLLOWED
from storage.conditions import written
from storage.due_models import Invitation
from storage.entities import all_of, one_of
from storage.models import METADATA, Request, Step
from storage.statements import Prepared, always, replacing

_INVITATIONS = METADATA.tables["invitation"]
_STEPS = METADATA.tables["step"]
_REQUESTS = METADATA.tables["request"]

_EARLIER = Prepared(
    always(
        sa.select(_STEPS)
        .join(_REQUESTS, _REQUESTS.c.number == _STEPS.c.request_number)
        .where(
            _REQUESTS.c.team_id == sa.bindparam("team"),
            _REQUESTS.c.subject == sa.bindparam("whom"),
            _REQUESTS.c.number < sa.bindparam("before"),
            _STEPS.c.vendor == sa.bindparam("at_vendor"),
            written(_STEPS.c.state, *sorted(FOLLOWED)),
        )
        .order_by(_STEPS.c.id)
    )
)
_FOLLOWED_ANEW = replacing(_INVITATIONS, "step_id")

Row = Mapping[str, str | int | None]
"""Column names and what to write there."""


def follow(connection: Connection, step_id: int, values: Row) -> None:
    """Follow the invitation of a step from now on, as if nothing were known of it yet."""
    fresh = {"looks": 0, "unseen": 0, "resend_by": None, "tries": 0, **values}
    _FOLLOWED_ANEW.run(connection, step_id=step_id, **fresh)


def due(connection: Connection, now: int, limit: int) -> Sequence[Invitation]:
    """Return the invitations that should be looked up, the most urgent first."""
    return all_of(
        connection,
        sa.select(_INVITATIONS)
        .where(_INVITATIONS.c.look_at.is_not(None), _INVITATIONS.c.look_at <= now)
        .order_by(_INVITATIONS.c.look_at)
        .limit(limit),
        Invitation,
    )


def of_step(connection: Connection, step_id: int | None) -> Invitation | None:
    """Return the invitation of a step; None where it has none that is followed."""
    mine = sa.select(_INVITATIONS).where(_INVITATIONS.c.step_id == step_id)
    return one_of(connection, mine, Invitation)


def change(connection: Connection, seen: Invitation, values: Row) -> bool:
    """Write columns; False, and nothing, where the row is not as it was ``seen`` any more."""
    same = (_INVITATIONS.c.id == seen.id) & (_INVITATIONS.c.look_at == seen.look_at)
    same &= _INVITATIONS.c.resend_by.is_not_distinct_from(seen.resend_by)
    changed = connection.execute(sa.update(_INVITATIONS).where(same).values(**values))
    return changed.rowcount == 1


def ask_for_mail(connection: Connection, step_id: int | None, by: str, now: int) -> bool:
    """Have an invitation mailed again at the next look; False where somebody has asked already."""
    free = (_INVITATIONS.c.step_id == step_id) & _INVITATIONS.c.resend_by.is_(None)
    asked = sa.update(_INVITATIONS).where(free).values(resend_by=by, tries=0, look_at=now)
    return connection.execute(asked).rowcount == 1


def stop(connection: Connection, step_id: int | None) -> None:
    """Look an invitation up no more."""
    mine = sa.update(_INVITATIONS).where(_INVITATIONS.c.step_id == step_id)
    connection.execute(mine.values(look_at=None, nudge_at=None, resend_by=None))


def step_of(connection: Connection, step_id: int) -> Step | None:
    """Return the step that was invited for."""
    return one_of(connection, sa.select(_STEPS).where(_STEPS.c.id == step_id), Step)


def earlier(connection: Connection, request: Request, vendor: str) -> Sequence[Step]:
    """Return what was invited for the same person at a vendor by requests before ``request``."""
    who = {"team": request.team_id, "whom": request.subject, "before": request.number}
    return all_of(connection, _EARLIER, Step, **who, at_vendor=vendor)
