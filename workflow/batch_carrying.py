"""The decision about a batch becomes that of each of its requests, and the last one ends the batch.

Nobody comes on board whom Slack does not have any more: each is looked up once more, and whoever is
gone is left out alone.
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
from rules.values import Kind, Verdict
from storage import audit, batches, requests
from storage.audit import Fact
from storage.batch_models import Batch, BatchDecision
from storage.batches import Asked
from storage.models import Request
from workflow import approving, batch_calling, preparing
from workflow.approving import BY_ITSELF
from workflow.batch_putting import record
from workflow.directory import DirectoryError
from workflow.means import Means

_AT_ONCE = 40


async def carry_on(batch: Batch, means: Means) -> bool:
    """Give some more requests their decision, or end the batch; tell whether more can be done.

    Raises ``DirectoryError`` where Slack could not say of everybody whether they are still there:
    those of whom it could have their decision by then.
    """
    number = batches.number_of(batch)
    asked = await means.database.read(partial(batches.asked, number=number))
    if asked:
        await _give(batch, asked[:_AT_ONCE], means)
        return True
    put_together = partial(batch_calling.put_together, number=number, means=means)
    await means.database.write(put_together)
    for vendor in await means.database.read(partial(batches.vendors_to_wake, number=number)):
        means.queue.wake(vendor)
    await means.database.write(partial(_end, batch=batch, means=means))
    return False


async def _give(batch: Batch, asked: Sequence[Asked], means: Means) -> None:
    found = await _looked_up(batch, asked, means)
    read = partial(batches.decisions_of, number=batches.number_of(batch))
    decisions = await means.database.read(read)
    decide = partial(_decide, batch=batch, decisions=decisions, means=means)
    work = [
        partial(_leave_out, number=one.number, wrong=wrong, now=means.clock())
        if wrong
        else partial(decide, number=one.number)
        for one, wrong in zip(asked, found, strict=True)
        if not isinstance(wrong, BaseException)
    ]
    ended = await asyncio.gather(*(means.database.write(one) for one in work))
    for vendor in {vendor for vendors in ended for vendor in vendors}:
        means.queue.wake(vendor)
    failed = [one for one in found if isinstance(one, BaseException)]
    if failed:
        raise max(failed, key=_pause)


def _pause(error: BaseException) -> float:
    return error.pause if isinstance(error, DirectoryError) else 0.0


async def _looked_up(
    batch: Batch, asked: Sequence[Asked], means: Means
) -> Sequence[str | BaseException | None]:
    """Return of each why they cannot come on board any more, where the approvers said yes."""
    if batch.verdict != "approved":
        return [None] * len(asked)
    await means.directory.get_to_know([one.subject for one in asked])
    looks = (_wrong_subject(batch, one.subject, means) for one in asked)
    return await asyncio.gather(*looks, return_exceptions=True)


async def _wrong_subject(batch: Batch, subject: str, means: Means) -> str | None:
    resident = await means.directory.resident(subject)
    refusal = preparing.wrong_subject(Kind.ONBOARD, batch.team_id, resident, None)
    return refusal.sentence if refusal else None


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


def _leave_out(connection: Connection, number: int, wrong: str, now: int) -> tuple[str, ...]:
    """End the request of somebody who is gone; the others of the batch go on."""
    request = requests.lock(connection, number)
    if request is None or request.state != RequestState.PENDING:
        return ()
    said = f"batch {request.batch}"
    refused = Fact("DEC101W", now, BY_ITSELF, number, outcome="denied", rule="subject", detail=said)
    audit.record(connection, refused)
    fact = Fact("REQ004I", now, BY_ITSELF, number, rule="subject", detail=said)
    requests.move(connection, RequestState.CANCELLED, fact, {"problem": wrong, "ended_at": now})
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
        if batch.principal is not None and batch.verdict != "refused":
            batches.show(connection, number, f"result.{batch.principal}", batch.principal)
        record(connection, number, Fact("BAT008I", now, BY_ITSELF))
