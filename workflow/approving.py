"""What an approval sets going: the next stage is asked, or the work begins.

Both belong to the transaction of the decision. A card that only some may read goes to each of them
by direct message, so that a stage is told when its turn comes and not before.
"""

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from rules.panel import Panel, given_in_stage
from rules.states import RequestState
from rules.terms import Terms
from rules.values import Verdict
from storage import audit, messages, requests
from storage.audit import Fact
from storage.messages import Place
from storage.models import Request
from workflow.drafts import Answer
from workflow.means import Means

BY_ITSELF = "aboard"
"""Who approved where a rule did."""


def set_going(
    connection: Connection, request: Request, fact: Fact, means: Means
) -> tuple[str, ...]:
    """Move a request to ``approved`` with its work; return the vendors whose queues hold it now."""
    number = requests.number_of(request)
    requests.move(connection, RequestState.APPROVED, fact, {"decided_at": fact.at})
    steps = requests.steps_of(connection, number)
    for step in steps:
        means.queue.enqueue(connection, step.vendor, step.ref, step.attempts + 1)
    return tuple(step.vendor for step in steps)


def by_rule(
    connection: Connection, request: Request, terms: Terms, digest: str, means: Means
) -> tuple[str, ...]:
    """Approve a request whose terms need nobody; return the vendors as ``set_going`` does."""
    number, now, rule = requests.number_of(request), means.clock(), terms.automatic or ""
    decision: requests.Row = {
        "request_number": number,
        "approver": BY_ITSELF,
        "verdict": Verdict.APPROVE.value,
        "reason": "",
        "plan_digest": digest,
        "rule": rule,
        "at": now,
    }
    requests.insert_decision(connection, decision)
    fact = Fact("DEC004I", now, BY_ITSELF, number, rule=rule, plan_digest=digest)
    return set_going(connection, request, fact, means)


def ask_on(
    connection: Connection, request: Request, before: Panel, after: Panel, now: int
) -> Answer:
    """Say what is still missing; where a stage is complete, have the next one asked."""
    number, stage = requests.number_of(request), after.stage
    if stage is None:
        raise ValueError("Nobody is left to ask.")
    if stage == before.stage:
        missing = stage.threshold - given_in_stage(after.stages, len(after.approved))
        more = "one more approval" if missing == 1 else f"{missing} more approvals"
        sentence = f"Thank you. Request #{number} needs {more}."
    else:
        _ask_stage(connection, request, after, now)
        sentence = f"Thank you. {stage.title} decides next about request #{number}."
    return Answer(counted=True, sentence=sentence, number=number)


def _ask_stage(connection: Connection, request: Request, panel: Panel, now: int) -> None:
    number, stage = requests.number_of(request), panel.stage
    position = panel.stages.index(stage) if stage else 0
    rule = stage.rule if stage else None
    fact = Fact("DEC003I", now, BY_ITSELF, number, rule=rule, detail=f"stage {position + 1}")
    audit.record(connection, fact)
    if request.confidential:
        show_privately(connection, request, panel.asked)


def show_privately(connection: Connection, request: Request, people: Iterable[str]) -> None:
    """Have the card shown to each of ``people`` in a direct message; never to whom it is about."""
    number = requests.number_of(request)
    wanted = audit.last_of(connection, number)
    for one in sorted(set(people) - {request.subject}):
        messages.want(connection, Place(number, "card", one), wanted=wanted)
