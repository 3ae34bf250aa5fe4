"""What ended badly and was made good by a later request, marked when that one ends well.

The mark alone says so, wherever that is asked: on cards, at Home, of what is overdue. It stays
until its step moves again, as one does that a person retries: what comes of that is asked about
anew. The end that sets it is for good: an invitation makes nothing good before it was accepted or
taken back. What is confidential makes nothing good before it has completed, since nobody is told
of it until then. What ends badly after a later request has ended well is marked by none, and is
left; so is what still goes on by itself then.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import FOLLOWED, GOOD, RequestState, StepState
from storage import alarms, audit, batches
from storage.audit import Fact
from storage.conditions import OVERDUE, did_not_end_well, written
from storage.models import METADATA, Step
from storage.statements import Prepared, always

FOR_GOOD = GOOD - {StepState.INVITED}
"""The good ends of a step that are followed by nothing else."""

_REQUESTS, _STEPS = METADATA.tables["request"], METADATA.tables["step"]
_IS_LEFT = (
    did_not_end_well(_STEPS.c.state),
    _STEPS.c.made_good_by.is_(None),
    _STEPS.c.next_at.is_(None),
)


def _earlier() -> sa.Select[tuple[int]]:
    """Return the earlier requests about the person of one that have something to be seen to."""
    mine, earlier = _REQUESTS.alias(), _REQUESTS.alias()
    same = (earlier.c.team_id == mine.c.team_id) & (earlier.c.subject == mine.c.subject)
    theirs = _STEPS.c.request_number == earlier.c.number
    invited = written(_STEPS.c.state, *sorted(FOLLOWED))
    number = sa.bindparam("number", type_=sa.BigInteger)
    return (
        sa.select(earlier.c.number)
        .join(mine, same)
        .where(mine.c.number == number, earlier.c.number < number)
        .where(sa.exists().where(theirs, invited | sa.and_(*_IS_LEFT)))
        .order_by(earlier.c.number.desc())
        .with_for_update(of=earlier)
    )


def _marking() -> sa.Executable:
    by = sa.bindparam("by", type_=sa.BigInteger)
    is_public = _REQUESTS.c.confidential.is_(False)
    may_be_told = is_public | (_REQUESTS.c.state == RequestState.COMPLETED)
    return (
        sa.update(_STEPS)
        .where(
            _STEPS.c.request_number == sa.bindparam("about"),
            _STEPS.c.vendor == sa.bindparam("at_vendor"),
            *_IS_LEFT,
            sa.exists().where(_REQUESTS.c.number == by, may_be_told),
        )
        .values(made_good_by=by)
        .returning(_STEPS.c.id)
    )


_EARLIER = Prepared(always(_earlier()))
_MARKED = Prepared(always(_marking()))


def hold(connection: Connection, number: int) -> Sequence[int]:
    """Hold the earlier requests that one may see to against other writers, the latest first.

    Whoever changes several requests about a person takes them in this order, and before anything
    else of theirs: so whoever holds one waits for earlier ones alone, and none waits for ever.
    """
    return [row[0] for row in _EARLIER.run(connection, number=number)]


def mark(connection: Connection, step: Step, to: StepState, now: int) -> None:
    """Mark what ``step``, which has just ended in ``to``, has made good of earlier requests.

    Each of them is told so by a fact, and looked at at once where it is overdue; the messages of
    their batches are drawn anew.
    """
    if to not in FOR_GOOD:
        return
    by, vendor, marked = step.request_number, step.vendor, list[int]()
    for number in hold(connection, by):
        if _MARKED.first(connection, about=number, at_vendor=vendor, by=by) is None:
            continue
        audit.record(connection, Fact("REQ012I", now, "aboard", number, vendor))
        alarms.hasten(connection, number, OVERDUE, now)
        marked.append(number)
    if marked:
        batches.redraw_of(connection, marked)
