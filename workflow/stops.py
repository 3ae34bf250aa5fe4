"""A vendor that refuses the credential is left alone: its steps wait, and one a minute asks.

A 401 says nothing of a person and all of us, so that asking for everybody brings nothing and may
lock us out. The step that was refused waits, and so does every one whose turn comes. The one that
asks is an attempt like any other, which looks before it writes; once it is not refused, all go on.
"""

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import partial
from itertools import groupby

from sqlalchemy.engine import Connection

from rules.states import BETWEEN_ATTEMPTS, StepState, step_before
from storage import audit, batch_calls, requests, stops
from storage.audit import Fact
from storage.models import Request, Step
from storage.stop_model import VendorStop
from vendors.many import MOST
from workflow import batch_calling, unanchored
from workflow.clock import SECOND
from workflow.means import Means

_AT_ONCE = 100

ACCEPTED, UNASKED = "VND002I", "VND003I"
"""The facts of how a stop ends: a step was let in, or none is left that could ask."""

WAITS = "This waits, and goes on by itself once the credential is accepted."


class Gate(Enum):
    """Whether a step may call its vendor; ``PROBE``: it alone, to see if the vendor accepts us."""

    OPEN = auto()
    PROBE = auto()
    CLOSED = auto()


def gate(connection: Connection, step: Step, now: int, *, may_probe: bool) -> Gate:
    """Tell whether ``step`` may call its vendor; where it may and a probe is due, it is that."""
    stop = stops.of(connection, step.vendor)
    if stop is None:
        return Gate.OPEN
    if not may_probe:
        return Gate.CLOSED
    is_mine = stop.probe == step.ref or stops.take(connection, step.vendor, step.ref, now)
    return Gate.PROBE if is_mine else Gate.CLOSED


def wait(connection: Connection, step: Step, now: int) -> None:
    """Have a step wait whose turn has come while its vendor is left alone."""
    if step.stopped_at is not None or step.state not in BETWEEN_ATTEMPTS:
        return
    batch_calls.drop(connection, step.ref)
    detail = f"{step.title} does not accept the credential. {WAITS}"
    values = {"detail": detail, "updated_at": now, **waiting(now, has_asked=False)}
    requests.amend_step(connection, step, values)
    audit.record(connection, Fact("STP014I", now, "aboard", step.request_number, step.vendor))


def waiting(now: int, *, has_asked: bool) -> requests.Row:
    """Return what is written of a step that waits; its time keeps its request from ending.

    One that ``has_asked`` in vain lets the others ask until then.
    """
    return {"stopped_at": now, "next_at": now + 2 * stops.PAUSE if has_asked else now}


def refused(connection: Connection, step: Step, now: int) -> bool:
    """Stop the vendor that has refused ``step``; False where it accepts the credential since."""
    if stops.begin(connection, step, now):
        fact = Fact("VND001W", now, "aboard", vendor=step.vendor, outcome="error")
        audit.record(connection, fact)
    return asked_in_vain(connection, step, now)


def asked_in_vain(connection: Connection, step: Step, now: int, pause: float = 0.0) -> bool:
    """End the turn of ``step``, which did not find out that the vendor accepts the credential.

    For ``pause`` seconds the vendor is left unasked. False where it is called again since.
    """
    stops.free(connection, step.vendor, step.ref)
    if pause:
        stops.put_off(connection, step.vendor, now + int(pause * SECOND))
    return stops.of(connection, step.vendor) is not None


def probed(connection: Connection, step: Step, now: int, *, accepted: bool) -> None:
    """Have the vendor called again that has ``accepted`` the credential of the step that asked."""
    if accepted:
        _end(connection, step.vendor, now, ACCEPTED)
    else:
        stops.free(connection, step.vendor, step.ref)


def pass_on(connection: Connection, step: Step, now: int) -> None:
    """Have another step ask at once where it was the turn of one that had nothing to ask for."""
    if stops.free(connection, step.vendor, step.ref):
        stops.hasten(connection, now, step.vendor)


def _end(connection: Connection, vendor: str, now: int, code: str) -> None:
    if stops.end(connection, vendor, now):
        audit.record(connection, Fact(code, now, "aboard", vendor=vendor))


def was_accepted(connection: Connection, vendor: str) -> bool:
    """Tell whether the last stop of a vendor ended since it accepts the credential."""
    last = audit.last_about(connection, vendor, (ACCEPTED, UNASKED))
    return last is not None and last.code == ACCEPTED


class Stops:
    """Has waiting steps go on; ``once`` is called by a loop in every process."""

    def __init__(self, means: Means) -> None:
        """Look with ``means``; whoever starts may have another credential."""
        self._means = means
        self._renewed: set[str | None] = {None}

    def renewed(self, vendor: str, _value: str) -> None:
        """Have a vendor asked at once, since its credential was replaced by another value."""
        self._renewed.add(vendor)
        self._means.bells.stops.ring()

    async def once(self) -> float | None:
        """Have one step ask where that is due, and all go on that wait for nothing any more."""
        while self._renewed:
            hasten = partial(stops.hasten, now=self._means.clock(), vendor=self._renewed.pop())
            await self._means.database.write(hasten)
        for stop in await self._means.database.read(stops.standing):
            if stop.probe_at <= self._means.clock():
                await self._go_on(partial(_probe, stop=stop, means=self._means), stop.vendor)
        steps = await self._means.database.read(partial(stops.may_go_on, limit=_AT_ONCE))
        for some in _alike(steps):
            await self._go_on(partial(_release, steps=some, means=self._means), some[0].vendor)
        if steps:
            self._means.bells.outdated.ring()
        self._means.bells.alerts.ring()
        return 0.01 if len(steps) == _AT_ONCE else None

    async def _go_on(self, work: "partial[bool]", vendor: str) -> None:
        if await self._means.database.write(work):
            self._means.queue.wake(vendor)


def _probe(connection: Connection, stop: VendorStop, means: Means) -> bool:
    """Have a step ask, removals first; where none waits, the next one finds out.

    While nothing is given, what waits to give is not asked for, and a removal that comes asks.
    What waits for a vendor that was switched off goes on to be told so.
    """
    vendor, now = stop.vendor, means.clock()
    is_on = vendor in means.vendors
    put_off = is_on and unanchored.is_stopped(connection, means)
    step = stops.first_waiting(connection, vendor, now, only_removals=put_off) if is_on else None
    if step is None:
        if not (put_off or _is_asking(connection, stop)):
            _end(connection, vendor, now, UNASKED)
        return False
    held = _held(connection, step)
    if held is None or not stops.take(connection, vendor, step.ref, now):
        return False
    _, asking = held
    _let_go(connection, asking, now)
    _revive(connection, asking, means)
    return True


def _is_asking(connection: Connection, stop: VendorStop) -> bool:
    step = requests.step_by_ref(connection, stop.probe) if stop.probe else None
    return step is not None and step.state in step_before(StepState.RUNNING)


def _alike(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Yield those together that one call could carry out: at one vendor, attempted equally often.

    Their requests are in order, so that of two who lock them none waits for the other.
    """
    for _, group in groupby(sorted(steps, key=_likeness), key=lambda one: _likeness(one)[:2]):
        alike = list(group)
        for start in range(0, len(alike), MOST):
            yield alike[start : start + MOST]


def _likeness(step: Step) -> tuple[str, int, int]:
    return step.vendor, step.attempts, step.request_number


def _release(connection: Connection, steps: Sequence[Step], means: Means) -> bool:
    """Have steps at one vendor go on, those of a batch by one call as before."""
    found = [(step, _held(connection, step)) for step in steps]
    held = [one for _, one in found if one is not None]
    if not held or stops.of(connection, steps[0].vendor) is not None:
        return False
    for _, step in held:
        _let_go(connection, step, means.clock())
        fact = Fact("STP017I", means.clock(), "aboard", step.request_number, step.vendor)
        audit.record(connection, fact)
    for step in batch_calling.together_again(connection, held, means):
        _revive(connection, step, means)
    return True


def _held(connection: Connection, step: Step) -> tuple[Request, Step] | None:
    """Return a step and its request, held against other writers; None where it waits no longer."""
    request = requests.lock(connection, step.request_number)
    now = requests.step_by_ref(connection, step.ref)
    if request is None or now is None or now.stopped_at != step.stopped_at:
        return None
    return request, now


def _let_go(connection: Connection, step: Step, now: int) -> None:
    """Have a step wait no longer; what it waited for is not said of it from now on."""
    values: requests.Row = {"stopped_at": None, "detail": "", "next_at": now, "updated_at": now}
    requests.amend_step(connection, step, values)


def _revive(connection: Connection, step: Step, means: Means) -> None:
    """Put a step back into its queue, under a name that the engine's books do not have yet."""
    number = step.attempts + 1
    means.queue.revive(connection, step.vendor, step.ref, number, means.clock())
