"""SIGKILL at random moments: while the bot starts, while it works, and in the middle of a call."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.parts import Server

SLOWEST = 0.06
LONGEST_START, LONGEST_WORK = 2.5, 1.5


class Mortal(Protocol):
    """A bot that can be killed."""

    async def start(self) -> None:
        """Start it, and wait until it is ready; raises RuntimeError where it ends first."""

    async def kill(self) -> None:
        """Kill it, and wait until it is gone."""


@dataclass
class Killer:
    """Kills one bot over and over; the moments come from a seeded series.

    ``hurry`` is how many times sooner they come than with a bot that has to import everything.
    """

    bot: Mortal
    random: Random
    hurry: float = 1.0
    written: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever a vendor has done something and has not answered yet."""

    def slow_down(self, server: Server) -> None:
        """Have the vendors take their time, before and after they do what they are asked."""
        for vendor in (server.axiom, server.axolo):
            vendor.faults.plant("slow", self._late, None, only="POST")

    async def rounds(self, kills: int) -> None:
        """Start the bot and kill it, so many times."""
        for _ in range(kills):
            starting = asyncio.create_task(self.bot.start())
            await self._moment(starting)
            await self.bot.kill()
            with contextlib.suppress(RuntimeError):
                await starting
                await self.bot.kill()

    async def _moment(self, starting: "asyncio.Task[None]") -> None:
        kind = self.random.random()
        if kind < 0.2:
            await asyncio.sleep(self.random.uniform(0.05, LONGEST_START / self.hurry))
            return
        await starting
        if kind < 0.6:
            await asyncio.sleep(self.random.uniform(0, LONGEST_WORK / self.hurry))
            return
        self.written.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WORK / self.hurry):
                await self.written.wait()

    async def _late(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        await asyncio.sleep(self.random.uniform(0, SLOWEST))
        answer = await handler(request)
        self.written.set()
        await asyncio.sleep(self.random.uniform(0, SLOWEST))
        return answer
