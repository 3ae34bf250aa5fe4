"""A bot that dies at one point after the other and starts again, while people are at work.

Every death is a scene of its own: the bot is told at which point to die, the scene begins, and it
ends as every scene has to. The process that comes after a death finishes what was begun; it may be
told to die, too.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.integration.forked import ForkedBot
from tests.integration.scenes import Scene, Stage

SETTLED_WITHIN = 60.0
"""Seconds from the first word of a scene to its end, whatever died on the way."""


@dataclass
class Dying:
    """A stage whose bot is started again whenever it has died."""

    stage: Stage
    bot: ForkedBot
    next_deaths: list[int] = field(default_factory=list)
    """At which points the processes die that come after this one."""
    slowest: float = 0.0

    async def points_of(self, scene: Scene) -> int:
        """Return how many points there are in a scene, by playing it once."""
        before = self.bot.passed
        await self.played(scene)
        return self.bot.passed - before

    async def played(self, scene: Scene, *deaths: int) -> int:
        """Play a scene with deaths at these points, one in each process; return how many came."""
        before, began = len(self.bot.ended_by), time.monotonic()
        self.next_deaths = list(deaths[1:])
        self.bot.dies_at(deaths[0] if deaths else 0)
        async with asyncio.timeout(SETTLED_WITHIN):
            await scene(self.stage)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.bot.dies_at(0)
        return len(self.bot.ended_by) - before

    async def dies_once(self, scene: Scene, point: int) -> None:
        """Play a scene until the bot has died in it: at this point, or sooner without it."""
        while not await self.played(scene, point):
            point = max(1, point * 3 // 4)

    async def keep_alive(self) -> None:
        """Start the bot again whenever it has died, for ever; the scene has to end in time."""
        while True:
            await self.bot.dead()
            self.bot.dies_at(self.next_deaths.pop(0) if self.next_deaths else 0)
            self.bot.begin()


@asynccontextmanager
async def dying(stage: Stage, bot: ForkedBot) -> AsyncIterator[Dying]:
    """Keep a bot alive while the block runs."""
    await bot.start()
    one = Dying(stage, bot)
    keeping = asyncio.create_task(one.keep_alive())
    try:
        yield one
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await bot.end()
