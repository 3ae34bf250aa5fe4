"""The decision about a batch becomes that of each of its requests, and the last one ends the batch.

Each request is a transaction of its own, so that five hundred of them hold up nobody: what is still
pending shows where to go on. Then those are put together who are carried out by one call. The
queues are woken again and again until everybody had their turn: one waking takes no more than a
queue may run at once, and the engine itself looks seldom.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from sqlalchemy.engine import Connection

from rules.states import RequestState
from rules.terms import from_text
from rules.values import Verdict
from storage import audit, batches, requests
from storage.audit import Fact
from storage.batch_models import Batch, BatchDecision
from storage.models import Request
from workflow import approving, batch_calling
from workflow.approving import BY_ITSELF
from workflow.batch_putting import record
from workflow.means import Means

_AT_ONCE = 40


async def carry_on(batch: Batch, means: Means) -> bool:
    """Give some more requests their decision, or end the batch; tell whether more can be done."""
    number = batches.number_of(batch)
    asked = await means.database.read(partial(batches.asked, number=number))
    if asked:
        decisions = await means.database.read(partial(batches.decisions_of, number=number))
        work = [
            partial(_decide, number=one.number, batch=batch, decisions=decisions, means=means)
            for one in asked[:_AT_ONCE]
        ]
        ended = await asyncio.gather(*(means.database.write(one) for one in work))
        for vendor in {vendor for vendors in ended for vendor in vendors}:
            means.queue.wake(vendor)
        return True
    put_together = partial(batch_calling.put_together, number=number, means=means)
    await means.database.write(put_together)
    for vendor in await means.database.read(partial(batches.vendors_to_wake, number=number)):
        means.queue.wake(vendor)
    await means.database.write(partial(_end, batch=batch, means=means))
    return False


def _decide(
    connection: Connection,
    number: int,
    batch: Batch,
    decisions: Sequence[BatchDecision],
    means: Means,
) -> tuple[str, ...]:
    request = requests.lock(connection, number)
    if request is None or request.state != RequestState.PENDING:
        return ()
    last = decisions[-1] if decisions else None
    if batch.verdict == "approved" and last is not None and last.approver == BY_ITSELF:
        digest = request.plan_digest or ""
        return approving.by_rule(connection, request, from_text(request.terms), digest, means)
    for one in decisions:
        requests.insert_decision(connection, _own(request, one))
    facts = [_fact(request, one) for one in decisions]
    if batch.verdict == "approved":
        for fact in facts[:-1]:
            audit.record(connection, fact)
        return approving.set_going(connection, request, facts[-1], means)
    _end_request(connection, request, batch, facts, means.clock())
    return ()


def _own(request: Request, decision: BatchDecision) -> requests.Row:
    return {
        "request_number": requests.number_of(request),
        "approver": decision.approver,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "plan_digest": request.plan_digest or "",
        "rule": decision.rule,
        "at": decision.at,
    }


def _fact(request: Request, decision: BatchDecision) -> Fact:
    code = "DEC001I" if decision.verdict == Verdict.APPROVE else "DEC002I"
    return Fact(
        code, decision.at, decision.approver, request.number, rule=decision.rule,
        plan_digest=request.plan_digest, detail=f"batch {request.batch}",
    )  # fmt: skip


def _end_request(
    connection: Connection, request: Request, batch: Batch, facts: Sequence[Fact], now: int
) -> None:
    """End a request that will not be carried out; what was answered before is recorded first."""
    number, said = requests.number_of(request), f"batch {batch.number}"
    denied = batch.verdict == "denied"
    for fact in facts[:-1] if denied else facts:
        audit.record(connection, fact)
    values: dict[str, str | int | None] = {"ended_at": now}
    if denied:
        values["decided_at"] = facts[-1].at
        requests.move(connection, RequestState.DENIED, facts[-1], values)
    elif batch.verdict == "expired":
        fact = Fact("REQ005I", now, BY_ITSELF, number, detail=said)
        requests.move(connection, RequestState.EXPIRED, fact, values)
    else:
        fact = Fact("REQ004I", now, BY_ITSELF, number, detail=said)
        values["problem"] = batch.problem
        requests.move(connection, RequestState.CANCELLED, fact, values)


def _end(connection: Connection, batch: Batch, means: Means) -> None:
    """End a batch of which no request is under way; its result is then sent."""
    number, now = batches.number_of(batch), means.clock()
    if batches.count(connection, number, batches.open_states()):
        return
    if batches.move(connection, number, "decided", "ended", {"ended_at": now}):
        batches.show(connection, number, "result", batch.requester)
        record(connection, number, Fact("BAT008I", now, BY_ITSELF))
