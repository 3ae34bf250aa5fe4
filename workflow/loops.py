"""Work that is found in the rows: done when a bell rings, and now and then in any case."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable

import structlog

from workflow.events import Bell

_log = structlog.get_logger(__name__)

STANDS_STILL = 300.0
"""A loop none of whose rounds ended well for so many seconds longer than it rests does nothing."""


class Loop:
    """Calls ``once`` whenever ``bell`` rings and at least every ``seconds``, until stopped.

    ``once`` returns how many seconds at most may pass before it is called again, or None. What it
    raises is logged and changes nothing: the rows still hold the work.
    """

    def __init__(
        self,
        name: str,
        bell: Bell,
        seconds: float,
        once: Callable[[], Awaitable[float | None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Describe the loop; ``start`` begins it. ``clock`` tells seconds and never goes back."""
        self.name = name
        self._bell, self._seconds, self._once = bell, seconds, once
        self._clock, self._well = clock, clock()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._well = self._clock()
        self._task = asyncio.create_task(self._run(), name=f"aboard-{self.name}")

    async def _run(self) -> None:
        while not self._stopping:
            soonest = None
            try:
                soonest = await self._once()
                self._well = self._clock()
            except Exception:  # noqa: BLE001 - the rows still hold the work: go on
                _log.exception("loop failed", loop=self.name)
            if not self._stopping:
                await self._bell.wait(min(self._seconds, soonest or self._seconds))

    def is_alive(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self._task is not None and not self._task.done()

    def is_moving(self) -> bool:
        """Tell whether it lives, and a round of it ended well not long ago."""
        return self.is_alive() and self._clock() - self._well < self._seconds + STANDS_STILL

    async def stop(self, seconds: float = 4.0) -> None:
        """Let the present round end, for at most ``seconds``."""
        self._stopping = True
        self._bell.ring()
        if self._task is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._task, seconds)


async def stop_all(loops: Iterable[Loop]) -> None:
    """Stop several loops at once."""
    await asyncio.gather(*(loop.stop() for loop in loops))
