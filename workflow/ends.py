"""The end of an access: approved with the plan that gave it, and kept as an alarm of that request.

At most one end stands for a person. A later onboarding with an end of its own replaces it with its
first step, so that an end that is to be extended stays until then; one without an end leaves it as
it is. It is dropped when everything was removed before.
"""

from sqlalchemy.engine import Connection

from rules import moments
from rules.rhythm import Rhythm
from rules.states import RETRYABLE, RequestState
from rules.values import Kind
from storage import alarms, audit, conditions, requests
from storage.alarms import Due
from storage.audit import Fact
from storage.due_models import Alarm
from storage.models import Request, Step
from workflow import asking_again

_IN_VAIN = {
    RequestState.REFUSED, RequestState.DENIED, RequestState.CANCELLED, RequestState.EXPIRED,
    RequestState.PARTLY_DONE,
}  # fmt: skip
"""The ends of a request that was not carried out, or not whole."""

END, NOTICE, OVERDUE = "end", "notice", conditions.OVERDUE


def was_planned(request: Request) -> bool:
    """Tell whether a request carries out an end that was approved with an earlier plan.

    Such a request is not cancelled and does not expire: it waits until the access has ended.
    """
    return request.kind == Kind.OFFBOARD and request.origin is not None


def has_expired(request: Request, now: int) -> bool:
    """Tell whether the time to decide a request is over."""
    return now >= request.expires_at and not was_planned(request)


def set_for(connection: Connection, request: Request, now: int, rhythm: Rhythm) -> None:
    """Have the end that was approved with ``request`` stand for its person, if it has one."""
    if request.kind != Kind.ONBOARD or request.until_at is None:
        return
    number = requests.number_of(request)
    _replace(connection, request, now)
    alarms.set_anew(connection, Due(number, END, request.until_at, now))
    notice = next_notice(request, now, rhythm)
    if notice is not None:
        alarms.set_anew(connection, Due(number, NOTICE, notice, now))
    said = f"{request.until_wall} {request.zone}"
    audit.record(connection, Fact("END001I", now, "aboard", number, detail=said))


def _replace(connection: Connection, request: Request, now: int) -> None:
    before = alarms.ending(connection, request.team_id, request.subject)
    if before is None or before.number == request.number:
        return
    old = requests.number_of(before)
    alarms.drop_of(connection, old, [END, NOTICE])
    by = f"request {request.number}"
    audit.record(connection, Fact("END002I", now, "aboard", old, detail=by))


def next_notice(request: Request, now: int, rhythm: Rhythm) -> int | None:
    """Return when the next notice before a request's end is due; None where none is left."""
    if request.until_wall is None or request.zone is None:
        return None
    end = moments.wall_from(request.until_wall)
    return moments.first_after(moments.notices(end, request.zone, rhythm.notice_days), now)


def settled(connection: Connection, request: Request, to: RequestState, now: int) -> None:
    """Note how an offboarding ended: nothing is left to end, or somebody has to see to the rest.

    What somebody cancelled is seen to.
    """
    if request.kind != Kind.OFFBOARD:
        return
    number = requests.number_of(request)
    if to is RequestState.COMPLETED_WITH_ERRORS and not _is_set(connection, number):
        alarms.set_anew(connection, Due(number, OVERDUE, now, now))
    if to is RequestState.COMPLETED:
        alarms.drop_of(connection, number, [OVERDUE])
        _drop(connection, request, now)


def stopped(connection: Connection, request: Request, now: int) -> None:
    """Note that an offboarding waits that should be done: for a vendor, or another request."""
    number = requests.number_of(request)
    if request.kind == Kind.OFFBOARD and not _is_set(connection, number):
        alarms.set_anew(connection, Due(number, OVERDUE, now, now))


def passed_on(connection: Connection, request: Request, to: int, now: int) -> None:
    """Have the request ``to``, which asks again for what ``request`` did not do, be overdue for it.

    ``request`` stays overdue where something else of it is left.
    """
    number = requests.number_of(request)
    alarm = alarms.of_request(connection, number, OVERDUE)
    if alarm is None:
        return
    alarms.set_anew(connection, Due(to, OVERDUE, now, alarm.began_at, str(number)))
    if not is_left(connection, request):
        alarms.drop(connection, alarm)


def passed_back(connection: Connection, alarm: Alarm, request: Request, now: int) -> None:
    """Have the request that ``request`` asked again for be overdue again, where that was in vain.

    ``alarm`` says which that was. Nobody is spared for what was denied or has expired: the person
    still has what was to be removed.
    """
    if request.state not in _IN_VAIN or not alarm.detail:
        return
    number = int(alarm.detail)
    asked = requests.lock(connection, number)
    if asked is None or not asking_again.in_vain(connection, asked, request, now):
        return
    if not _is_set(connection, number):
        alarms.set_anew(connection, Due(number, OVERDUE, now, alarm.began_at))


def _is_set(connection: Connection, number: int) -> bool:
    return alarms.of_request(connection, number, OVERDUE) is not None


def is_left(connection: Connection, request: Request) -> bool:
    """Tell whether somebody has to see to a removal.

    Not where it was asked for again, nor where a later request has seen to it.
    """
    steps = requests.steps_of(connection, requests.number_of(request))
    return any(is_open(one) and one.problem != asking_again.ASKED_AGAIN for one in steps)


def is_open(step: Step) -> bool:
    """Tell whether a step did not end well, and no later request has seen to it."""
    return step.state in RETRYABLE and step.made_good_by is None


def _drop(connection: Connection, request: Request, now: int) -> None:
    before = alarms.ending(connection, request.team_id, request.subject)
    if before is None:
        return
    old = requests.number_of(before)
    alarms.drop_of(connection, old, [END, NOTICE])
    by = f"request {request.number}"
    audit.record(connection, Fact("END004I", now, "aboard", old, detail=by))
