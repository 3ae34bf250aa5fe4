"""The start of what was approved earlier: who it is about is looked at again, then it begins.

The vendors are looked at by every attempt in any case. Where another request about the person is
open it comes first; a removal does not wait for what nobody has decided yet. What gives an access
and was approved by somebody who has left since is asked again; a removal is carried out.
"""

import asyncio
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection

from rules.states import RequestState
from rules.values import Kind, is_person_id
from storage import alarms, audit, requests
from storage.audit import Fact
from storage.due_models import Alarm
from storage.models import Request
from workflow import asking_again, ends, overtaking, policing, scheduling
from workflow.clock import MINUTE
from workflow.deciding import tell_requester
from workflow.directory import actor_now
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

    Raises ``DirectoryError`` where Slack could not say who it is about, or who approved it.
    """
    read = partial(requests.by_number, number=alarm.request_number)
    request = await means.database.read(read)
    seen = _Seen()
    if request is not None and request.kind == Kind.ONBOARD:
        resident = await means.directory.resident(request.subject)
        refusal = wrong_subject(request.kind, request.team_id, resident, None)
        wrong = refusal.sentence if refusal else None
        seen = _Seen(wrong, await _has_lost_an_approver(request, means))
    woken = await means.database.write(partial(_start, alarm=alarm, seen=seen, means=means))
    means.bells.received.ring()
    return woken


@dataclass(frozen=True, slots=True)
class _Seen:
    """What Slack says at the start: why nothing is given, and whether somebody has left."""

    wrong: str | None = None
    has_lost_an_approver: bool = False


async def _has_lost_an_approver(request: Request, means: Means) -> bool:
    given = await means.database.read(partial(policing.approvals_of, request=request))
    who = [actor_now(means.directory, one) for one in given if is_person_id(one)]
    return any(one.is_deleted for one in await asyncio.gather(*who))


def _start(connection: Connection, alarm: Alarm, seen: _Seen, means: Means) -> tuple[str, ...]:
    now = means.clock()
    request = requests.lock(connection, alarm.request_number)
    if request is None or request.state != RequestState.SCHEDULED:
        alarms.drop(connection, alarm)
        return ()
    obstacle = seen.wrong or _past_its_end(request, now) or _removed(connection, request)
    if obstacle is None and seen.has_lost_an_approver:
        obstacle = _asked_anew(connection, request, means)
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


def _removed(connection: Connection, request: Request) -> str | None:
    """Say that whoever was to come on board was offboarded by a later decision."""
    other = overtaking.removed_by(connection, request)
    if request.kind != Kind.ONBOARD or other is None:
        return None
    return overtaking.told(other)


def _asked_anew(connection: Connection, request: Request, means: Means) -> str:
    """Ask those who approve now; return what is said of the old request."""
    number = asking_again.ask_anew(connection, request, means)
    if number is None:
        return "Whoever approved this has left since. Please ask again."
    return f"Whoever approved this has left since: it is asked again as request #{number}."


def _give_up(connection: Connection, alarm: Alarm, request: Request, why: str, now: int) -> None:
    alarms.drop(connection, alarm)
    fact = Fact("TIM002W", now, "aboard", request.number, outcome="denied")
    values: requests.Row = {"problem": why, "ended_at": now}
    if requests.move(connection, RequestState.CANCELLED, fact, values):
        tell_requester(connection, request)


def _hold(connection: Connection, alarm: Alarm, request: Request, now: int) -> None:
    """Look again in a minute; say once on the card what is waited for."""
    alarms.put_off(connection, alarm, now + _AGAIN)
    ends.stopped(connection, request, now)
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
    ends.stopped(connection, request, now)
    return scheduling.begin(connection, request, fact, {"problem": None}, means)
