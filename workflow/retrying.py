"""What failed is tried again, one vendor or all, under the approval that the request has."""

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from rules import policy
from rules.people import Actor
from rules.states import RETRYABLE, UNDONE, RequestState, StepState, is_tried_with_all
from storage import inbox, requests
from storage.audit import Fact
from storage.models import Request, Step
from workflow import overtaking, tasks
from workflow.deciding import UNKNOWN, End, ask_of
from workflow.drafts import Answer
from workflow.means import Caller, Means
from workflow.withdrawing import in_the_way

_NOTHING = "Nothing in request #{} can be tried again at once."
_NOT_NOW = "Nothing can be done about this person just now. Please try again later."
"""What is said where a confidential request comes first."""


def retry(connection: Connection, ref: str, caller: Caller, means: Means) -> End:
    """Put a step back to ``waiting`` and enqueue its next attempt, or say why not."""
    now, task = means.clock(), tasks.lock(connection, ref)
    if task is None:
        return End(Answer(counted=False, sentence=UNKNOWN))
    request, step = task.request, task.step
    fresh = inbox.first_time(connection, caller.delivery, now, request.number)
    ruling = policy.may_retry(caller.actor, ask_of(request, now), caller.approvers)
    why_not = ruling.sentence if not ruling.allowed else _obstacle(connection, request, step)
    if why_not or not fresh:
        sentence = why_not or f"{step.title} is already being tried again."
        return End(Answer(counted=False, sentence=sentence, number=request.number))
    return _again(connection, request, step, caller.actor, means)


def retry_all(connection: Connection, ref: str, caller: Caller, means: Means) -> End:
    """Put every step that failed back to ``waiting``, each as ``retry`` does, or say why not.

    What a later request has made good is left as it is.
    """
    now, found = means.clock(), requests.by_ref(connection, ref)
    request = requests.lock(connection, requests.number_of(found)) if found else None
    if request is None:
        return End(Answer(counted=False, sentence=UNKNOWN))
    number = requests.number_of(request)
    fresh = inbox.first_time(connection, caller.delivery, now, number)
    ruling = policy.may_retry(caller.actor, ask_of(request, now), caller.approvers)
    undone = _undone(connection, number)
    failed = [one for one in undone if one.made_good_by is None]
    swept = [one for one in failed if _is_swept(one, means)]
    why_not = None if ruling.allowed else ruling.sentence
    why_not = why_not or (
        _others(connection, request, swept) if swept else _nothing(connection, number, undone)
    )
    if why_not or not fresh:
        sentence = why_not or "That is already being tried again."
        return End(Answer(counted=False, sentence=sentence, number=number))
    ends = [_again(connection, request, one, caller.actor, means) for one in swept]
    sentence = f"Trying {_titles(swept)} again for request #{number}."
    left = _left_alone([one for one in failed if one not in swept])
    woken = tuple(vendor for end in ends for vendor in end.woken)
    return End(Answer(counted=True, sentence=f"{sentence}{left}", number=number), woken)


def _undone(connection: Connection, number: int) -> list[Step]:
    mine = requests.steps_of(connection, number)
    return [one for one in mine if StepState(one.state) in UNDONE and one.next_at is None]


def _is_swept(step: Step, means: Means) -> bool:
    vendor = means.vendors.get(step.vendor)
    can_look_up = vendor is not None and vendor.traits.find
    return is_tried_with_all(StepState(step.state), can_look_up=can_look_up)


def _nothing(connection: Connection, number: int, undone: Sequence[Step]) -> str:
    seen_to = [said for one in undone if (said := overtaking.seen_to(connection, one))]
    left = _left_alone([one for one in undone if one.made_good_by is None])
    return f"{' '.join([_NOTHING.format(number), *seen_to])}{left}"


def _left_alone(steps: Sequence[Step]) -> str:
    if not steps:
        return ""
    return (
        f" Not {_titles(steps)}: whether it was done is unknown, and nobody can be looked up there."
        " Please look first, then press its own button."
    )


def _titles(steps: Sequence[Step]) -> str:
    return " and ".join(one.title for one in steps)


def _obstacle(connection: Connection, request: Request, step: Step) -> str | None:
    if StepState(step.state) not in RETRYABLE or step.next_at is not None:
        return f"{step.title} is {step.state}: there is nothing to try again."
    return _others(connection, request, [step])


def _others(connection: Connection, request: Request, steps: Sequence[Step]) -> str | None:
    """Say which other request speaks against trying ``steps`` again; None where none does."""
    first = _open(connection, request)
    if first is not None:
        return first
    found = (overtaking.overtaken_by(connection, request, one) for one in steps)
    later = next((one for one in found if one is not None), None)
    return overtaking.told(later) if later else None


def _open(connection: Connection, request: Request) -> str | None:
    other = in_the_way(connection, request)
    if other is None:
        return None
    if other.confidential:
        return _NOT_NOW
    return f"Request #{other.number} about the same person is open: that one comes first."


def _again(connection: Connection, request: Request, step: Step, actor: Actor, means: Means) -> End:
    now = means.clock()
    number = requests.number_of(request)
    fact = Fact("STP006I", now, actor.slack_id, number, step.vendor)
    values: requests.Row = {
        "tries": 0, "problem": None, "next_at": None, "stopped_at": None, "updated_at": now,
    }  # fmt: skip
    requests.move_step(connection, step, StepState.WAITING, fact, values)
    resumed = Fact("STP005I", now, actor.slack_id, number, step.vendor)
    requests.move(connection, RequestState.RUNNING, resumed, {"ended_at": None, "problem": None})
    # That attempt may have been in the queue before: its name ended there when it was not let in.
    means.queue.revive(connection, step.vendor, step.ref, step.attempts + 1, now)
    sentence = f"Trying {step.title} again for request #{number}."
    return End(Answer(counted=True, sentence=sentence, number=number), (step.vendor,))
