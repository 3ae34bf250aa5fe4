"""Work that is found in the rows: done when a bell rings, and now and then in any case."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable

import structlog

from workflow.events import Bell

_log = structlog.get_logger(__name__)


class Loop:
    """Calls ``once`` whenever ``bell`` rings and at least every ``seconds``, until stopped.

    ``once`` returns how many seconds at most may pass before it is called again, or None. What it
    raises is logged and changes nothing: the rows still hold the work.
    """

    def __init__(
        self, name: str, bell: Bell, seconds: float, once: Callable[[], Awaitable[float | None]]
    ) -> None:
        """Describe the loop; ``start`` begins it."""
        self.name = name
        self._bell, self._seconds, self._once = bell, seconds, once
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name=f"aboard-{self.name}")

    async def _run(self) -> None:
        while not self._stopping:
            soonest = None
            try:
                soonest = await self._once()
            except Exception:  # noqa: BLE001 - the rows still hold the work: go on
                _log.exception("loop failed", loop=self.name)
            if not self._stopping:
                await self._bell.wait(min(self._seconds, soonest or self._seconds))

    def is_alive(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self._task is not None and not self._task.done()

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
