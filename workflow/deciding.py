"""A click becomes a decision: counted once, bound to the plan, with its work enqueued beside it.

Inbox, compare-and-set, decision, audit and the durable work are one transaction: of two who click
at once one decides, and the other reads who did.
"""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules import policy
from rules.policy import Actor, Ask, Ruling
from rules.states import RequestState
from rules.values import Verdict
from storage import audit, inbox, messages, people, requests
from storage.audit import Fact
from storage.messages import Place
from storage.models import Decision, Request
from workflow.directory import Directory
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


async def actor(directory: Directory, slack_id: str) -> Actor:
    """Return who acts, as Slack knows them now; somebody Slack does not know may do nothing."""
    resident = await directory.resident(slack_id)
    if resident is None:
        return Actor(slack_id, team_id="", is_deleted=True)
    return resident.as_actor()


def ask_of(connection: Connection, request: Request, now: int) -> Ask:
    """Return the facts of a request that the policy looks at."""
    person = people.by_key(connection, request.person_id) if request.person_id else None
    return Ask(
        team_id=request.team_id,
        state=RequestState(request.state),
        requester=request.requester,
        subject=request.subject,
        requester_email=request.requester_email,
        subject_email=person.email if person else None,
        is_expired=now >= request.expires_at,
    )


def obstacle(connection: Connection, ref: str, caller: Caller, now: int) -> str | None:
    """Return why a decision would not count now; None where it would."""
    request = requests.by_ref(connection, ref)
    if request is None:
        return UNKNOWN
    if request.state != RequestState.PENDING:
        return how_it_ended(connection, request)
    ruling = policy.may_decide(caller.actor, ask_of(connection, request, now), caller.approvers)
    return None if ruling.allowed else ruling.sentence


def decide(connection: Connection, click: Click, caller: Caller, means: Means) -> End:
    """Count a decision, or say why it does not count."""
    now = means.clock()
    found = requests.by_ref(connection, click.ref)
    request = requests.lock(connection, requests.number_of(found)) if found else None
    if request is None:
        return End(Answer(counted=False, sentence=UNKNOWN))
    fresh = inbox.first_time(connection, click.delivery, now, request.number)
    ruling = policy.may_decide(caller.actor, ask_of(connection, request, now), caller.approvers)
    if not fresh or not ruling.allowed:
        return _uncounted(connection, request, click, ruling, now)
    if any(one.approver == click.actor for one in _decisions(connection, request)):
        return End(
            Answer(counted=False, sentence="You have already decided.", number=request.number)
        )
    return _count(connection, request, click, means)


def _decisions(connection: Connection, request: Request) -> tuple[Decision, ...]:
    return requests.decisions_of(connection, requests.number_of(request))


def _uncounted(
    connection: Connection, request: Request, click: Click, ruling: Ruling, now: int
) -> End:
    if request.state != RequestState.PENDING:
        sentence = how_it_ended(connection, request)
    else:
        sentence = "This click was already counted." if ruling.allowed else ruling.sentence
    if not ruling.allowed and ruling.rule != "pending":
        refused = Fact(
            "DEC101W", now, click.actor, request.number, outcome="denied", rule=ruling.rule,
            policy_digest=request.policy_digest,
        )  # fmt: skip
        audit.record(connection, refused)
    return End(Answer(counted=False, sentence=sentence, number=request.number))


def how_it_ended(connection: Connection, request: Request) -> str:
    """Say who decided a request and when, for somebody who came too late."""
    decisions = requests.decisions_of(connection, requests.number_of(request))
    if not decisions:
        return f"Request #{request.number} is {request.state}; nothing is left to decide."
    last = decisions[-1]
    word = "approved" if last.verdict == Verdict.APPROVE else "denied"
    when = f"<!date^{last.at // 1_000_000}^{{date_short_pretty}} at {{time}}|earlier>"
    return f"<@{last.approver}> already {word} request #{request.number}, {when}."


def _count(connection: Connection, request: Request, click: Click, means: Means) -> End:
    number, now = requests.number_of(request), means.clock()
    decision: requests.Row = {
        "request_number": number,
        "approver": click.actor,
        "verdict": click.verdict.value,
        "reason": click.reason,
        "plan_digest": request.plan_digest or "",
        "rule": policy.APPROVER_RULE,
        "at": now,
    }
    requests.insert_decision(connection, decision)
    fact = Fact(
        "DEC001I" if click.verdict is Verdict.APPROVE else "DEC002I", now, click.actor, number,
        rule=policy.APPROVER_RULE, plan_digest=request.plan_digest,
        policy_digest=request.policy_digest,
    )  # fmt: skip
    if click.verdict is Verdict.DENY:
        values = {"decided_at": now, "ended_at": now}
        requests.move(connection, RequestState.DENIED, fact, values)
        tell_requester(connection, request)
        return End(Answer(counted=True, sentence=f"You denied request #{number}.", number=number))
    return _approve(connection, request, fact, means)


def tell_requester(connection: Connection, request: Request) -> None:
    """Have the requester told by direct message how their request ended."""
    number = requests.number_of(request)
    place = Place(number, "outcome", request.requester)
    messages.want(connection, place, wanted=audit.last_of(connection, number))


def _approve(connection: Connection, request: Request, fact: Fact, means: Means) -> End:
    number = requests.number_of(request)
    given = [one for one in _decisions(connection, request) if one.verdict == Verdict.APPROVE]
    missing = request.threshold - len(given)
    if missing > 0:
        audit.record(connection, fact)
        more = "one more approval" if missing == 1 else f"{missing} more approvals"
        sentence = f"Thank you. Request #{number} needs {more}."
        return End(Answer(counted=True, sentence=sentence, number=number))
    requests.move(connection, RequestState.APPROVED, fact, {"decided_at": fact.at})
    steps = requests.steps_of(connection, number)
    for step in steps:
        means.queue.enqueue(connection, step.vendor, step.ref, step.attempts + 1)
    answer = Answer(counted=True, sentence=f"You approved request #{number}.", number=number)
    return End(answer, tuple(step.vendor for step in steps))
