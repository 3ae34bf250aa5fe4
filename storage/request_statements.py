"""The statements of every step and every decision, each built once (``storage.statements``)."""

from functools import cache

import sqlalchemy as sa

from rules import states
from rules.states import RequestState
from storage.conditions import unindexed, written
from storage.models import METADATA
from storage.statements import Prepared, always, inserting

_REQUESTS = METADATA.tables["request"]
_STEPS = METADATA.tables["step"]
_DECISIONS = METADATA.tables["decision"]

INSERTED = Prepared(
    inserting(_REQUESTS, lambda one: one.on_conflict_do_nothing().returning(_REQUESTS.c.number))
)
BY_REF = Prepared(always(sa.select(_REQUESTS).where(_REQUESTS.c.ref == sa.bindparam("ref"))))
_OF_NUMBER = sa.select(_REQUESTS).where(_REQUESTS.c.number == sa.bindparam("number"))
BY_NUMBER = Prepared(always(_OF_NUMBER))
HELD = Prepared(always(_OF_NUMBER.with_for_update()))
HELD_IF_FREE = Prepared(always(_OF_NUMBER.with_for_update(skip_locked=True)))
_AMENDED = sa.update(_REQUESTS).where(_REQUESTS.c.number == sa.bindparam("which"))
_MOVED = _AMENDED.values(version=_REQUESTS.c.version + 1).returning(_REQUESTS.c.number)
STEP_BY_REF = Prepared(always(sa.select(_STEPS).where(_STEPS.c.ref == sa.bindparam("called"))))
STEPS_OF_ONE = Prepared(
    always(
        sa.select(_STEPS)
        .where(_STEPS.c.request_number == sa.bindparam("number"))
        .order_by(_STEPS.c.id)
    )
)
STEPS_OF = (
    sa.select(_STEPS)
    .where(_STEPS.c.request_number.in_(sa.bindparam("numbers", expanding=True)))
    .order_by(_STEPS.c.id)
)
_STEP = sa.update(_STEPS).where(_STEPS.c.id == sa.bindparam("which"))
STEP_AMENDED = Prepared(always(_STEP))
STEP_AS_IT_WAS = Prepared(
    always(
        _STEP.where(
            _STEPS.c.state == sa.bindparam("was"), _STEPS.c.attempts == sa.bindparam("tried")
        ).returning(_STEPS.c.id)
    )
)
DECIDED = Prepared(always(sa.insert(_DECISIONS)))
_ABOUT = sa.select(_REQUESTS).where(
    _REQUESTS.c.team_id == sa.bindparam("team"), _REQUESTS.c.subject == sa.bindparam("whom")
)
OPEN = Prepared(always(_ABOUT.where(written(_REQUESTS.c.state, *sorted(states.OPEN)))))
SCHEDULED = Prepared(
    always(
        _ABOUT.where(
            written(_REQUESTS.c.state, RequestState.SCHEDULED.value),
            unindexed(_REQUESTS.c.kind == sa.bindparam("which")),
        ).with_only_columns(_REQUESTS.c.number)
    )
)
RESERVED = Prepared(
    always(
        sa.update(_REQUESTS)
        .where(
            _REQUESTS.c.number == sa.bindparam("about"), _REQUESTS.c.look_at == sa.bindparam("seen")
        )
        .values(look_at=sa.bindparam("until"))
        .returning(_REQUESTS.c.number)
    )
)


@cache
def moving(to: RequestState) -> Prepared:
    """Return what moves a request to ``to`` from each state that leads there."""
    leading = written(_REQUESTS.c.state, *sorted(states.before(to)))
    return Prepared(always(_MOVED.where(leading)))
