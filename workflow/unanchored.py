"""Nothing is given while no anchor of the audit trail arrives where the database is not.

Whatever is done should be provable by somebody whom the database's administrator cannot overrule.
For a while it goes on without; then what would give an access is kept back before it begins, and
what removes one is carried out all the same. A step that is kept back stays as it was, without
work in any queue, and is enqueued again once an anchor arrives.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from sqlalchemy.engine import Connection

from rules.policy import UNDER_WAY
from rules.states import BETWEEN_ATTEMPTS, StepState, step_before
from storage import audit, batch_calls, requests, unanchored
from storage.audit import Fact
from storage.models import Request, Step
from workflow.clock import MINUTE
from workflow.means import Means

_LATE = 2 * MINUTE
"""An anchor that could not be written down is tried again after a minute."""

WAITS = (
    "Waits: the audit trail cannot be written down outside, so nothing is given at the moment. "
    "It goes on by itself."
)
_SOON, _AT_ONCE = 0.01, 40

Tell = Callable[[bool], Awaitable[bool]]
"""Tells people that nothing is given (True) or that it goes on; returns whether it got there."""


def is_late(connection: Connection, means: Means) -> bool:
    """Tell whether anchors do not arrive, and not only since a moment ago."""
    if means.grace is None:
        return False
    return unanchored.has_lasted(connection, _LATE, means.clock())


def is_stopped(connection: Connection, means: Means) -> bool:
    """Tell whether nothing is given at this moment."""
    if means.grace is None:
        return False
    return unanchored.has_lasted(connection, means.grace, means.clock())


def keeps_back(connection: Connection, step: Step, means: Means) -> bool:
    """Have a step wait that would give an access while nothing is given; tell whether it does.

    Its request is locked.
    """
    if not step.access or not is_stopped(connection, means):
        return False
    now = means.clock()
    if unanchored.keep_back(connection, step.ref, now):
        fact = Fact("STP015W", now, "aboard", step.request_number, step.vendor)
        requests.amend_step(connection, step, {**_waiting(step), "updated_at": now})
        audit.record(connection, fact)
    return True


def _waiting(step: Step) -> requests.Row:
    """Return what is written of a step that is kept back.

    Of one that is unknown it is still to be read why, and its time keeps its request from ending.
    """
    if step.state == StepState.WAITING:
        return {"detail": WAITS, "next_at": None}
    return {"detail": f"{_without(step.detail)} {WAITS}".strip()}


def says_so(step: Step) -> bool:
    """Tell whether a step that has not begun says that it is kept back."""
    return step.state in BETWEEN_ATTEMPTS and step.detail.endswith(WAITS)


def _without(detail: str) -> str:
    return detail.removesuffix(WAITS).rstrip()


class Sentry:
    """Looks whether anchors arrive; ``once`` is called by a loop, every few seconds."""

    def __init__(self, means: Means, tell: Tell) -> None:
        """Watch with ``means``; ``tell`` people of what changes."""
        self._means, self._tell = means, tell

    async def once(self) -> float | None:
        """Note how it stands, tell people where that is news, and let go what may go on."""
        database = self._means.database
        awaited = self._means.grace is not None
        if await database.read(partial(unanchored.is_news, awaited=awaited)):
            now = self._means.clock()
            await database.write(partial(unanchored.look, now=now, awaited=awaited))
        stopped = await database.read(partial(is_stopped, means=self._means))
        await self._tell_of(stopped=stopped)
        return None if stopped else await self._let_go()

    async def _tell_of(self, *, stopped: bool) -> None:
        """Tell people once of what they do not know yet; where Slack fails, it is tried again."""
        database, now = self._means.database, self._means.clock()
        standing = await database.read(unanchored.standing)
        is_known = (standing.told_at is not None) == stopped
        if is_known or now < (standing.tell_at or 0):
            return
        take = partial(unanchored.take_telling, now=now, stopped=stopped)
        if await database.write(take) and await self._tell(stopped):
            await database.write(partial(unanchored.told, now=now, stopped=stopped))

    async def _let_go(self) -> float | None:
        database = self._means.database
        waiting = await database.read(partial(unanchored.kept_back, limit=_AT_ONCE))
        if not waiting:
            return None
        let_go = partial(_enqueue, refs=waiting, means=self._means)
        for vendor in await database.write(let_go):
            self._means.queue.wake(vendor)
        return _SOON


def _enqueue(connection: Connection, refs: Sequence[str], means: Means) -> frozenset[str]:
    """Have these steps attempted, those of one call for many together; return their vendors.

    What goes on of a call is a call of its own: others of it may be under way.
    """
    now, calls, vendors = means.clock(), dict[str, str](), set[str]()
    for ref in refs:
        step = _free(connection, ref, now)
        if step is None:
            continue
        vendors.add(step.vendor)
        former = batch_calls.call_of(connection, ref)
        if not former:
            means.queue.revive(connection, step.vendor, ref, step.attempts + 1, now)
            continue
        if former not in calls:
            calls[former] = means.reference()
            means.queue.enqueue(connection, step.vendor, calls[former], step.attempts + 1)
        batch_calls.go_on(connection, ref, calls[former])
    return frozenset(vendors)


def _free(connection: Connection, ref: str, now: int) -> Step | None:
    """Have a step be kept back no more; return it where it goes on, of several callers to one."""
    found = requests.step_by_ref(connection, ref)
    request = requests.lock(connection, found.request_number) if found else None
    step = requests.step_by_ref(connection, ref)
    if not unanchored.let_go(connection, ref):
        return None
    if request is None or step is None or not _is_under_way(request, step):
        batch_calls.drop(connection, ref)
        return None
    is_due = step.next_at is None or step.next_at <= now
    if step.state == StepState.RUNNING or not is_due:
        return None
    requests.amend_step(connection, step, {"detail": _without(step.detail), "updated_at": now})
    return step


def _is_under_way(request: Request, step: Step) -> bool:
    return request.state in UNDER_WAY and step.state in step_before(StepState.RUNNING)
