"""Somebody wants an invitation mailed again: recorded here, done by whoever follows invitations.

The vendor is called later, from the row (``workflow.invitations``), so that the wish survives a
restart, and two who press at once send one mail.
"""

from sqlalchemy.engine import Connection

from rules import policy
from rules.states import FOLLOWED
from storage import audit, inbox, invitations, requests
from storage.audit import Fact
from storage.due_models import Invitation
from storage.models import Request, Step
from workflow import overtaking, tasks
from workflow.clock import MINUTE
from workflow.deciding import UNKNOWN, ask_of
from workflow.drafts import Answer
from workflow.means import Caller, Means
from workflow.tasks import Task

_PAUSE = 10 * MINUTE


def resend(connection: Connection, ref: str, caller: Caller, means: Means) -> Answer:
    """Record the wish to have a step's invitation mailed again, or say why not."""
    now, task = means.clock(), tasks.lock(connection, ref)
    if task is None:
        return Answer(counted=False, sentence=UNKNOWN)
    request, step = task.request, task.step
    fresh = inbox.first_time(connection, caller.delivery, now, request.number)
    ruling = policy.may_resend(caller.actor, ask_of(request, now), caller.approvers)
    why_not = ruling.sentence if not ruling.allowed else _obstacle(connection, task, means, now)
    if why_not or not fresh:
        sentence = why_not or _under_way(step)
        return Answer(counted=False, sentence=sentence, number=request.number)
    return _ask(
        connection,
        request,
        step,
        Fact("INV004I", now, caller.actor.slack_id, request.number, step.vendor, rule=ruling.rule),
    )


def _obstacle(connection: Connection, task: Task, means: Means, now: int) -> str | None:
    request, step = task.request, task.step
    row, vendor = invitations.of_step(connection, step.id), means.vendors.get(step.vendor)
    if row is None or step.state not in FOLLOWED:
        return f"{step.title} has no invitation of this request that could be mailed again."
    if vendor is None or not vendor.traits.resend:
        return f"{step.title} offers no way to mail an invitation again."
    if overtaking.is_leaving(connection, request):
        return f"{step.title}'s invitation can't be mailed again just now."
    return _too_soon(step, row, now)


def _too_soon(step: Step, row: Invitation, now: int) -> str | None:
    if row.resend_by is not None:
        return _under_way(step)
    if now - row.mailed_at < _PAUSE:
        return f"{step.title}'s invitation was mailed a moment ago. Please wait ten minutes."
    return None


def _under_way(step: Step) -> str:
    return f"{step.title}'s invitation is being mailed again already."


def _ask(connection: Connection, request: Request, step: Step, fact: Fact) -> Answer:
    invitations.ask_for_mail(connection, step.id, fact.actor, fact.at)
    requests.amend_step(connection, step, {"detail": "The invitation is being mailed again."})
    audit.record(connection, fact)
    sentence = f"Mailing {step.title}'s invitation again for request #{request.number}."
    return Answer(counted=True, sentence=sentence, number=request.number)
