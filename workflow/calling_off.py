"""What waits for a credential, or for an anchor, is called off where somebody is not to have it.

It may wait for days, and what is asked about the same person later waits behind it. Whatever was
not done is ``cancelled``; where a call may have arrived, nobody claims that nothing was done.
"""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules.states import BETWEEN_ATTEMPTS, StepState
from storage import audit, batch_calls, requests, unanchored
from storage.audit import Fact
from storage.models import Step
from storage.pauses import RESTORED
from workflow.claiming import AMBIGUOUS

NOT_STARTED = "Cancelled before it started: nothing was done here."
GIVEN_UP = "Given up while it waited: whether it was done here is unknown."

_RETRIED = "STP006I"
"""The fact that a person had a step tried again."""


@dataclass(frozen=True, slots=True)
class Word:
    """Who calls something off, when, and under which rule."""

    by: str
    rule: str
    now: int


def has_not_begun(step: Step) -> bool:
    """Tell whether a step waits for its first attempt."""
    return step.state == StepState.WAITING and not step.attempts


def is_untouched(connection: Connection, step: Step) -> bool:
    """Tell whether nothing was done for a step: no attempt has begun, or its vendor let none in.

    An attempt that is only refused has its try given back. What a person has had tried again may
    have been done in part before, though its tries are counted anew; and what waited when a copy
    was made may have been done since by whom it was copied from.
    """
    if step.problem == RESTORED:
        return False
    if has_not_begun(step):
        return True
    number, vendor = step.request_number, step.vendor
    return _was_only_refused(step) and not audit.tells(connection, _RETRIED, number, vendor)


def _was_only_refused(step: Step) -> bool:
    waits = step.state == StepState.WAITING and step.stopped_at is not None
    return waits and step.unsettled_at is None and not step.tries


def is_stopped(step: Step) -> bool:
    """Tell whether a step waits until its vendor accepts the credential.

    One that a process of before has tried all the same does not, whatever stands in its row.
    """
    return step.stopped_at is not None and step.state in BETWEEN_ATTEMPTS


def stands_still(connection: Connection, step: Step) -> bool:
    """Tell whether a step waits until its vendor accepts the credential, or an anchor arrives."""
    if is_stopped(step):
        return True
    return step.state in BETWEEN_ATTEMPTS and unanchored.is_kept_back(connection, step.ref)


def call_off(connection: Connection, step: Step, word: Word) -> StepState | None:
    """Have a step of a locked request not be done any more; None where it has moved since.

    Returns ``cancelled`` where nothing was done, and otherwise ``unknown``.
    """
    unanchored.let_go(connection, step.ref)
    batch_calls.drop(connection, step.ref)
    number, values = step.request_number, _still(step, word.now)
    if is_untouched(connection, step):
        to = StepState.CANCELLED
        fact = Fact("STP012I", word.now, word.by, number, step.vendor, rule=word.rule)
        values = {**values, "detail": NOT_STARTED}
    else:
        to = StepState.UNKNOWN
        fact = Fact("STP016W", word.now, word.by, number, step.vendor, "unknown", rule=word.rule)
        values = {**values, "detail": GIVEN_UP, "problem": AMBIGUOUS}
    return to if requests.move_step(connection, step, to, fact, values) else None


def _still(step: Step, now: int) -> requests.Row:
    return {"problem": step.problem, "updated_at": now, "next_at": None, "stopped_at": None}
