"""Steps of a batch at a vendor that takes many people by one call wait for each other.

They are approved one by one; once everybody is, they are put together, fifty at most, and each such
call is one attempt in the vendor's queue. What of it ends in a further try is tried alone; only
where the vendor was called too often, those who wait equally long are one call again, and so are
those who waited for a credential.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.engine import Connection

from storage import batch_calls
from storage.batch_models import BatchCall
from storage.models import Request, Step
from vendors.many import MOST
from workflow.means import Means


def waits_for_others(connection: Connection, request: Request, step: Step, means: Means) -> bool:
    """Have a step that was approved wait for those it is carried out with; False where alone.

    A removal (of a step without access) is carried out alone: no vendor takes many away by a call.
    """
    if request.batch is None or not _takes_many(step, means):
        return False
    row = BatchCall(step=step.ref, batch_number=request.batch, vendor=step.vendor)
    batch_calls.insert(connection, row)
    return True


def _takes_many(step: Step, means: Means) -> bool:
    vendor = means.vendors.get(step.vendor)
    return vendor is not None and vendor.traits.many and bool(step.access)


def together_again(
    connection: Connection, held: Sequence[tuple[Request, Step]], means: Means
) -> Sequence[Step]:
    """Put those into calls again that waited each alone; return the others.

    ``held`` are at one vendor, have been attempted equally often, and are at most fifty.
    """
    batches = defaultdict[int, list[Step]](list)
    for request, step in held:
        if request.batch is not None and _takes_many(step, means):
            batches[request.batch].append(step)
    several = {number: steps for number, steps in batches.items() if len(steps) > 1}
    for number, steps in several.items():
        call = means.reference()
        for step in steps:
            row = BatchCall(step=step.ref, batch_number=number, vendor=step.vendor, call=call)
            batch_calls.drop(connection, step.ref)
            batch_calls.insert(connection, row)
        means.queue.enqueue(connection, steps[0].vendor, call, steps[0].attempts + 1)
    together = {step.ref for steps in several.values() for step in steps}
    return [step for _, step in held if step.ref not in together]


def put_together(connection: Connection, number: int, means: Means) -> tuple[str, ...]:
    """Put the steps of a batch together; return the vendors whose queues hold work now."""
    loose = batch_calls.loose(connection, number)
    for vendor, steps in loose.items():
        for start in range(0, len(steps), MOST):
            call = means.reference()
            if batch_calls.assign(connection, steps[start : start + MOST], call):
                means.queue.enqueue(connection, vendor, call, 1)
    return tuple(loose)
