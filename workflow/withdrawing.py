"""A removal that was approved does not wait for what nobody has decided: that is withdrawn.

Otherwise a request about somebody would keep them in for as long as it waits for its approvers.
Nor does it wait for what waits itself, for a credential or for an anchor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from rules.states import RequestState
from rules.values import Kind
from storage import requests
from storage.audit import Fact
from storage.models import Request, Step
from workflow.calling_off import Word, call_off, stands_still
from workflow.deciding import tell_requester
from workflow.ending import settle

_UNDECIDED = {RequestState.RECEIVED, RequestState.PENDING}


WAITS, WAITS_QUIETLY = "TIM003W", "TIM004W"
"""Under which code it is told that a request waits for another one."""


def in_the_way(connection: Connection, request: Request) -> Request | None:
    """Return the open request about the same person, where that is another one."""
    other = requests.open_about(connection, request.team_id, request.subject)
    return None if other is None or other.number == request.number else other


def waits(connection: Connection, request: Request) -> str:
    """Return how it is told that ``request`` waits; what is confidential is not told of."""
    other = in_the_way(connection, request)
    return WAITS_QUIETLY if other is not None and other.confidential else WAITS


def make_way(connection: Connection, request: Request, kind: str, now: int) -> bool:
    """Tell whether no request but ``request`` about its person is open (any more).

    What is under way is waited for. Where ``kind``, which is about to begin, is a removal, what is
    undecided is withdrawn, and of an onboarding is called off what waits for a credential or for an
    anchor: also of ``request``, whose own access is to end.
    """
    other = requests.open_about(connection, request.team_id, request.subject)
    if other is None:
        return True
    if kind != Kind.OFFBOARD:
        return other.number == request.number
    why = _QUIETLY if request.confidential else _OPENLY
    if other.state in _UNDECIDED:
        return _withdraw(connection, other, why, now)
    return other.kind == Kind.ONBOARD and _call_off(connection, other, why, now)


@dataclass(frozen=True, slots=True)
class _Why:
    """What is told of a withdrawal: under which rule it was, and in which words.

    ``rest`` is said where something had been approved, and what still waited was called off.
    """

    rule: str
    sentence: str
    rest: str


_OPENLY = _Why(
    "access-ends",
    "The access of this person ends now. Ask again if it is still wanted.",
    "The access of this person ends now: what still waited was called off. "
    "Ask again if it is still wanted.",
)
_QUIETLY = _Why(
    "one-open-request",
    "This cannot be decided just now. Please ask again later if it is still wanted.",
    "What still waited cannot be done just now. Please ask again later if it is still wanted.",
)
"""A removal that is confidential is not told of by what it withdraws."""


def _withdraw(connection: Connection, other: Request, why: _Why, now: int) -> bool:
    """Withdraw an undecided request in favour of a removal; tell who asked for it."""
    fact = Fact("REQ004I", now, "aboard", other.number, rule=why.rule)
    values: requests.Row = {"problem": why.sentence, "ended_at": now}
    moved = requests.move(connection, RequestState.CANCELLED, fact, values)
    if moved:
        tell_requester(connection, other)
    return moved


def _call_off(connection: Connection, other: Request, why: _Why, now: int) -> bool:
    """Call off what may wait for days in an onboarding; tell whether it has ended with that.

    Whoever makes way holds a request already, and a step that ends locks its own before others
    about the same person: so what somebody else holds is left for the next look, a minute later.
    """
    number = requests.number_of(other)
    if not _standing_still(connection, number):
        return False
    request = requests.lock_if_free(connection, number)
    if request is None:
        return False
    word, waiting = Word("aboard", why.rule, now), _standing_still(connection, number)
    ended = [one for one in waiting if call_off(connection, one, word)]
    if not ended:
        return False
    requests.amend(connection, number, {"problem": why.rest})
    return settle(connection, request, now)


def _standing_still(connection: Connection, number: int) -> Sequence[Step]:
    steps = requests.steps_of(connection, number)
    return [one for one in steps if stands_still(connection, one)]
