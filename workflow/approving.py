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
from workflow import scheduling
from workflow.behalf import askers
from workflow.drafts import Answer
from workflow.means import Means

BY_ITSELF = "aboard"
"""Who approved where a rule did."""


def set_going(
    connection: Connection, request: Request, fact: Fact, means: Means
) -> tuple[str, ...]:
    """Have what was approved begin, at its start; return the vendors whose queues hold work now.

    Those who asked are told where that is later.
    """
    number = requests.number_of(request)
    woken = scheduling.approved(connection, number, fact, means)
    now = requests.by_number(connection, number)
    if now is not None and now.state == RequestState.SCHEDULED:
        wanted = audit.last_of(connection, number)
        for one in askers(now):
            messages.want(connection, Place(number, "outcome", one), wanted=wanted)
    return woken


def by_rule(
    connection: Connection, request: Request, terms: Terms, digest: str, means: Means
) -> tuple[str, ...]:
    """Approve a request whose terms need nobody; return the vendors as ``set_going`` does."""
    rule = terms.automatic or ""
    fact = Fact("DEC004I", means.clock(), BY_ITSELF, request.number, rule=rule, plan_digest=digest)
    return _by_itself(connection, request, fact, means)


PLAN_RULE = "approved-with-plan"
"""The rule under which an end is carried out that was approved with the plan of a request."""


def with_plan(
    connection: Connection, request: Request, digest: str, means: Means
) -> tuple[str, ...]:
    """Approve the end of an access, which its request's plan held; return as ``set_going`` does."""
    fact = Fact(
        "DEC005I", means.clock(), BY_ITSELF, request.number, rule=PLAN_RULE, plan_digest=digest,
        detail=f"part of request {request.origin}",
    )  # fmt: skip
    return _by_itself(connection, request, fact, means)


def _by_itself(
    connection: Connection, request: Request, fact: Fact, means: Means
) -> tuple[str, ...]:
    decision: requests.Row = {
        "request_number": requests.number_of(request),
        "approver": BY_ITSELF,
        "verdict": Verdict.APPROVE.value,
        "reason": "",
        "plan_digest": fact.plan_digest,
        "rule": fact.rule,
        "at": fact.at,
    }
    requests.insert_decision(connection, decision)
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
