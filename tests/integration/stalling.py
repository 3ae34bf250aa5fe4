"""A vendor that takes a request and does not answer before it is let go."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Faults


@dataclass
class Stall:
    """Holds every request of one kind; `held` counts them. Each is done when it is let go."""

    faults: Faults
    only: str
    held: int = 0
    met: asyncio.Condition = field(default_factory=asyncio.Condition)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.faults.plant("stall", self._hold, None, self.only)

    async def until_held(self, count: int, within: float = 20.0) -> None:
        """Wait until so many requests are held."""
        async with asyncio.timeout(within), self.met:
            await self.met.wait_for(lambda: self.held >= count)

    def let_go(self) -> None:
        """Let every request pass, those that are held and those that come."""
        self.faults.clear("stall")
        self.released.set()

    async def _hold(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        async with self.met:
            self.held += 1
            self.met.notify_all()
        await self.released.wait()
        return await handler(request)
