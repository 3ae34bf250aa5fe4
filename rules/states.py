"""The states of a request and of a step, and the only moves between them.

A request::

    received ─▶ pending ─▶ approved ─▶ running ─▶ completed
        │          │          ▲           ▲ └───▶ completed_with_errors
        ▼          │          │           └─────────────┘ (one vendor is retried)
     refused       ├─▶ scheduled ─▶ cancelled | expired
                   └─▶ denied | cancelled | expired

    approved ─▶ cancelled (before anything started)
    running ─▶ cancelled (each of its vendors refused the credential, and nothing was done)
    running, completed_with_errors ─▶ partly_done (the rest was cancelled before it started)

``scheduled`` is what was approved and starts later: it may be called off until its start.
``completed_with_errors`` becomes ``completed`` when a person attests the last of what was left, or
when that was an invitation which is accepted after all, mailed again or taken back.
``received`` is what was recorded and not yet looked into; ``refused`` is what could not become a
question for the approvers, with the sentence that says why.

A step::

    waiting ─▶ cancelled (before its first attempt)
    waiting, unknown ─▶ unknown (given up while it waited for a credential or an anchor)
    waiting ─▶ running ─▶ done | unchanged | invited | unverified | action_required
       ▲          ├─────▶ unknown (the answer never came: a look-up settles it) ─▶ running
       └──────────┴─────▶ failed ─▶ waiting (somebody pressed Retry)

What failed, is unknown or needs a person may also become ``attested``: a person did it by hand,
and another one has shown how that can be seen. An invitation is followed after the end::

    invited ─▶ done (the person has accepted) | expired | withdrawn
    expired ─▶ invited (it was sent again) | done | withdrawn
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType


class RequestState(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    REFUSED = "refused"
    PENDING = "pending"
    SCHEDULED = "scheduled"
    APPROVED = "approved"
    RUNNING = "running"
    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completed_with_errors"
    PARTLY_DONE = "partly_done"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


STATE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        RequestState.RECEIVED: "being looked into",
        RequestState.REFUSED: "not possible",
        RequestState.PENDING: "waiting for approval",
        RequestState.SCHEDULED: "approved and starts later",
        RequestState.APPROVED: "approved",
        RequestState.RUNNING: "under way",
        RequestState.COMPLETED: "completed",
        RequestState.COMPLETED_WITH_ERRORS: "in need of attention",
        RequestState.PARTLY_DONE: "partly done, the rest cancelled",
        RequestState.DENIED: "denied",
        RequestState.CANCELLED: "cancelled",
        RequestState.EXPIRED: "expired",
    }
)
"""What a sentence calls a state, after *the request is*."""


class StepState(StrEnum):
    """Where one vendor's part of a request stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    UNCHANGED = "unchanged"
    INVITED = "invited"
    UNVERIFIED = "unverified"
    ACTION_REQUIRED = "action_required"
    UNKNOWN = "unknown"
    FAILED = "failed"
    ATTESTED = "attested"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


_R, _S = RequestState, StepState

REQUEST_MOVES: Mapping[RequestState, frozenset[RequestState]] = MappingProxyType(
    {
        _R.RECEIVED: frozenset({_R.PENDING, _R.REFUSED, _R.CANCELLED}),
        _R.REFUSED: frozenset(),
        _R.PENDING: frozenset({_R.APPROVED, _R.SCHEDULED, _R.DENIED, _R.CANCELLED, _R.EXPIRED}),
        _R.SCHEDULED: frozenset({_R.APPROVED, _R.CANCELLED, _R.EXPIRED}),
        _R.APPROVED: frozenset({_R.RUNNING, _R.CANCELLED}),
        _R.RUNNING: frozenset(
            {_R.COMPLETED, _R.COMPLETED_WITH_ERRORS, _R.PARTLY_DONE, _R.CANCELLED}
        ),
        _R.COMPLETED: frozenset(),
        _R.COMPLETED_WITH_ERRORS: frozenset({_R.RUNNING, _R.COMPLETED, _R.PARTLY_DONE}),
        _R.PARTLY_DONE: frozenset(),
        _R.DENIED: frozenset(),
        _R.CANCELLED: frozenset(),
        _R.EXPIRED: frozenset(),
    }
)
"""From each state of a request, the states it may move to."""

_ENDS = frozenset({_S.DONE, _S.UNCHANGED, _S.INVITED, _S.UNVERIFIED, _S.ACTION_REQUIRED})

STEP_MOVES: Mapping[StepState, frozenset[StepState]] = MappingProxyType(
    {
        _S.WAITING: frozenset({_S.RUNNING, _S.CANCELLED, _S.UNKNOWN}),
        _S.RUNNING: _ENDS | {_S.WAITING, _S.UNKNOWN, _S.FAILED, _S.RUNNING},
        _S.UNKNOWN: frozenset({_S.RUNNING, _S.WAITING, _S.ATTESTED, _S.UNKNOWN}),
        _S.FAILED: frozenset({_S.WAITING, _S.ATTESTED}),
        _S.ACTION_REQUIRED: frozenset({_S.WAITING, _S.ATTESTED}),
        _S.DONE: frozenset(),
        _S.UNCHANGED: frozenset(),
        _S.INVITED: frozenset({_S.DONE, _S.EXPIRED, _S.WITHDRAWN}),
        _S.UNVERIFIED: frozenset(),
        _S.ATTESTED: frozenset(),
        _S.EXPIRED: frozenset({_S.INVITED, _S.DONE, _S.WITHDRAWN}),
        _S.WITHDRAWN: frozenset(),
        _S.CANCELLED: frozenset(),
    }
)
"""From each state of a step, the states it may move to."""

OPEN = frozenset({_R.RECEIVED, _R.PENDING, _R.APPROVED, _R.RUNNING})
"""The states in which a request still wants something; a person has at most one such request."""

ALIVE = OPEN | {_R.SCHEDULED}
"""The states in which something is still to come of a request by itself or by a decision."""

GOOD = frozenset({_S.DONE, _S.UNCHANGED, _S.INVITED, _S.UNVERIFIED, _S.ATTESTED, _S.WITHDRAWN})
"""The ends of a step after which nobody has to do anything more."""

RETRYABLE = frozenset({_S.FAILED, _S.UNKNOWN, _S.ACTION_REQUIRED})
"""The states of a step that offer a person another try, or to attest what was done by hand."""

LEFT = RETRYABLE | {_S.EXPIRED}
"""The ends of a step that leave something to do, unless a later request has seen to it."""

UNDONE = frozenset({_S.FAILED, _S.UNKNOWN})
"""The states of a step that another try may settle without a person doing anything first."""

BETWEEN_ATTEMPTS = frozenset({_S.WAITING, _S.UNKNOWN})
"""The states of a step of which no attempt is under way, and another one may begin."""

FOLLOWED = frozenset({_S.INVITED, _S.EXPIRED})
"""The states of a step whose invitation may still be accepted, or sent again."""


def before(to: RequestState) -> frozenset[RequestState]:
    """Return the states from which a request may move to ``to``."""
    return frozenset(state for state, ends in REQUEST_MOVES.items() if to in ends)


def step_before(to: StepState) -> frozenset[StepState]:
    """Return the states from which a step may move to ``to``."""
    return frozenset(state for state, ends in STEP_MOVES.items() if to in ends)


def is_tried_with_all(state: StepState, *, can_look_up: bool) -> bool:
    """Tell whether "all that failed" holds a step that nothing moves by itself any more.

    What is unknown where nobody can be looked up is not among them: to try it again is to risk
    doing it twice, which somebody decides for that step alone.
    """
    return state is _S.FAILED or (state is _S.UNKNOWN and can_look_up)


def settled(steps: Collection[StepState], *, looking: bool = False) -> RequestState | None:
    """Derive where a running request ends from its steps.

    What was cancelled before it started leaves the rest ``partly_done``; where there is no rest,
    the request is ``cancelled``. ``looking`` says that an unknown step will be looked up again
    without anybody's help.
    Returns None while something is still under way.
    """
    under_way = {_S.WAITING, _S.RUNNING} | ({_S.UNKNOWN} if looking else set())
    if any(state in under_way for state in steps):
        return None
    carried_out = [state for state in steps if state is not _S.CANCELLED]
    if any(state not in GOOD for state in carried_out):
        return RequestState.COMPLETED_WITH_ERRORS
    if len(carried_out) == len(steps):
        return RequestState.COMPLETED
    return RequestState.PARTLY_DONE if carried_out else RequestState.CANCELLED
