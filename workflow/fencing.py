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
from workflow.means import Means

_log = structlog.get_logger(__name__)

FRESH = 2 * SECOND
"""Nobody is taken over faster: that needs two looks, three seconds apart (``takeover``)."""


def is_held(connection: Connection, step: Step) -> bool:
    """Tell whether ``step`` is still under way as it was when it was claimed."""
    now = requests.step_by_ref(connection, step.ref)
    if now is None or now.state != StepState.RUNNING:
        return False
    return (now.attempts, now.updated_at) == (step.attempts, step.updated_at)


async def is_ours(claim: Claim, means: Means) -> bool:
    """Tell whether nobody has taken a step over; asks the rows only where that is possible."""
    if means.clock() - claim.step.updated_at < FRESH:
        return True
    ours = await means.database.read(partial(is_held, step=claim.step))
    if not ours:
        _log.warning("taken over meanwhile; nothing was written", step=claim.step.ref)
    return ours
