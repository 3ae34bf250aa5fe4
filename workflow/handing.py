"""What needs a person is handed to one by name, who is told what to do and is reminded of it.

Nothing about the plan changes, so that no approval is asked for: whoever is handed it becomes one
of those who are named for it, and attests it when it is done.
"""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules import handing
from rules.people import Actor
from rules.policy import Ask, Hands, Ruling
from rules.states import StepState
from storage import audit, inbox, messages, requests
from storage.audit import Fact
from storage.messages import Place
from storage.models import Step
from workflow import overtaking, tasks
from workflow.attesting import hands_of
from workflow.deciding import UNKNOWN, ask_of
from workflow.drafts import Answer
from workflow.means import Caller, Means


@dataclass(frozen=True, slots=True)
class Handover:
    """Who is to have the step that ``ref`` names."""

    ref: str
    receiver: Actor


def obstacle(connection: Connection, ref: str, caller: Caller, now: int) -> str | None:
    """Return why ``caller`` could not hand this step over now; None where they could."""
    task = tasks.find(connection, ref)
    if task is None:
        return UNKNOWN
    hands = hands_of(caller)
    ruling = handing.may_hand_over(caller.actor, ask_of(task.request, now), hands)
    return _closed(connection, task.step) if ruling.allowed else ruling.sentence


def hand_over(connection: Connection, wish: Handover, caller: Caller, means: Means) -> Answer:
    """Have the receiver do by hand what is left of a step, or say why not."""
    now, task = means.clock(), tasks.lock(connection, wish.ref)
    if task is None:
        return Answer(counted=False, sentence=UNKNOWN)
    step, number = task.step, requests.number_of(task.request)
    if not inbox.first_time(connection, caller.delivery, now, number):
        return _handed(step, number, counted=step.handed_to == wish.receiver.slack_id)
    hands = hands_of(caller)
    ruling = _ruling(caller, wish, ask_of(task.request, now), hands)
    why_not = _closed(connection, step) if ruling.allowed else ruling.sentence
    if why_not:
        return Answer(counted=False, sentence=why_not, number=number)
    to = wish.receiver.slack_id
    requests.amend_step(connection, step, {"handed_to": to})
    by = caller.actor.slack_id
    fact = Fact("STP011I", now, by, number, step.vendor, rule=ruling.rule, detail=f"to {to}")
    seq = audit.record(connection, fact)
    messages.want(connection, Place(number, "task", to), wanted=seq)
    return _handed(step, number, counted=True)


def _ruling(caller: Caller, wish: Handover, ask: Ask, hands: Hands) -> Ruling:
    """Return the rule under which it is handed over, or what forbids that to one of the two."""
    giving = handing.may_hand_over(caller.actor, ask, hands)
    taking = handing.may_be_handed(wish.receiver, ask, hands)
    return giving if taking.allowed or not giving.allowed else taking


def _closed(connection: Connection, step: Step) -> str | None:
    if step.state == StepState.ACTION_REQUIRED:
        return overtaking.seen_to(connection, step)
    return f"{step.title} is {step.state.replace('_', ' ')}: there is nothing to hand over."


def _handed(step: Step, number: int, *, counted: bool) -> Answer:
    sentence = f"{step.title} is handed over for request #{number}."
    return Answer(counted=counted, sentence=sentence, number=number)
