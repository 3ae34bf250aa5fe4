"""How fast a vendor is called, where it publishes a limit: no faster, however many callers wait.

A limit that is met only by being refused is met too late where the refusal lasts (IXON: ten
minutes, for everybody behind the address). So a call waits for its turn before it is sent.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime

from vendors.contract import Rate


class Pace:
    """Lets through ``rate.calls`` in any ``rate.seconds``; the others wait, in their order."""

    def __init__(
        self,
        rate: Rate,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._seconds = float(rate.seconds)
        self._begun: deque[datetime] = deque(maxlen=rate.calls)
        self._clock = clock
        self._sleep = sleep
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Return when one more call may begin."""
        async with self._line:
            wait = self._wait(self._clock())
            if wait > 0:
                await self._sleep(wait)
            self._begun.append(self._clock())

    def _wait(self, now: datetime) -> float:
        """Return how long the oldest call still counts; a clock that was put back adds nothing."""
        if len(self._begun) < (self._begun.maxlen or 0):
            return 0.0
        gone = (now - self._begun[0]).total_seconds()
        return min(self._seconds, self._seconds - gone)
