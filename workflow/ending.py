"""How an attempt ended, and the one transaction that makes it true: step, account, request, next.

The request is locked first: of two vendors that end at once, the last one settles the request. Then
those that this end may see to are, before anything of theirs is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.engine import Connection

from rules.retry import FIRST_WAIT
from rules.states import GOOD, RequestState, StepState, settled
from rules.values import is_person_id
from storage import audit, batch_calls, batches, made_good, messages, people, requests
from storage.audit import Fact
from storage.messages import Place
from storage.models import Request, Step
from vendors.contract import Account
from workflow import ends, invited, stops
from workflow.asking_again import OUTLIVED, STALE, ask_again
from workflow.claiming import AMBIGUOUS, Claim
from workflow.clock import SECOND
from workflow.deciding import tell_requester
from workflow.fencing import is_held
from workflow.following import expiry
from workflow.means import Means
from workflow.stops import Gate


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended. ``wait`` is in seconds; None where no attempt follows by itself.

    ``wrote``: the vendor was told something, or may have been. ``is_stopped``: it has refused the
    credential, or was asked in vain since, so that this waits until it is accepted; ``pause`` is
    for how many seconds it wants to be left alone where it was asked in vain. ``was_answered``: it
    has let it in; not where an answer was lost, came from somebody else, or was not asked for.
    """

    state: StepState
    detail: str
    code: str = "STP002I"
    problem: str | None = None
    wait: float | None = None
    account: Account | None = None
    wrote: bool = False
    is_stopped: bool = False
    pause: float | None = None
    was_answered: bool = False


def unknown(detail: str, wait: float | None = None) -> Ending:
    """Return the end of an attempt of which nobody knows whether it arrived."""
    return Ending(StepState.UNKNOWN, detail, "STP003W", AMBIGUOUS, wait)


def failed(detail: str, problem: str = "permanent") -> Ending:
    """Return the end of an attempt that changed nothing and is not repeated by itself."""
    return Ending(StepState.FAILED, detail, "STP004E", problem)


def stale(valid_for: timedelta) -> Ending:
    """Return the end of an attempt that wrote nothing: the approval was older than it may be."""
    hours = valid_for / timedelta(hours=1)
    detail = f"The approval is older than {hours:g} hours: nothing was changed."
    return Ending(StepState.ACTION_REQUIRED, detail, "STP010W", STALE)


def record(
    connection: Connection, claim: Claim, end: Ending, means: Means, call: str | None = None
) -> bool:
    """Write how an attempt ended, unless somebody else already did; return whether it counts.

    A further try is part of ``call``, where there is one, and otherwise alone.
    """
    step, now = claim.step, means.clock()
    request = requests.lock(connection, step.request_number)
    if request is None or not is_held(connection, step):
        return False
    if end.state in GOOD:
        made_good.hold(connection, step.request_number)
    end = _noted(connection, claim, end, now)
    if not _move(connection, claim, end, now):
        return False
    if end.is_stopped:
        ends.stopped(connection, request, now)
    if request.batch is not None:
        _leave_call(connection, step, call)
    if end.wait is not None:
        again = call or step.ref
        means.queue.enqueue(connection, step.vendor, again, step.attempts + 1, end.wait)
    _note_account(connection, claim, end, now)
    _follow(connection, request, step, end, means)
    made_good.mark(connection, step, end.state, now)
    if end.state is StepState.ACTION_REQUIRED and end.problem not in OUTLIVED:
        _hand_over(connection, request, step)
    if settle(connection, request, now):
        _ask_again(connection, request, means)
    return True


def _noted(connection: Connection, claim: Claim, end: Ending, now: int) -> Ending:
    """Note what an end says of the credential; one that is accepted since is tried again soon."""
    if end.is_stopped and not _stays_stopped(connection, claim.step, end, now):
        detail = end.detail.removesuffix(stops.WAITS).rstrip()
        return replace(end, detail=detail, is_stopped=False, wait=max(FIRST_WAIT, end.pause or 0))
    if claim.gate is Gate.PROBE and not end.is_stopped:
        if end.problem in OUTLIVED and not end.was_answered:
            stops.pass_on(connection, claim.step, now)
        else:
            stops.probed(connection, claim.step, now, accepted=end.was_answered)
    return end


def _stays_stopped(connection: Connection, step: Step, end: Ending, now: int) -> bool:
    if end.pause is None:
        return stops.refused(connection, step, now)
    return stops.asked_in_vain(connection, step, now, end.pause)


def _leave_call(connection: Connection, step: Step, call: str | None) -> None:
    if call is None:
        batch_calls.drop(connection, step.ref)
    else:
        batch_calls.go_on(connection, step.ref, call)


def _ask_again(connection: Connection, request: Request, means: Means) -> None:
    """Ask for what was not done as approved; whoever sees to that request sees to all of it."""
    asked = ask_again(connection, request, means)
    if asked is not None:
        ends.passed_on(connection, request, asked, means.clock())


def _move(connection: Connection, claim: Claim, end: Ending, now: int) -> bool:
    step = claim.step
    is_quiet = end.is_stopped and claim.is_quiet
    fact = Fact(
        end.code, now, "aboard", step.request_number, step.vendor,
        outcome=end.state.value, detail=audit.PROBE if is_quiet else end.problem or "",
    )  # fmt: skip
    values: requests.Row = {
        "detail": end.detail,
        "problem": end.problem,
        "next_at": None if end.wait is None else now + int(end.wait * SECOND),
        "expires_at": expiry(end.account) if end.state is StepState.INVITED else None,
        "unsettled_at": _unsettled_at(step, end, now),
        "updated_at": now,
    }
    if end.is_stopped:
        values = {**values, **stops.waiting(now, has_asked=True), "tries": max(0, step.tries - 1)}
    return requests.move_step(connection, step, end.state, fact, values)


def _unsettled_at(step: Step, end: Ending, now: int) -> int | None:
    """Return when something was last written of which nobody knows whether it arrived."""
    if end.state in GOOD:
        return None
    if not end.wrote:
        return step.unsettled_at
    return now if end.state is StepState.UNKNOWN or end.is_stopped else None


def _follow(
    connection: Connection, request: Request, step: Step, end: Ending, means: Means
) -> None:
    """End the person's earlier invitations that this end has seen to, and follow a new one."""
    now, vendor = means.clock(), means.vendors.get(step.vendor)
    removed = end.state in GOOD and not step.access
    if removed or end.state in {StepState.INVITED, StepState.DONE}:
        invited.replaced(connection, request, step.vendor, now)
    if end.state is StepState.INVITED and vendor is not None and vendor.traits.find:
        invited.follow(connection, step, end.account, now)


def _hand_over(connection: Connection, request: Request, step: Step) -> None:
    """Have those who are named for a vendor told by direct message; a group reads the card."""
    number = requests.number_of(request)
    for one in step.hands.split():
        if is_person_id(one) and one != request.subject:
            place = Place(number, "task", one)
            messages.want(connection, place, wanted=audit.last_of(connection, number))


def _note_account(connection: Connection, claim: Claim, end: Ending, now: int) -> None:
    """Keep what the person has at the vendor now, as far as this attempt could tell."""
    if end.state not in GOOD:
        return
    if not claim.step.access:
        people.drop_account(connection, claim.person_id, claim.step.vendor)
        return
    account = end.account
    values = {
        "person_id": claim.person_id,
        "vendor": claim.step.vendor,
        "vendor_id": account.id if account else None,
        "access": account.access if account else claim.step.after or "",
        "state": end.state.value,
        "updated_at": now,
    }
    people.note_account(connection, values)


_CODES = {
    RequestState.COMPLETED: "REQ006I",
    RequestState.COMPLETED_WITH_ERRORS: "REQ007W",
    RequestState.PARTLY_DONE: "REQ010W",
    RequestState.CANCELLED: "REQ004I",
}
"""The facts of how a request ends with its last step."""


def settle(connection: Connection, request: Request, now: int) -> bool:
    """End the request when its last step has ended, and tell the requester.

    Returns whether it ended now.
    """
    number = requests.number_of(request)
    steps = requests.steps_of(connection, number)
    looking = any(step.next_at is not None for step in steps)
    to = settled([StepState(step.state) for step in steps], looking=looking)
    if to is None:
        return False
    code = _CODES[to]
    ended = requests.move(connection, to, Fact(code, now, "aboard", number), {"ended_at": now})
    if ended:
        if request.batch is not None:
            batches.redraw_ended(connection, request.batch)
        ends.settled(connection, request, to, now)
        tell_requester(connection, request)
    if ended and to is RequestState.COMPLETED:
        messages.release(connection, number, "welcome", audit.last_of(connection, number))
        if request.confidential:
            _make_good(connection, steps, now)
    return ended


def _make_good(connection: Connection, steps: Sequence[Step], now: int) -> None:
    """Mark what a confidential request has made good, of which nobody was told so far."""
    for step in steps:
        made_good.mark(connection, step, StepState(step.state), now)
