"""What works, as opposed to what only records: begun, ended and begun again as the pause says.

A process that is paused takes what Slack sends and answers it from the rows. It calls no vendor
and draws no message: the engine and the loops stand still. Every process looks at the row itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import structlog

from storage import pauses
from storage.database import Database
from storage.pauses import Standing
from workflow.events import Bell
from workflow.loops import Loop

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 2.0

Tell = Callable[[Standing], Awaitable[None]]
"""Tells people that Aboard is paused, where nobody has told them yet."""


class Shift:
    """Has ``work`` go on while Aboard is not paused. ``start`` it once, and ``stop`` it."""

    def __init__(
        self, database: Database, work: Callable[[], AbstractAsyncContextManager[None]], tell: Tell
    ) -> None:
        """Look at ``database``; ``tell`` people while Aboard is paused."""
        self._database, self._work, self._tell = database, work, tell
        self._held: AsyncExitStack | None = None
        self._ending: asyncio.Task[None] | None = None
        self._is_paused = False
        self._loop = Loop("pause", Bell(), _LOOK_SECONDS, self.once)

    async def start(self) -> None:
        """Begin to work, or not; raises what beginning to work raises."""
        await self._turn(await self._database.read(pauses.standing))
        self._loop.start()

    async def once(self) -> float | None:
        """Begin or end the work where the row says so, and have people told of a pause."""
        standing = await self._database.read(pauses.standing)
        await self._turn(standing)
        if standing.since is not None:
            await self._tell(standing)
        return None

    async def stop(self) -> None:
        """End the work, and look no more."""
        await self._loop.stop()
        await self._end()

    @property
    def is_paused(self) -> bool:
        """Whether it stands still since somebody wanted it so."""
        return self._is_paused

    def is_alive(self) -> bool:
        """Tell whether it works, or stands still as it has to, and goes on looking."""
        return self._loop.is_alive() and (self._is_paused or self._held is not None)

    async def _turn(self, standing: Standing) -> None:
        paused = standing.since is not None
        if paused and not self._is_paused:
            _log.warning("paused: nothing is carried out before `aboard resume`", why=standing.why)
        self._is_paused = self._is_paused or paused
        if paused:
            await self._end()
            return
        try:
            if self._held is None:
                await self._begin()
        finally:
            self._is_paused = False

    async def _begin(self) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._work())
            self._held = stack.pop_all()

    async def _end(self) -> None:
        """End the work. Whoever is told to hurry lets it go on; the next one waits for it."""
        held, self._held = self._held, None
        if held is not None:
            self._ending = asyncio.create_task(held.aclose(), name="aboard-wind-down")
        if self._ending is not None:
            try:
                await asyncio.shield(self._ending)
            finally:
                self._ending = None if self._ending.done() else self._ending
