"""A vendor that does what it is asked and holds back its answer."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Faults


@dataclass
class Holding:
    """Holds the first answers of one kind, so many, until they are let go."""

    faults: Faults
    only: str
    most: int
    held: int = 0
    met: asyncio.Condition = field(default_factory=asyncio.Condition)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        """Hold what comes from now on."""
        self.faults.plant("hold", self._hold, self.most, self.only)

    async def until_held(self, count: int, within: float = 30.0) -> None:
        """Wait until so many answers are held."""
        async with asyncio.timeout(within), self.met:
            await self.met.wait_for(lambda: self.held >= count)

    def let_go(self) -> None:
        """Let every answer go."""
        self.faults.clear("hold")
        self.released.set()

    async def _hold(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        async with self.met:
            self.held += 1
            self.met.notify_all()
        await self.released.wait()
        return answer
