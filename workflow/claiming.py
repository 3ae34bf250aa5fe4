"""Taking a step for one attempt: nobody else works on it, and a late comer changes nothing."""

from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from rules.plans import Effect, PlannedStep
from rules.states import RequestState, StepState, step_before
from rules.terms import Terms
from storage import audit, batch_calls, requests
from storage.audit import Fact
from storage.models import Request, Step
from storage.pauses import RESTORED
from vendors.contract import Person
from workflow import addresses, ends, remembering, stops, unanchored
from workflow.means import Means
from workflow.policing import terms_of
from workflow.stops import Gate

AMBIGUOUS = "ambiguous"
"""The problem of a step of which nobody knows whether its call arrived."""

ABSENT = "absent"
"""The problem of such a step where a look has shown nothing, and the vendor may show it late."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A step that this attempt may work on. ``again``: an earlier run of it died on the way.

    ``person`` is whom the request was approved for, whatever was asked about them since.

    ``approved_at`` is in microseconds, and not before the planned start: what starts later is
    approved for then; ``terms`` are those that the request was approved under. ``former`` are the
    addresses under which somebody may have what is to be removed (``workflow.addresses``). ``gate``
    says whether the vendor may be called.
    """

    step: Step
    person: Person
    person_id: int
    again: bool
    approved_at: int
    terms: Terms
    former: tuple[str, ...] = ()
    gate: Gate = Gate.OPEN

    @property
    def planned(self) -> PlannedStep:
        """What was approved for this step."""
        step, risks = self.step, tuple(self.step.risks.splitlines())
        return PlannedStep(
            step.vendor,
            Effect(step.effect),
            step.planned,
            step.before,
            step.after,
            risks,
            step.access,
        )

    @property
    def asks(self) -> bool:
        """Whether the vendor may be asked; what is done by hand goes on without."""
        return self.gate is not Gate.CLOSED

    @property
    def is_quiet(self) -> bool:
        """Whether this attempt and its end are no news, since it only asks once more."""
        return _is_quiet(self.gate, self.step, self.step.attempts)

    @property
    def is_restored(self) -> bool:
        """Whether it may have been carried out after the copy was made that this database is."""
        return self.step.problem == RESTORED

    @property
    def is_unsettled(self) -> bool:
        """Whether an earlier call may have arrived, and nobody has seen yet whether it did."""
        unseen = self.step.unsettled_at is not None or self.step.problem == AMBIGUOUS
        return self.again or self.is_restored or unseen

    @property
    def later(self) -> bool:
        """Whether something may have been written for this step before."""
        return self.again or self.is_restored or self.step.attempts > 1


def claim(
    connection: Connection, ref: str, number: int, means: Means, call: str | None = None
) -> Claim | None:
    """Take a step for attempt ``number``; None where that attempt is done, not due or kept back.

    What belongs to a call for many is taken by that ``call`` alone. A step waits whose vendor is
    left alone, unless there is nothing to call it for. With the first step of a
    request its end begins to stand: what is called off before gives no access that could end.
    """
    found = requests.step_by_ref(connection, ref)
    request = requests.lock(connection, found.request_number) if found else None
    step = requests.step_by_ref(connection, ref)
    if request is None or step is None or request.person_id is None:
        return None
    if _call_of(connection, request, ref) != call or not _is_next(step, number):
        return None
    again = step.state == StepState.RUNNING
    gate = _admitted(connection, request, step, means, again=again)
    if gate is None or not _taken(connection, step, number, gate, means.clock()):
        return None
    _begin(connection, request, means)
    claimed = _claimed(connection, ref, request, again=again)
    return replace(claimed, gate=gate) if claimed else None


def _is_next(step: Step, number: int) -> bool:
    """Tell whether attempt ``number`` is the step's next, or goes on where an earlier run died.

    What was cancelled or has ended has none, nor what is unknown and waits for a person: it may
    still be in a queue, and touches nothing.
    """
    if step.state not in step_before(StepState.RUNNING):
        return False
    if step.state == StepState.UNKNOWN and step.next_at is None:
        return False
    ahead = number - step.attempts
    return ahead in {0, 1} if step.state == StepState.RUNNING else ahead == 1


def _taken(connection: Connection, step: Step, number: int, gate: Gate, now: int) -> bool:
    """Have a step be under way; False where somebody else moved it meanwhile."""
    again = step.state == StepState.RUNNING
    detail = audit.PROBE if _is_quiet(gate, step, number) else ""
    fact = Fact("STP001I", now, "aboard", step.request_number, step.vendor, detail=detail)
    values: requests.Row = {
        "attempts": number,
        "tries": step.tries + (0 if again else 1),
        "next_at": None,
        "stopped_at": None,
        "unsettled_at": now if again and step.unsettled_at is not None else step.unsettled_at,
        "updated_at": now,
    }
    return requests.move_step(connection, step, StepState.RUNNING, fact, values)


def _is_quiet(gate: Gate, step: Step, number: int) -> bool:
    """Tell whether an attempt is told by the trail alone: one before it was told in the thread.

    The first one after a person's retry has no problem yet, and answers them there.
    """
    return gate is Gate.PROBE and number > 1 and step.problem is not None


def _begin(connection: Connection, request: Request, means: Means) -> None:
    """Have the request of a step be under way, and with its first one its end stand."""
    now = means.clock()
    started = Fact("REQ008I", now, "aboard", requests.number_of(request))
    begins = request.state == RequestState.APPROVED
    if requests.move(connection, RequestState.RUNNING, started) and begins:
        ends.set_for(connection, request, now, means.catalog.rhythm)


def _admitted(
    connection: Connection, request: Request, step: Step, means: Means, *, again: bool
) -> Gate | None:
    """Tell whether the vendor may be called; None where the step has to wait, and does so now."""
    if not again and unanchored.keeps_back(connection, step, means):
        stops.pass_on(connection, step, means.clock())
        return None
    gate = _gate(connection, step, means, again=again)
    if gate is Gate.CLOSED and not _is_by_hand(step):
        stops.wait(connection, step, means.clock())
        ends.stopped(connection, request, means.clock())
        return None
    return gate


def _gate(connection: Connection, step: Step, means: Means, *, again: bool) -> Gate:
    """Tell whether the vendor may be called; an attempt that died on the way goes on in any case.

    What is done by hand asks nothing: whether anybody looks there tells nothing of the credential.
    """
    if step.vendor not in means.vendors:
        return Gate.OPEN
    gate = stops.gate(connection, step, means.clock(), may_probe=not _is_by_hand(step))
    return Gate.OPEN if again and gate is Gate.CLOSED else gate


def _is_by_hand(step: Step) -> bool:
    return step.effect == Effect.BY_HAND


def _call_of(connection: Connection, request: Request, ref: str) -> str | None:
    return None if request.batch is None else batch_calls.call_of(connection, ref)


def _claimed(connection: Connection, ref: str, request: Request, *, again: bool) -> Claim | None:
    step, who = requests.step_by_ref(connection, ref), remembering.identity(request)
    if step is None or who is None or request.person_id is None:
        return None
    terms, approved = terms_of(request), approved_at(request)
    others = () if step.access else _former(connection, request, step, who)
    return Claim(step, who, request.person_id, again, approved, terms, others)


def _former(connection: Connection, request: Request, step: Step, who: Person) -> tuple[str, ...]:
    known = addresses.former(connection, request.team_id, request.subject, who.email)
    return known.get(step.vendor, ())


def approved_at(request: Request) -> int:
    """Return from when on the approval of a request counts, in microseconds."""
    return max(request.decided_at or 0, request.starts_at or 0)
