"""SIGKILL at random moments: while the bot starts, while it works, and in the middle of a call.

How soon they come is measured by how long the bot takes to start: where the machine is busy,
everything takes as many times longer, and a bot that has no time to work has nothing to lose.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.parts import Server

SLOWEST = 0.06
LONGEST_WORK = 2.0
"""How long it works at most, in the time that a start takes."""


class Mortal(Protocol):
    """A bot that can be killed."""

    async def start(self) -> None:
        """Start it, and wait until it is ready; raises RuntimeError where it ends first."""

    async def kill(self) -> None:
        """Kill it, and wait until it is gone."""


@dataclass
class Killer:
    """Kills one bot over and over; the moments come from a seeded series."""

    bot: Mortal
    random: Random
    start_takes: float = 1.0
    """Seconds from the last start that was not cut short until it was ready."""
    written: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever a vendor has done something and has not answered yet."""

    def slow_down(self, server: Server) -> None:
        """Have the vendors take their time, before and after they do what they are asked."""
        for vendor in (server.axiom, server.axolo):
            vendor.faults.plant("slow", self._late, None, only="POST")

    async def rounds(self, kills: int) -> None:
        """Start the bot and kill it, so many times; one that is not ready in time, too."""
        for _ in range(kills):
            starting = asyncio.create_task(self._start())
            with contextlib.suppress(TimeoutError):
                await self._moment(starting)
            await self.bot.kill()
            with contextlib.suppress(RuntimeError, TimeoutError):
                await starting
                await self.bot.kill()

    async def _start(self) -> None:
        began = time.monotonic()
        await self.bot.start()
        self.start_takes = time.monotonic() - began

    async def _moment(self, starting: "asyncio.Task[None]") -> None:
        kind = self.random.random()
        if kind < 0.2:
            await asyncio.sleep(self.random.uniform(0.1, 1.0) * self.start_takes)
            return
        await starting
        longest = LONGEST_WORK * self.start_takes
        if kind < 0.6:
            await asyncio.sleep(self.random.uniform(0, longest))
            return
        self.written.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await self.written.wait()

    async def _late(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        await asyncio.sleep(self.random.uniform(0, SLOWEST))
        answer = await handler(request)
        self.written.set()
        await asyncio.sleep(self.random.uniform(0, SLOWEST))
        return answer
