"""A click becomes a decision: counted once, bound to the plan, with its work enqueued beside it.

Inbox, compare-and-set, decision, audit and the durable work are one transaction: of two who click
at once one decides, and the other reads who did.
"""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules import policy
from rules.policy import Ask, Ruling
from rules.states import STATE_WORDS, RequestState
from rules.values import Verdict
from storage import audit, inbox, messages, requests
from storage.audit import Fact
from storage.messages import Place
from storage.models import Request
from workflow import approving, ends, policing, reminding
from workflow.behalf import askers
from workflow.drafts import Answer, Click
from workflow.means import Caller, Means

UNKNOWN = "I don't know this request any more. `/aboard status` shows what is open."


@dataclass(frozen=True, slots=True)
class End:
    """An answer, and the vendors whose queues now hold work."""

    answer: Answer
    woken: tuple[str, ...] = ()


def find(connection: Connection, ref: str) -> Request | None:
    """Return the request that a button names."""
    return requests.by_ref(connection, ref)


def ask_of(request: Request, now: int) -> Ask:
    """Return the facts of a request that the policy looks at."""
    return Ask(
        team_id=request.team_id,
        state=RequestState(request.state),
        requester=request.requester,
        subject=request.subject,
        requester_email=request.requester_email,
        principal=request.principal,
        principal_email=request.principal_email,
        subject_email=request.email,
        is_expired=ends.has_expired(request, now),
    )


def obstacle(connection: Connection, ref: str, caller: Caller, now: int) -> str | None:
    """Return why a denial would not count now; None where it would."""
    request = requests.by_ref(connection, ref)
    if request is None:
        return UNKNOWN
    if request.state != RequestState.PENDING:
        return how_it_ended(connection, request)
    if request.batch is not None:
        return _of_a_batch(request)
    ruling = policy.may_decide(caller.actor, ask_of(request, now), caller.panel)
    return None if ruling.allowed else ruling.sentence


def decide(connection: Connection, click: Click, caller: Caller, means: Means) -> End | None:
    """Count a decision, or say why it does not count.

    Returns None, and does nothing, where somebody else has approved since the caller's panel was
    put together: whether two accounts are one person is for Slack to say, outside a transaction.
    """
    now = means.clock()
    found = requests.by_ref(connection, click.ref)
    request = requests.lock(connection, requests.number_of(found)) if found else None
    if request is None:
        return End(Answer(counted=False, sentence=UNKNOWN))
    if request.batch is not None and request.state == RequestState.PENDING:
        return End(Answer(counted=False, sentence=_of_a_batch(request), number=request.number))
    if request.state == RequestState.PENDING and _has_moved_on(connection, request, caller):
        return None
    fresh = inbox.first_time(connection, click.delivery, now, request.number)
    ask = ask_of(request, now)
    may = policy.may_approve if click.verdict is Verdict.APPROVE else policy.may_decide
    ruling = may(caller.actor, ask, caller.panel)
    if ruling.allowed and caller.objection is not None:
        ruling = Ruling(allowed=False, rule="subject", sentence=caller.objection)
    if not fresh or not ruling.allowed:
        why = ruling if fresh else _REPEATED
        return _uncounted(connection, request, click, why, now)
    return _count(connection, request, _Vote(click, caller, ruling.rule), means)


_REPEATED = Ruling(allowed=True, rule="once", sentence="This click was already counted.")


def _of_a_batch(request: Request) -> str:
    return f"Request #{request.number} is part of batch {request.batch}: it is decided on its card."


def _has_moved_on(connection: Connection, request: Request, caller: Caller) -> bool:
    known = tuple(one.slack_id for one in caller.panel.approved)
    return known != policing.approvals_of(connection, request)


def _uncounted(
    connection: Connection, request: Request, click: Click, ruling: Ruling, now: int
) -> End:
    sentence = ruling.sentence
    if request.state != RequestState.PENDING:
        sentence = how_it_ended(connection, request)
    if not ruling.allowed and ruling.rule not in {"pending", "counted-once"}:
        refused = Fact(
            "DEC101W", now, click.actor, request.number, outcome="denied", rule=ruling.rule
        )
        audit.record(connection, refused)
    return End(Answer(counted=False, sentence=sentence, number=request.number))


def how_it_ended(connection: Connection, request: Request) -> str:
    """Say who decided a request and when, for somebody who came too late."""
    decisions = requests.decisions_of(connection, requests.number_of(request))
    if not decisions:
        stands = STATE_WORDS[request.state]
        return f"Request #{request.number} is {stands}; nothing is left to decide."
    last = decisions[-1]
    word = "approved" if last.verdict == Verdict.APPROVE else "denied"
    when = f"<!date^{last.at // 1_000_000}^{{date_short_pretty}} at {{time}}|earlier>"
    return f"<@{last.approver}> already {word} request #{request.number}, {when}."


@dataclass(frozen=True, slots=True)
class _Vote:
    """A click that counts, who is on the panel, and the rule under which it counts."""

    click: Click
    caller: Caller
    rule: str


def _count(connection: Connection, request: Request, vote: _Vote, means: Means) -> End:
    click, number, now = vote.click, requests.number_of(request), means.clock()
    decision: requests.Row = {
        "request_number": number,
        "approver": click.actor,
        "verdict": click.verdict.value,
        "reason": click.reason,
        "plan_digest": request.plan_digest or "",
        "rule": vote.rule,
        "at": now,
    }
    requests.insert_decision(connection, decision)
    code = "DEC001I" if click.verdict is Verdict.APPROVE else "DEC002I"
    digest = request.plan_digest
    fact = Fact(code, now, click.actor, number, rule=vote.rule, plan_digest=digest)
    if click.verdict is Verdict.APPROVE:
        return _approve(connection, request, fact, vote.caller, means)
    requests.move(connection, RequestState.DENIED, fact, {"decided_at": now, "ended_at": now})
    tell_requester(connection, request)
    return End(Answer(counted=True, sentence=f"You denied request #{number}.", number=number))


def _approve(
    connection: Connection, request: Request, fact: Fact, caller: Caller, means: Means
) -> End:
    number, panel = requests.number_of(request), caller.panel.with_approval(caller.actor)
    if panel.stage is not None:
        audit.record(connection, fact)
        if panel.stage != caller.panel.stage:
            reminding.begin(connection, number, fact.at, means.catalog.rhythm)
        return End(approving.ask_on(connection, request, caller.panel, panel, fact.at))
    woken = approving.set_going(connection, request, fact, means)
    answer = Answer(counted=True, sentence=f"You approved request #{number}.", number=number)
    return End(answer, woken)


def tell_requester(connection: Connection, request: Request, but: str = "") -> None:
    """Have those who asked told by direct message how their request ended, ``but`` for one.

    A batch tells how all of its requests ended.
    """
    if request.batch is not None:
        return
    number = requests.number_of(request)
    wanted = audit.last_of(connection, number)
    for one in askers(request):
        if one != but:
            messages.want(connection, Place(number, "outcome", one), wanted=wanted)
