"""A person says that a vendor's part was done by hand, with evidence; another one stands behind it.

What failed, is unknown or needs a person becomes ``attested``, and the request ends when nothing is
left. Nothing is called: whoever attests vouches for it, by name. Evidence is a person's text and
stays out of the audit, which holds its digest instead.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules import policy
from rules.policy import Hands, Ruling
from rules.states import RETRYABLE, StepState
from rules.values import is_person_id
from storage import attestations, audit, inbox, made_good, people, requests
from storage.audit import Fact
from storage.models import Request, Step
from workflow import asking_again, overtaking, policing, tasks
from workflow.deciding import UNKNOWN, ask_of
from workflow.drafts import Answer
from workflow.ending import settle
from workflow.ends import was_planned
from workflow.means import Caller, Means
from workflow.tasks import Task

LONGEST_EVIDENCE = 1000


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody attests about the step that ``ref`` names."""

    ref: str
    evidence: str


def obstacle(connection: Connection, ref: str, caller: Caller, now: int) -> str | None:
    """Return why a word about this step would not count now; None where it would."""
    task = tasks.find(connection, ref)
    if task is None:
        return UNKNOWN
    ruling = _ruling(task, caller, now)
    return _closed(connection, task.step) if ruling.allowed else ruling.sentence


def attest(connection: Connection, word: Word, caller: Caller, means: Means) -> Answer:
    """Move a step to ``attested`` with its evidence, or say why not."""
    now, task = means.clock(), tasks.lock(connection, word.ref)
    if task is None:
        return Answer(counted=False, sentence=UNKNOWN)
    request, step = task.request, task.step
    fresh = inbox.first_time(connection, caller.delivery, now, request.number)
    ruling = _ruling(task, caller, now)
    why_not = _closed(connection, step) if ruling.allowed else ruling.sentence
    if fresh and not ruling.allowed:
        _record_refusal(connection, task, caller, ruling, now)
    if not fresh:
        sentence = f"{step.title} is marked as done by hand already."
        counted = step.state == StepState.ATTESTED
        return Answer(counted=counted, sentence=sentence, number=request.number)
    if why_not:
        return Answer(counted=False, sentence=why_not, number=request.number)
    return _count(connection, task, word, _Vouched(caller.actor.slack_id, ruling.rule, now))


@dataclass(frozen=True, slots=True)
class _Vouched:
    by: str
    rule: str
    at: int


def _ruling(task: Task, caller: Caller, now: int) -> Ruling:
    ask = ask_of(task.request, now)
    return policy.may_attest(caller.actor, ask, hands_of(caller))


def hands_of(caller: Caller) -> Hands:
    """Return who may be heard about a step at the moment of ``caller``."""
    return Hands(caller.named, caller.approvers, caller.approved_by)


def approved_by(connection: Connection, request: Request) -> frozenset[str]:
    """Return the people who approved a request; an end without any was approved with its plan."""
    given = policing.approvals_of(connection, request)
    people_of_it = frozenset(one for one in given if is_person_id(one))
    origin = requests.by_number(connection, request.origin or 0) if was_planned(request) else None
    if people_of_it or origin is None:
        return people_of_it
    return approved_by(connection, origin)


def _closed(connection: Connection, step: Step) -> str | None:
    if StepState(step.state) in RETRYABLE and step.next_at is None:
        return overtaking.seen_to(connection, step)
    words = step.state.replace("_", " ")
    return f"{step.title} is {words}: there is nothing to mark as done by hand."


def _record_refusal(
    connection: Connection, task: Task, caller: Caller, ruling: Ruling, now: int
) -> None:
    fact = Fact(
        "STP109W", now, caller.actor.slack_id, task.step.request_number, task.step.vendor,
        outcome="denied", rule=ruling.rule, policy_digest=task.request.policy_digest,
    )  # fmt: skip
    audit.record(connection, fact)


def _count(connection: Connection, task: Task, word: Word, vouched: _Vouched) -> Answer:
    step, number = task.step, task.step.request_number
    digest = hashlib.sha256(word.evidence.encode()).hexdigest()
    fact = Fact(
        "STP008I", vouched.at, vouched.by, number, step.vendor, rule=vouched.rule,
        plan_digest=task.request.plan_digest, policy_digest=task.request.policy_digest,
        detail=f"evidence {digest}",
    )  # fmt: skip
    detail = asking_again.ended(step)
    values: requests.Row = {"problem": None, "detail": detail, "updated_at": vouched.at}
    if not requests.move_step(connection, step, StepState.ATTESTED, fact, values):
        sentence = f"{step.title} has just changed. Please look again."
        return Answer(counted=False, sentence=sentence, number=number)
    row = {"step_id": step.id, "by": vouched.by, "rule": vouched.rule, "at": vouched.at}
    attestations.insert(connection, row | {"evidence": word.evidence})
    made_good.mark(connection, step, StepState.ATTESTED, vouched.at)
    _note_account(connection, task, vouched.at)
    settle(connection, task.request, vouched.at)
    sentence = f"Thank you. {step.title} is marked as done by hand for request #{number}."
    return Answer(counted=True, sentence=sentence, number=number)


def _note_account(connection: Connection, task: Task, now: int) -> None:
    """Keep what the person has at the vendor now, unless what came later knows better."""
    person, step = task.request.person_id, task.step
    if person is None or overtaking.overtaken_by(connection, task.request, step) is not None:
        return
    if not step.access:
        people.drop_account(connection, person, step.vendor)
        return
    values = {
        "person_id": person,
        "vendor": step.vendor,
        "vendor_id": None,
        "access": step.after or "",
        "state": StepState.ATTESTED.value,
        "updated_at": now,
    }
    people.note_account(connection, values)
