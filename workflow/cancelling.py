"""The requester, or an approver, withdraws what has not begun: a request, or the rest of one.

A step that was attempted once is never touched: its call may have arrived. One that waits for a
credential or for an anchor is given up all the same, since that may take days; it is ``unknown``
then. An end that was approved with the plan stays, begun or not: nobody makes an access permanent
by calling its end off.
"""

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from rules import policy
from rules.states import STATE_WORDS, RequestState, StepState
from storage import batches, inbox, requests
from storage.audit import Fact
from storage.models import Request
from workflow.calling_off import Word, call_off, has_not_begun, stands_still
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
    word = Word(caller.actor.slack_id, ruling.rule, now)
    steps = requests.steps_of(connection, number)
    mine = [one for one in steps if has_not_begun(one) or stands_still(connection, one)]
    ended = [(one.title, to) for one in mine if (to := call_off(connection, one, word))]
    if not ended:
        return _stays(number, f"Everything in request #{number} has started already.")
    settle(connection, request, now)
    return End(Answer(counted=True, sentence=_told(number, ended), number=number))


def _told(number: int, ended: Sequence[tuple[str, StepState]]) -> str:
    """Say what was not begun, and of what nobody knows whether it was done."""
    not_begun = ", ".join(title for title, to in ended if to is StepState.CANCELLED)
    given_up = ", ".join(title for title, to in ended if to is StepState.UNKNOWN)
    said = list[str]()
    if not_begun:
        said.append(f"Cancelled in request #{number}: {not_begun}. Nothing was done there.")
    if given_up:
        said.append(
            f"Given up in request #{number}: {given_up}. Whether it was done there is unknown."
        )
    return " ".join(said)


IS_AN_END = "This is the end of an access, as it was approved: it is not cancelled."


def _stays(number: int, sentence: str) -> End:
    return End(Answer(counted=False, sentence=sentence, number=number))
