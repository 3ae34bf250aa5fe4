"""What was approved begins, at once or when its start comes: rows and an alarm, nothing in memory.

Used by whoever approves (``workflow.approving``) and by the alarm of a start (``starting``).
"""

from sqlalchemy.engine import Connection

from rules.states import RequestState
from storage import alarms, requests
from storage.alarms import Due
from storage.audit import Fact
from storage.models import Request
from workflow import batch_calling, remembering
from workflow.means import Means

START = "start"


def approved(connection: Connection, number: int, fact: Fact, means: Means) -> tuple[str, ...]:
    """Move a request to ``approved`` with its work, or to ``scheduled`` where it starts later.

    Returns the vendors whose queues hold work now.
    """
    request = requests.by_number(connection, number)
    if request is None:
        return ()
    decided: requests.Row = {"decided_at": fact.at}
    if request.starts_at is None or request.starts_at <= fact.at:
        return begin(connection, request, fact, decided, means)
    if requests.move(connection, RequestState.SCHEDULED, fact, decided):
        remembering.keep(connection, request, fact.at)
        alarms.set_anew(connection, Due(number, START, request.starts_at, fact.at))
    return ()


def begin(
    connection: Connection, request: Request, fact: Fact, values: requests.Row, means: Means
) -> tuple[str, ...]:
    """Move a request to ``approved``, and enqueue the work of its steps.

    Those of a batch may wait for each other (``batch_calling``). The steps count as moved now: they
    were planned long ago, and a batch may have been decided a while ago; they are not to be taken
    for lost. Whom it is about is remembered: since a later start was approved, another request may
    have begun.
    """
    number = requests.number_of(request)
    if not requests.move(connection, RequestState.APPROVED, fact, values):
        return ()
    remembering.keep(connection, request, fact.at)
    steps, now = requests.steps_of(connection, number), means.clock()
    for step in steps:
        requests.amend_step(connection, step, {"updated_at": now})
        if not batch_calling.waits_for_others(connection, request, step, means):
            means.queue.enqueue(connection, step.vendor, step.ref, step.attempts + 1)
    return tuple(step.vendor for step in steps)
