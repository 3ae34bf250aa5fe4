"""The whole bot inside the tests' own process: composed as `aboard serve` does, called as ASGI."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp

from bot.app import Aboard, compose
from bot.server import http
from bot.settings import load
from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.signing import signed
from workflow.clock import Clock, system_clock

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Composed:
    """A bot in a sandbox, and the application that uvicorn would serve."""

    server: Server
    aboard: Aboard
    app: ASGIApp
    secret: str

    async def post(
        self, body: bytes, kind: str = FORM, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a body that is signed as Slack signs it."""
        given = {"content-type": kind, **signed(self.secret, int(time.time()), body)}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://aboard") as client:
            return await client.post(
                "/slack/events", content=body, headers=given | dict(headers or {})
            )

    async def command(self, command: str, text: str, /, **fields: str) -> httpx.Response:
        """Type a slash command."""
        cast = self.server.cast
        channel = self.server.workspace.state.directory.channel(cast.requests)
        payloads = self.server.workspace.payloads()
        return await self.post(
            urlencode(payloads.command(cast.manager, command, text, channel) | fields).encode()
        )


@asynccontextmanager
async def composed(
    folder: Path,
    secret: str | None = None,
    given: Mapping[str, str] | None = None,
    clock: Clock = system_clock,
) -> AsyncIterator[Composed]:
    """Compose a bot on a SQLite file in `folder`, in a sandbox of its own.

    `given` is added to its environment.
    """
    async with running() as server:
        file = folder / "aboard.toml"
        file.write_text(server.configuration(), encoding="utf-8")
        own = {"ABOARD_CONFIG": str(file), "DATABASE_URL": f"sqlite:///{folder / 'aboard.db'}"}
        settings = load(server.environment() | own | dict(given or {}))
        used = secret or server.workspace.state.app.signing_secret
        async with compose(settings, clock) as aboard:
            yield Composed(server, aboard, http(aboard, SecretStr(used)), used)
