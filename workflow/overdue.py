"""An offboarding that should be done and is not: people are told until somebody sees to it.

The requester and the approvers hear of it, first soon and then once a day. Whoever takes it on is
the only one who is reminded from then on, until everything is removed or vouched for; where each
part of what is left was handed to somebody, those are. Whoever cannot see to it any more, since
they have left, counts as nobody.
"""

from collections.abc import Iterable
from functools import partial

from sqlalchemy.engine import Connection

from rules import moments, policy
from rules.states import ALIVE, RequestState
from rules.values import Kind
from storage import alarms, audit, inbox, messages, requests
from storage.audit import Fact
from storage.due_models import Alarm
from storage.messages import Place
from storage.models import Request
from workflow import ends, overtaking, policing
from workflow.behalf import askers
from workflow.deciding import UNKNOWN, ask_of
from workflow.directory import actor_now, approvers_now
from workflow.drafts import Answer
from workflow.means import Caller, Means


async def ring(alarm: Alarm, means: Means) -> tuple[str, ...]:
    """Tell everybody concerned. Raises ``DirectoryError`` where Slack could not say who that is."""
    request = await means.database.read(partial(requests.by_number, number=alarm.request_number))
    told = await _concerned(request, means) if request else frozenset()
    await means.database.write(partial(_shout, alarm=alarm, told=told, means=means))
    return ()


async def _concerned(request: Request, means: Means) -> frozenset[str]:
    number = requests.number_of(request)
    steps = await means.database.read(partial(requests.steps_of, number=number))
    left = [one for one in steps if ends.is_open(one)]
    named = {one.handed_to for one in left if one.handed_to}
    handed = await _those_there(named, request, means)
    if left and all(one.handed_to in handed for one in left):
        return handed
    return handed | await _others(request, means)


async def _those_there(people: Iterable[str], request: Request, means: Means) -> frozenset[str]:
    """Leave out whoever cannot see to it any more: a user group may still name them."""
    actors = [await actor_now(means.directory, one) for one in people]
    there = (one for one in actors if policy.standing(one, request.team_id).allowed)
    return frozenset(one.slack_id for one in there)


async def _others(request: Request, means: Means) -> frozenset[str]:
    taker = {request.taken_by} if request.taken_by else set()
    if taken := await _those_there(taker, request, means):
        return taken
    listed = policing.terms_of(request).listed
    approvers = await approvers_now(means.directory, listed)
    everybody = (approvers | {*askers(request)}) - {request.subject}
    return await _those_there(everybody, request, means)


def _is_overdue(connection: Connection, request: Request) -> bool:
    if request.kind != Kind.OFFBOARD:
        return False
    if request.state != RequestState.COMPLETED_WITH_ERRORS:
        return request.state in ALIVE
    return ends.is_left(connection, request)


def _shout(connection: Connection, alarm: Alarm, told: frozenset[str], means: Means) -> None:
    now, waits = means.clock(), means.catalog.rhythm.overdue_after
    request = requests.lock(connection, alarm.request_number)
    if request is None or not _is_overdue(connection, request):
        alarms.drop(connection, alarm)
        if request is not None:
            ends.passed_back(connection, alarm, request, now)
        return
    due = moments.due_again(alarm.began_at, waits, alarm.turn)
    if now < due:
        alarms.put_off(connection, alarm, due)
        return
    turn = alarm.turn + 1
    while moments.due_again(alarm.began_at, waits, turn) <= now:
        turn += 1
    if not alarms.turn(connection, alarm, moments.due_again(alarm.began_at, waits, turn), turn):
        return
    number = requests.number_of(request)
    seq = audit.record(connection, Fact("REM004W", now, "aboard", number, outcome="error"))
    for one in sorted(told):
        messages.want(connection, Place(number, f"overdue.{turn}", one), wanted=seq)


def take(connection: Connection, ref: str, caller: Caller, means: Means) -> Answer:
    """Have ``caller`` see to an offboarding that is overdue, or say why not."""
    now, found = means.clock(), requests.by_ref(connection, ref)
    request = requests.lock(connection, requests.number_of(found)) if found else None
    if request is None:
        return Answer(counted=False, sentence=UNKNOWN)
    number, by = requests.number_of(request), caller.actor.slack_id
    fresh = inbox.first_time(connection, caller.delivery, now, number)
    ruling = policy.may_take(caller.actor, ask_of(request, now), caller.approvers)
    if not ruling.allowed:
        return Answer(counted=False, sentence=ruling.sentence, number=number)
    if not fresh or not _is_overdue(connection, request):
        return Answer(counted=False, sentence=_nothing(connection, number), number=number)
    requests.amend(connection, number, {"taken_by": by})
    audit.record(connection, Fact("REM005I", now, by, number, rule=ruling.rule))
    return Answer(counted=True, sentence=f"Thank you: request #{number} is yours.", number=number)


def _nothing(connection: Connection, number: int) -> str:
    steps = requests.steps_of(connection, number)
    seen_to = [said for one in steps if (said := overtaking.seen_to(connection, one))]
    return " ".join([f"Nothing is left to see to in request #{number}.", *seen_to])
