"""A simulator alone on loopback, and somebody who asks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.faults import Faults


class Asking:
    """Asks one vendor by HTTP, with headers that a test may change; follows no redirect."""

    def __init__(self, http: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> None:
        self.http, self.url, self.headers = http, url, dict(headers)
        self.heard: dict[str, str] = {}

    async def ask(
        self, method: str, path: str, body: object = None, data: bytes | BytesIO | None = None
    ) -> tuple[int, Any]:
        """Return the status and the JSON, or None where the answer is none; keep its headers."""
        async with self.http.request(
            method,
            f"{self.url}{path}",
            json=body,
            data=data,
            headers=self.headers,
            allow_redirects=False,
        ) as answer:
            self.heard = dict(answer.headers)
            is_json = answer.content_type == "application/json" and answer.status != 204
            return answer.status, await answer.json() if is_json else None


@asynccontextmanager
async def served(prefix: str, app: web.Application, faults: Faults) -> AsyncIterator[str]:
    """Serve a simulator under its prefix; nobody hangs at the end."""
    house = web.Application()
    house.add_subapp(prefix, app)
    async with TestServer(house) as server:
        yield str(server.make_url(prefix))
        faults.clear()
