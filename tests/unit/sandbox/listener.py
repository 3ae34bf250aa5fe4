"""An app that is only ears: it writes down what Slack sends and answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass
class Heard:
    """One request as it came."""

    body: bytes
    headers: dict[str, str]

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def payload(self) -> dict[str, Any]:
        if self.headers["content-type"] == "application/json":
            told: dict[str, Any] = json.loads(self.body)
        else:
            told = json.loads(self.form["payload"])
        return told


@dataclass
class Listener:
    """What was heard, and what will be said."""

    heard: list[Heard] = field(default_factory=list)
    status: int = 200
    says: object = None
    text: str = ""
    silent: bool = False
    url: str = ""

    @property
    def last(self) -> Heard:
        return self.heard[-1]

    async def answer(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append(Heard(await request.read(), headers))
        if self.silent:
            await asyncio.Event().wait()
        says = self.says(self.last) if callable(self.says) else self.says
        if says is not None:
            return web.json_response(says, status=self.status)
        return web.Response(text=self.text, status=self.status)


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()
    app = web.Application()
    app.router.add_post("/slack/events", listener.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield listener
    finally:
        await runner.cleanup()
