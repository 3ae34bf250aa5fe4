"""An approval counts for its plan and for a while: whatever else comes up is asked again.

What would happen now may be another thing than what was approved, or the approval may be too old.

The new request says what the old one said, and goes the whole way: looked into, planned, put to the
approvers that the policy names now. What the old one did already is then found to be so.
"""

from sqlalchemy.engine import Connection

from rules.states import RequestState, StepState
from storage import audit, messages, requests
from storage.audit import Fact
from storage.messages import Place
from storage.models import Request, Step
from workflow.behalf import askers
from workflow.means import Means

STALE = "stale"
"""The problem of a step that stopped because the approval was too old."""

OTHERWISE = "otherwise"
"""The problem of a step that stopped because it would be something else than was approved."""

OUTLIVED = frozenset({STALE, OTHERWISE})
"""The problems for which a new approval is asked."""

ASKED_AGAIN = "asked_again"
"""The problem of such a step once it was asked for again."""

IN_VAIN = "in_vain"
"""The problem of such a step once that request ended without being carried out."""

_LEFT = ": this is still to be done."
_SAID_BEFORE = (_LEFT, ", and it was seen to otherwise since.")
"""What rows of earlier versions say besides; it is judged when they are read."""

_AGAIN = "REQ009I"
_OF = "request "

_ITS_OWN = {
    "number", "version", "person_id", "plan_digest", "problem", "decided_at", "ended_at",
    "taken_by", "starts_wall", "starts_at", "batch", "email", "given_name", "family_name",
    "counted_at",
}  # fmt: skip


def ask_again(connection: Connection, request: Request, means: Means) -> int | None:
    """Ask again for what the approval of an ended request does not hold for any more.

    Returns the number of the new request; None where it held for everything, or where another
    request about the same person is open.
    """
    mine = requests.steps_of(connection, requests.number_of(request))
    stopped = [one for one in mine if one.problem in OUTLIVED and _needs_somebody(one)]
    if not stopped:
        return None
    number = ask_anew(connection, request, means)
    if number is not None:
        for step in stopped:
            detail = f"{step.detail} It is asked again as request #{number}."
            requests.amend_step(connection, step, {"problem": ASKED_AGAIN, "detail": detail})
    return number


def ask_anew(connection: Connection, request: Request, means: Means) -> int | None:
    """Ask for the whole of a request again; None where another about the same person is open."""
    number = requests.insert(connection, _row(request, means))
    if number is not None:
        _announce(connection, request, number, means.clock())
    return number


def is_asked_again(connection: Connection, request: Request) -> bool:
    """Tell whether a request asks again for what an earlier one did not do."""
    mine = audit.of_request(connection, requests.number_of(request))
    return any(one.code == _AGAIN for one in mine)


def asked_first(connection: Connection, request: Request) -> Request | None:
    """Return the request that this one asks again for; None where it asks for the first time."""
    mine = audit.of_request(connection, requests.number_of(request))
    of = next((one.detail for one in mine if one.code == _AGAIN), None)
    return requests.by_number(connection, int(of.removeprefix(_OF))) if of else None


def in_vain(connection: Connection, request: Request, again: Request, now: int) -> bool:
    """Have what a removal did not do be left to it, since ``again`` was not carried out.

    Returns whether anything is left: a later request may have seen to it.
    """
    number, ended = requests.number_of(request), again.state.replace("_", " ")
    asked = [one for one in requests.steps_of(connection, number) if one.problem == ASKED_AGAIN]
    left = [one for one in asked if one.made_good_by is None]
    if not left:
        return False
    said = f"request {again.number} {ended}"
    audit.record(connection, Fact("REQ011W", now, "aboard", number, outcome="error", detail=said))
    for step in left:
        detail = f"{step.detail} That was {ended}."
        requests.amend_step(connection, step, {"problem": IN_VAIN, "detail": detail})
    return True


def told(step: Step) -> str:
    """Return what is said of a step, and of what was asked again in vain that it is still left."""
    if step.problem == IN_VAIN and step.made_good_by is None:
        return ended(step).removesuffix(".") + _LEFT
    return ended(step)


def ended(step: Step) -> str:
    """Return how a step ended, also where asking again was in vain; not whether it is left."""
    if step.problem != IN_VAIN:
        return step.detail
    for words in _SAID_BEFORE:
        if step.detail.endswith(words):
            return step.detail.removesuffix(words) + "."
    return step.detail


def _needs_somebody(step: Step) -> bool:
    return step.state == StepState.ACTION_REQUIRED


def _row(request: Request, means: Means) -> requests.Row:
    now = means.clock()
    kept = {name: value for name, value in request.model_dump().items() if name not in _ITS_OWN}
    return {
        **kept,
        "ref": means.reference(),
        "asked_in": None,
        "state": RequestState.RECEIVED.value,
        "created_at": now,
        "expires_at": now + (request.expires_at - request.created_at),
        "look_at": 0,
    }


def _announce(connection: Connection, request: Request, number: int, now: int) -> None:
    """Record where the new request comes from; its plan is told directly to those who asked."""
    seq = audit.record(
        connection, Fact(_AGAIN, now, "aboard", number, detail=f"{_OF}{request.number}")
    )
    for one in askers(request):
        messages.want(connection, Place(number, "answer", one), wanted=seq, shown=seq)
