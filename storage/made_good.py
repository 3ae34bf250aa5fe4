"""What ended badly and was made good by a later request, marked when that one ends well.

The mark alone says so, wherever that is asked: on cards, at Home, of what is overdue. It is for
good, as is the end that sets it: an invitation makes nothing good before it was accepted or taken
back. What is confidential makes nothing good before it has completed, since nobody is told of it
until then. What ends badly after a later request has ended well is marked by none, and is left.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import GOOD, RequestState, StepState
from storage import alarms, audit
from storage import request_statements as prepared
from storage.audit import Fact
from storage.conditions import did_not_end_well
from storage.models import METADATA, Step
from storage.statements import Prepared, always

FOR_GOOD = GOOD - {StepState.INVITED}
"""The good ends of a step that are followed by nothing else."""

_REQUESTS, _STEPS = METADATA.tables["request"], METADATA.tables["step"]


def _left() -> sa.Select[tuple[int]]:
    """Return which earlier requests about the person of one have left something at a vendor."""
    mine, earlier = _REQUESTS.alias(), _REQUESTS.alias()
    same = (earlier.c.team_id == mine.c.team_id) & (earlier.c.subject == mine.c.subject)
    number = sa.bindparam("number", type_=sa.BigInteger)
    theirs = sa.select(earlier.c.number).join(mine, same)
    may_be_told = mine.c.confidential.is_(False) | (mine.c.state == RequestState.COMPLETED)
    theirs = theirs.where(mine.c.number == number, earlier.c.number < number, may_be_told)
    return sa.select(_STEPS.c.request_number).where(
        _STEPS.c.request_number.in_(theirs), _STEPS.c.vendor == sa.bindparam("at_vendor"), *_IS_LEFT
    )


_IS_LEFT = (did_not_end_well(_STEPS.c.state), _STEPS.c.made_good_by.is_(None))
_LEFT = Prepared(always(_left()))
_MARKED = Prepared(
    always(
        sa.update(_STEPS)
        .where(
            _STEPS.c.request_number == sa.bindparam("about"),
            _STEPS.c.vendor == sa.bindparam("at_vendor"),
            *_IS_LEFT,
        )
        .values(made_good_by=sa.bindparam("by"))
        .returning(_STEPS.c.id)
    )
)


def mark(connection: Connection, step: Step, to: StepState, now: int) -> None:
    """Mark what ``step``, which has just ended in ``to``, has made good of earlier requests.

    Each of them is told so by a fact, and looked at at once where it is overdue. They are held
    against other writers, the latest first: whoever holds one waits for earlier ones alone.
    """
    if to not in FOR_GOOD:
        return
    where = {"at_vendor": step.vendor}
    left = {row[0] for row in _LEFT.run(connection, number=step.request_number, **where)}
    for number in sorted(left, reverse=True):
        prepared.HELD.run(connection, number=number)
        if _MARKED.first(connection, about=number, by=step.request_number, **where) is None:
            continue
        audit.record(connection, Fact("REQ012I", now, "aboard", number, step.vendor))
        alarms.hasten(connection, number, "overdue", now)
