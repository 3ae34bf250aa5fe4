"""Whether an attempt still has its step: a process that froze may have lost it to another.

Whoever takes a step over claims it again, and the row says when. An attempt that comes back from a
long wait looks before it writes to a vendor, and its end counts only where the claim is still its
own. What is left is a process that freezes between that look and its call.
"""

from functools import partial

import structlog
from sqlalchemy.engine import Connection

from rules.states import StepState
from storage import requests
from storage.models import Step
from workflow.claiming import Claim
from workflow.clock import SECOND
from workflow.insisting import insist
from workflow.means import Means

_log = structlog.get_logger(__name__)

_FRESH = 30 * SECOND


def is_held(connection: Connection, step: Step) -> bool:
    """Tell whether ``step`` is still under way as it was when it was claimed."""
    now = requests.step_by_ref(connection, step.ref)
    if now is None or now.state != StepState.RUNNING:
        return False
    return (now.attempts, now.updated_at) == (step.attempts, step.updated_at)


async def is_ours(claim: Claim, means: Means) -> bool:
    """Tell whether nobody has taken a step over, and write down that its vendor is told now.

    Whoever takes the step over after this knows that the call may have arrived.
    """

    async def mark() -> bool:
        return await means.database.write(partial(_mark, step=claim.step, now=means.clock()))

    ours = await insist(mark)
    if not ours:
        _log.warning("taken over meanwhile; nothing was written", step=claim.step.ref)
    return ours


def is_fresh(seen: int, means: Means) -> bool:
    """Tell whether a look at a vendor at the moment ``seen`` still counts.

    A database that is in trouble keeps an attempt waiting between its look and its write.
    """
    return means.clock() - seen <= _FRESH


def _mark(connection: Connection, step: Step, now: int) -> bool:
    requests.lock(connection, step.request_number)
    ours = is_held(connection, step)
    if ours:
        requests.amend_step(connection, step, {"unsettled_at": now})
    return ours
