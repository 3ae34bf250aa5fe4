"""What happens because time passed: expiry, steps that went quiet, deliveries to forget.

Every process may do this at any moment: each move is a compare-and-set, so that it counts once.
"""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy.engine import Connection

from rules.states import RequestState
from storage import inbox, requests
from storage.audit import Fact
from storage.models import Request, Step
from workflow.clock import HOUR, MINUTE
from workflow.deciding import tell_requester
from workflow.means import Means

_log = structlog.get_logger(__name__)

_AT_ONCE = 100
_QUIET = 2 * MINUTE
_REMEMBERED = 24 * HOUR


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
        for step in await database.read(_quiet(now)):
            await self._revive(step)
        return None

    async def forget(self) -> float | None:
        """Drop the deliveries that Slack no longer repeats."""
        before = self._means.clock() - _REMEMBERED
        await self._means.database.write(partial(inbox.forget, before=before))
        return None

    async def _revive(self, step: Step) -> None:
        if await self._living.alive(step.ref):
            return
        _log.error("a step had lost its work; it is enqueued again", vendor=step.vendor)
        await self._means.database.write(partial(_enqueue_again, step=step, means=self._means))


def _quiet(now: int) -> "partial[Sequence[Step]]":
    return partial(requests.quiet_steps, before=now - _QUIET, limit=_AT_ONCE)


def _enqueue_again(connection: Connection, step: Step, means: Means) -> None:
    """Enqueue under a new number: the old one may stand in the engine's books as ended."""
    number = step.attempts + 1
    means.queue.enqueue(connection, step.vendor, step.ref, number)


def _expire(connection: Connection, over: Sequence[Request], now: int) -> None:
    for request in over:
        number = requests.number_of(request)
        fact = Fact("REQ005I", now, "aboard", number, policy_digest=request.policy_digest)
        if requests.move(connection, RequestState.EXPIRED, fact, {"ended_at": now}):
            tell_requester(connection, request)
