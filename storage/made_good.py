"""What ended badly and was made good by a later request, marked when that one ends well.

What did not end well is looked for among all that ever failed; without the mark, whatever was made
good long ago would be looked at each time. The mark is for good, as is the end that sets it. It
saves work and decides nothing: what has none, since it ended later, is compared when it is read.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from rules.states import GOOD, StepState
from storage.conditions import did_not_end_well
from storage.models import METADATA, Step
from storage.statements import Prepared, always

FOR_GOOD = GOOD - {StepState.INVITED}
"""The good ends of a step that are followed by nothing else."""

_REQUESTS, _STEPS = METADATA.tables["request"], METADATA.tables["step"]


def _marking() -> sa.Update:
    mine, earlier = _REQUESTS.alias(), _REQUESTS.alias()
    same = (earlier.c.team_id == mine.c.team_id) & (earlier.c.subject == mine.c.subject)
    number = sa.bindparam("number", type_=sa.BigInteger)
    theirs = sa.select(earlier.c.number).join(mine, same)
    theirs = theirs.where(mine.c.number == number, earlier.c.number < number)
    return (
        sa.update(_STEPS)
        .where(_STEPS.c.request_number.in_(theirs), _STEPS.c.vendor == sa.bindparam("at_vendor"))
        .where(did_not_end_well(_STEPS.c.state), _STEPS.c.made_good_by.is_(None))
        .values(made_good_by=number)
    )


_MARKED = Prepared(always(_marking()))


def mark(connection: Connection, step: Step, to: StepState) -> None:
    """Mark what ``step``, which has just ended in ``to``, has made good of earlier requests.

    Their rows are locked in no order: two that mark at once may wait for each other, and
    ``Database.write`` repeats the one that PostgreSQL then refuses.
    """
    if to in FOR_GOOD:
        _MARKED.run(connection, number=step.request_number, at_vendor=step.vendor)
