"""The requester, or an approver, withdraws what has not begun: a request, or the rest of one.

A step that was attempted once is never touched: its call may have arrived, unless the vendor has
refused the credential. An end that was approved
with the plan stays, begun or not: nobody makes an access permanent by calling its end off.
"""

from sqlalchemy.engine import Connection

from rules import policy
from rules.states import STATE_WORDS, RequestState, StepState
from storage import batches, inbox, requests
from storage.audit import Fact
from storage.models import Request, Step
from workflow.deciding import End, ask_of, tell_requester
from workflow.drafts import Answer
from workflow.ending import settle
from workflow.ends import was_planned
from workflow.means import Caller, Means


def find(connection: Connection, number: int) -> Request | None:
    """Return the request of this number."""
    return requests.by_number(connection, number)


def cancel(connection: Connection, number: int, caller: Caller, means: Means) -> End:
    """Move a request to ``cancelled``, or say why it stays."""
    now = means.clock()
    request = requests.lock(connection, number)
    if request is None:
        return _stays(number, f"There is no request #{number}.")
    if not inbox.first_time(connection, caller.delivery, now, number):
        return _stays(number, f"Request #{number} is {STATE_WORDS[request.state]}.")
    if request.state in policy.UNDER_WAY:
        return _stop(connection, request, caller, now)
    ruling = policy.may_withdraw(caller.actor, ask_of(request, now), caller.approvers)
    if not ruling.allowed:
        return _stays(number, ruling.sentence)
    if was_planned(request):
        return _stays(number, IS_AN_END)
    fact = Fact("REQ004I", now, caller.actor.slack_id, number, rule=ruling.rule)
    requests.move(connection, RequestState.CANCELLED, fact, {"ended_at": now})
    if request.batch is not None:
        batches.redraw(connection, request.batch)
    tell_requester(connection, request, but=caller.actor.slack_id)
    return End(Answer(counted=True, sentence=f"Request #{number} is cancelled.", number=number))


def _stop(connection: Connection, request: Request, caller: Caller, now: int) -> End:
    """Cancel the steps of a request that have not been attempted, and end it where none is left."""
    number = requests.number_of(request)
    ruling = policy.may_stop(caller.actor, ask_of(request, now), caller.approvers)
    if not ruling.allowed:
        return _stays(number, ruling.sentence)
    if was_planned(request):
        return _stays(number, IS_AN_END)
    steps = requests.steps_of(connection, number)
    waiting = [one for one in steps if is_untouched(one)]
    by = caller.actor.slack_id
    values: requests.Row = {
        "detail": NOT_STARTED, "updated_at": now, "next_at": None, "stopped_at": None,
    }  # fmt: skip
    stopped = [
        one.title
        for one in waiting
        if requests.move_step(
            connection,
            one,
            StepState.CANCELLED,
            Fact("STP012I", now, by, number, one.vendor, rule=ruling.rule),
            values,
        )
    ]
    if not stopped:
        return _stays(number, f"Everything in request #{number} has started already.")
    settle(connection, request, now)
    sentence = f"Cancelled in request #{number}: {', '.join(stopped)}. Nothing was done there."
    return End(Answer(counted=True, sentence=sentence, number=number))


def is_untouched(step: Step) -> bool:
    """Tell whether nothing was done for a step: no attempt has begun, or its vendor let none in."""
    was_let_in = step.attempts and (step.stopped_at is None or step.unsettled_at is not None)
    return step.state == StepState.WAITING and not was_let_in


IS_AN_END = "This is the end of an access, as it was approved: it is not cancelled."
NOT_STARTED = "Cancelled before it started: nothing was done here."


def _stays(number: int, sentence: str) -> End:
    return End(Answer(counted=False, sentence=sentence, number=number))
