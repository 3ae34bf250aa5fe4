"""One failed vendor is tried again, under the approval that the request already has."""

from sqlalchemy.engine import Connection

from rules import policy
from rules.people import Actor
from rules.states import RETRYABLE, RequestState, StepState
from storage import inbox, requests
from storage.audit import Fact
from storage.models import Request, Step
from workflow.deciding import UNKNOWN, End, ask_of
from workflow.drafts import Answer
from workflow.means import Caller, Means


def find(connection: Connection, ref: str) -> Request | None:
    """Return the request whose step a button names."""
    step = requests.step_by_ref(connection, ref)
    return requests.by_number(connection, step.request_number) if step else None


def retry(connection: Connection, ref: str, caller: Caller, means: Means) -> End:
    """Put a step back to ``waiting`` and enqueue its next attempt, or say why not."""
    now = means.clock()
    found = requests.step_by_ref(connection, ref)
    request = requests.lock(connection, found.request_number) if found else None
    step = requests.step_by_ref(connection, ref)
    if request is None or step is None:
        return End(Answer(counted=False, sentence=UNKNOWN))
    fresh = inbox.first_time(connection, caller.delivery, now, request.number)
    ruling = policy.may_retry(caller.actor, ask_of(connection, request, now), caller.approvers)
    why_not = ruling.sentence if not ruling.allowed else _obstacle(connection, request, step)
    if why_not or not fresh:
        sentence = why_not or f"{step.title} is already being tried again."
        return End(Answer(counted=False, sentence=sentence, number=request.number))
    return _again(connection, request, step, caller.actor, means)


def _obstacle(connection: Connection, request: Request, step: Step) -> str | None:
    if StepState(step.state) not in RETRYABLE or step.next_at is not None:
        return f"{step.title} is {step.state}: there is nothing to try again."
    other = requests.open_about(connection, request.team_id, request.subject)
    if other is not None and other.number != request.number:
        return f"Request #{other.number} about the same person is open: that one comes first."
    return None


def _again(connection: Connection, request: Request, step: Step, actor: Actor, means: Means) -> End:
    now = means.clock()
    number = requests.number_of(request)
    fact = Fact("STP006I", now, actor.slack_id, number, step.vendor)
    values = {"tries": 0, "problem": None, "next_at": None, "updated_at": now}
    requests.move_step(connection, step, StepState.WAITING, fact, values)
    resumed = Fact("STP005I", now, actor.slack_id, number, step.vendor)
    requests.move(connection, RequestState.RUNNING, resumed, {"ended_at": None})
    means.queue.enqueue(connection, step.vendor, step.ref, step.attempts + 1)
    sentence = f"Trying {step.title} again for request #{number}."
    return End(Answer(counted=True, sentence=sentence, number=number), (step.vendor,))
