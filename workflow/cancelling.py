"""The requester, or an approver, withdraws what has not begun."""

from sqlalchemy.engine import Connection

from rules import policy
from rules.states import RequestState
from storage import inbox, requests
from storage.audit import Fact
from storage.models import Request
from workflow.deciding import End, ask_of, tell_requester
from workflow.drafts import Answer
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
        return _stays(number, f"Request #{number} is {request.state}.")
    ruling = policy.may_withdraw(caller.actor, ask_of(connection, request, now), caller.approvers)
    if not ruling.allowed:
        return _stays(number, ruling.sentence)
    fact = Fact("REQ004I", now, caller.actor.slack_id, number, rule=ruling.rule)
    requests.move(connection, RequestState.CANCELLED, fact, {"ended_at": now})
    if caller.actor.slack_id != request.requester:
        tell_requester(connection, request)
    return End(Answer(counted=True, sentence=f"Request #{number} is cancelled.", number=number))


def _stays(number: int, sentence: str) -> End:
    return End(Answer(counted=False, sentence=sentence, number=number))
