"""What happens because time passed: expiry, alarms, steps that went quiet.

Every process may do this at any moment: each move is a compare-and-set, so that it counts once. An
alarm is a row (``storage.alarms``): whoever takes it has a minute to see to it, and where Slack is
silent or the process dies, the next one does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Protocol

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from rules.states import RequestState
from storage import alarms, batch_calls, requests
from storage.audit import Fact
from storage.due_models import Alarm
from storage.models import Request, Step
from workflow import ends, leaving, overdue, reminding, scheduling, starting
from workflow.clock import MINUTE
from workflow.deciding import tell_requester
from workflow.directory import DirectoryError
from workflow.insisting import insist
from workflow.means import Means

_log = structlog.get_logger(__name__)

_AT_ONCE = 100
_ALARMS_AT_ONCE = 20
_LEASE = MINUTE
_QUIET = 2 * MINUTE

Ring = Callable[[Alarm, Means], Awaitable[tuple[str, ...]]]
"""Sees to an alarm that was taken; returns the vendors whose queues hold work now."""

RINGS: Mapping[str, Ring] = MappingProxyType(
    {
        scheduling.START: starting.ring,
        ends.NOTICE: leaving.ring_notice,
        ends.END: leaving.ring_end,
        ends.OVERDUE: overdue.ring,
        reminding.REMIND: reminding.ring_reminder,
        reminding.ESCALATE: reminding.ring_escalation,
    }
)


class Living(Protocol):
    """The part of the runner that knows whether a step still has work in a queue."""

    async def alive(self, step: str) -> bool:
        """Tell whether some attempt of this step is enqueued, delayed or running."""


class Timers:
    """``once`` is called by a loop, every few seconds."""

    def __init__(self, means: Means, living: Living) -> None:
        """Watch with ``means``."""
        self._means, self._living = means, living

    async def once(self) -> float | None:
        """Do everything that is due."""
        now = self._means.clock()
        database = self._means.database
        over = await database.read(partial(requests.expired, now=now, limit=_AT_ONCE))
        if over:
            await database.write(partial(_expire, over=over, now=now))
            self._means.bells.outdated.ring()
        due = await database.read(partial(alarms.due, now=now, limit=_ALARMS_AT_ONCE))
        await asyncio.gather(*(self._ring(alarm) for alarm in due))
        for step in await database.read(_quiet(now)):
            await self._revive(step)
        return 0.01 if len(due) == _ALARMS_AT_ONCE else None

    async def _ring(self, alarm: Alarm) -> None:
        until = self._means.clock() + _LEASE
        take = partial(alarms.take, alarm=alarm, until=until)
        if not await self._means.database.write(take):
            return
        try:
            woken = await insist(partial(RINGS[alarm.kind], alarm, self._means))
        except (DirectoryError, IntegrityError) as error:
            kind, why = alarm.kind, type(error).__name__
            _log.warning("an alarm is looked at again in a minute", kind=kind, error=why)
            return
        except Exception:  # noqa: BLE001 - the alarm is looked at again, and the others are not held up
            _log.exception("an alarm could not be seen to", kind=alarm.kind)
            return
        for vendor in woken:
            self._means.queue.wake(vendor)
        self._means.bells.outdated.ring()

    async def _revive(self, step: Step) -> None:
        call = await self._means.database.read(partial(batch_calls.call_of, step=step.ref))
        if await self._living.alive(call or step.ref):
            return
        again = partial(_enqueue_again, step=step, means=self._means)
        if await self._means.database.write(again):
            _log.error("a step had lost its work; it is enqueued again", vendor=step.vendor)


def _quiet(now: int) -> "partial[Sequence[Step]]":
    return partial(requests.quiet_steps, before=now - _QUIET, limit=_AT_ONCE)


def _enqueue_again(connection: Connection, step: Step, means: Means) -> bool:
    """Enqueue under another name: what the engine gave up stands in its books as ended.

    From now on the step is attempted alone, unless it has moved since it was found quiet: its work
    may have ended in between, and of two who found it, one has it attempted again. Tells which.
    """
    requests.lock(connection, step.request_number)
    at, now = means.clock(), requests.step_by_ref(connection, step.ref)
    if now is None or now.updated_at != step.updated_at:
        return False
    batch_calls.drop(connection, step.ref)
    requests.amend_step(connection, now, {"updated_at": at})
    means.queue.revive(connection, step.vendor, step.ref, step.attempts + 1, at)
    return True


def _expire(connection: Connection, over: Sequence[Request], now: int) -> None:
    for one in over:
        number = requests.number_of(one)
        request = requests.lock(connection, number)
        if request is None or request.state != RequestState.PENDING:
            continue
        fact = Fact("REQ005I", now, "aboard", number, policy_digest=request.policy_digest)
        if requests.move(connection, RequestState.EXPIRED, fact, {"ended_at": now}):
            tell_requester(connection, request)
