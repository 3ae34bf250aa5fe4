"""The start of what was approved earlier: who it is about is looked at again, then it begins.

The vendors are looked at by every attempt in any case. Where another request about the person is
open it comes first; a removal does not wait for what nobody has decided yet.
"""

from functools import partial

from sqlalchemy.engine import Connection

from rules.states import RequestState
from rules.values import Kind
from storage import alarms, audit, requests
from storage.alarms import Due
from storage.audit import Fact
from storage.models import Alarm, Request
from workflow import ends, scheduling
from workflow.clock import MINUTE
from workflow.deciding import tell_requester
from workflow.means import Means
from workflow.preparing import wrong_subject
from workflow.withdrawing import WAITS, WAITS_QUIETLY, make_way, waits

_AGAIN = MINUTE
_PROBLEMS = {
    WAITS: "Another request about this person is open: this one starts when that has ended.",
    WAITS_QUIETLY: "This cannot start just now. It starts by itself as soon as it can.",
}


async def ring(alarm: Alarm, means: Means) -> tuple[str, ...]:
    """Begin what is due; return the vendors whose queues hold work now.

    Raises ``DirectoryError`` where Slack could not say who the request is about.
    """
    read = partial(requests.by_number, number=alarm.request_number)
    request = await means.database.read(read)
    wrong = None
    if request is not None and request.kind == Kind.ONBOARD:
        resident = await means.directory.resident(request.subject)
        refusal = wrong_subject(request.kind, request.team_id, resident, None)
        wrong = refusal.sentence if refusal else None
    work = partial(_start, alarm=alarm, wrong=wrong, means=means)
    return await means.database.write(work)


def _start(
    connection: Connection, alarm: Alarm, wrong: str | None, means: Means
) -> tuple[str, ...]:
    now = means.clock()
    request = requests.lock(connection, alarm.request_number)
    if request is None or request.state != RequestState.SCHEDULED:
        alarms.drop(connection, alarm)
        return ()
    obstacle = wrong or _past_its_end(request, now)
    if obstacle is not None:
        _give_up(connection, alarm, request, obstacle, now)
        return ()
    if not make_way(connection, request, request.kind, now):
        _hold(connection, alarm, request, now)
        return ()
    return _begin(connection, alarm, request, means)


def _past_its_end(request: Request, now: int) -> str | None:
    if request.until_at is None or request.until_at > now:
        return None
    return "Its end had come before it could start."


def _give_up(connection: Connection, alarm: Alarm, request: Request, why: str, now: int) -> None:
    alarms.drop(connection, alarm)
    fact = Fact("TIM002W", now, "aboard", request.number, outcome="denied")
    values: requests.Row = {"problem": why, "ended_at": now}
    if requests.move(connection, RequestState.CANCELLED, fact, values):
        tell_requester(connection, request)


def _hold(connection: Connection, alarm: Alarm, request: Request, now: int) -> None:
    """Look again in a minute; say once on the card what is waited for."""
    alarms.put_off(connection, alarm, now + _AGAIN)
    if request.problem is not None:
        return
    code = waits(connection, request)
    requests.amend(connection, requests.number_of(request), {"problem": _PROBLEMS[code]})
    audit.record(connection, Fact(code, now, "aboard", request.number))


def _begin(connection: Connection, alarm: Alarm, request: Request, means: Means) -> tuple[str, ...]:
    now, number = means.clock(), requests.number_of(request)
    alarms.drop(connection, alarm)
    digest = request.plan_digest
    fact = Fact("TIM001I", now, "aboard", number, plan_digest=digest)
    if request.kind == Kind.OFFBOARD:
        alarms.set_anew(connection, Due(number, ends.OVERDUE, now, now))
    return scheduling.begin(connection, request, fact, {"problem": None}, means)
