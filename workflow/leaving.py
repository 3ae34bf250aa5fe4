"""Before an end whoever asked is told, and at the end Aboard asks for the removal itself.

That request needs no second decision: it was approved with the plan of the first one, and the audit
says so (docs/adr/0015-an-end-is-approved-with-its-plan.md).
"""

from functools import partial

from sqlalchemy.engine import Connection

from rules import policy
from rules.states import RequestState
from rules.values import Kind
from storage import alarms, audit, messages, requests
from storage.alarms import Due
from storage.audit import Fact
from storage.due_models import Alarm
from storage.messages import Place
from storage.models import Request
from workflow import ends, policing
from workflow.behalf import askers
from workflow.clock import MINUTE
from workflow.directory import actor_now, approvers_now
from workflow.means import Means
from workflow.withdrawing import make_way, waits

_AGAIN = MINUTE
_KEPT = (
    "team_id", "requester", "requester_email", "principal", "principal_email", "subject",
    "person_id", "terms", "confidential", "policy_digest",
)  # fmt: skip
"""What the removal says as the request did that gave the access; whom it is carried out for is what
was approved last (``workflow.remembering``)."""


async def ring_notice(alarm: Alarm, means: Means) -> tuple[str, ...]:
    """Tell whoever asked that the end is near; the approvers where they cannot be told.

    Raises ``DirectoryError`` where Slack could not say who is there to be told.
    """
    request = await means.database.read(partial(requests.by_number, number=alarm.request_number))
    told = await to_be_told(request, means) if request else frozenset()
    await means.database.write(partial(_tell, alarm=alarm, told=told, means=means))
    return ()


async def to_be_told(request: Request, means: Means) -> frozenset[str]:
    """Return who is told about a request by direct message: who asked, or its approvers."""
    asked = [await actor_now(means.directory, one) for one in askers(request)]
    there = [one for one in asked if policy.standing(one, request.team_id).allowed]
    if there:
        return frozenset(one.slack_id for one in there)
    people = await approvers_now(means.directory, policing.terms_of(request).listed)
    return people - {request.subject}


def _tell(connection: Connection, alarm: Alarm, told: frozenset[str], means: Means) -> None:
    now = means.clock()
    request = requests.lock(connection, alarm.request_number)
    following = ends.next_notice(request, now, means.catalog.rhythm) if request else None
    if following is None:
        mine = alarms.drop(connection, alarm)
    else:
        mine = alarms.turn(connection, alarm, following)
    if request is None or not mine or now >= (request.until_at or 0):
        return
    number = requests.number_of(request)
    seq = audit.record(connection, Fact("REM003I", now, "aboard", number))
    for one in sorted(told):
        messages.want(connection, Place(number, f"ending.{alarm.turn}", one), wanted=seq)


async def ring_end(alarm: Alarm, means: Means) -> tuple[str, ...]:
    """Ask for the removal of somebody whose access ends; it is looked into like any request."""
    await means.database.write(partial(_end, alarm=alarm, means=means))
    means.bells.received.ring()
    return ()


def _end(connection: Connection, alarm: Alarm, means: Means) -> None:
    now = means.clock()
    request = requests.lock(connection, alarm.request_number)
    if request is None or not alarms.put_off(connection, alarm, now + _AGAIN):
        return
    leaving = None
    if make_way(connection, request, Kind.OFFBOARD, now):
        leaving = requests.insert(connection, _row(request, means))
    if leaving is None:
        _wait(connection, alarm, request, now)
        return
    alarms.drop_of(connection, alarm.request_number, [ends.END, ends.NOTICE])
    alarms.set_anew(connection, Due(leaving, ends.OVERDUE, now, request.until_at or now))
    _announce(connection, request, leaving, now)


def _wait(connection: Connection, alarm: Alarm, request: Request, now: int) -> None:
    """Say once why the end is late; it is looked at again in a minute."""
    if alarm.turn == 0 and alarms.turn(connection, alarm, now + _AGAIN):
        audit.record(connection, Fact(waits(connection, request), now, "aboard", request.number))


def _row(request: Request, means: Means) -> requests.Row:
    now = means.clock()
    kept = {name: getattr(request, name) for name in _KEPT}
    return {
        **kept,
        "ref": means.reference(),
        "kind": Kind.OFFBOARD.value,
        "state": RequestState.RECEIVED.value,
        "profile": "",
        "reason": f"The access that was approved with request #{request.number} ends.",
        "origin": request.number,
        "created_at": now,
        "expires_at": now,
        "look_at": 0,
    }


def _announce(connection: Connection, request: Request, leaving: int, now: int) -> None:
    ended = Fact("END003I", now, "aboard", request.number, detail=f"request {leaving}")
    audit.record(connection, ended)
    made = Fact("END003I", now, "aboard", leaving, detail=f"part of request {request.number}")
    seq = audit.record(connection, made)
    for one in askers(request):
        messages.want(connection, Place(leaving, "answer", one), wanted=seq, shown=seq)
