"""A small load balancer: in turn to whoever is ready, and to another where one does not answer.

It may send a request again although the first replica may have had it: whatever Slack sends counts
once. nginx does so with `proxy_next_upstream error timeout non_idempotent`.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.integration.bots import Listening, events_of

LOOK = 0.2
HOST = "127.0.0.1"


@dataclass
class Balancer:
    """Hands on what Slack sends; `again` counts what went to another replica."""

    bots: Sequence[Listening]
    session: aiohttp.ClientSession
    ready: list[Listening] = field(default_factory=list)
    again: int = 0
    url: str = ""
    _turns: "itertools.count[int]" = field(default_factory=itertools.count)

    async def watch(self) -> None:
        """Ask every replica how it is, again and again."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Ask every replica how it is."""
        well = await asyncio.gather(*map(self._is_ready, self.bots))
        self.ready = [bot for bot, so in zip(self.bots, well, strict=True) if so]

    async def hand_on(self, request: web.Request) -> web.Response:
        """Send one request to a replica that is ready, and to the others where it fails."""
        body, turn, ready = await request.read(), next(self._turns), list(self.ready)
        for place in range(len(ready)):
            bot = ready[(turn + place) % len(ready)]
            try:
                return await self._sent(bot, body, request)
            except (aiohttp.ClientError, OSError):
                self.again += 1
        return web.Response(status=502)

    async def _sent(self, bot: Listening, body: bytes, request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        async with self.session.post(events_of(bot), data=body, headers=headers) as answer:
            said = await answer.read()
            return web.Response(
                status=answer.status, body=said, headers={"Content-Type": answer.content_type}
            )

    async def _is_ready(self, bot: Listening) -> bool:
        try:
            async with self.session.get(f"{bot.url}/readyz") as answer:
                return answer.ok
        except (aiohttp.ClientError, OSError):
            return False


@asynccontextmanager
async def balanced(bots: Sequence[Listening]) -> AsyncIterator[Balancer]:
    """Listen in front of some bots until the block ends."""
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(trust_env=False, connector=connector) as session:
        balancer = Balancer(bots, session)
        app = web.Application()
        app.router.add_post("/slack/events", balancer.hand_on)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, HOST, 0).start()
        balancer.url = f"http://{HOST}:{runner.addresses[0][1]}/slack/events"
        await balancer.look()
        watching = asyncio.create_task(balancer.watch())
        try:
            yield balancer
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await runner.cleanup()
