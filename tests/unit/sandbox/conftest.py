"""A running sandbox under a clock that the test moves, an app that listens, and a caller."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.workspace import Workspace
from tests.unit.sandbox.listener import Listener, listening


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Caller:
    """Calls the Web API as the app would, by form or by JSON."""

    http: aiohttp.ClientSession
    url: str
    token: str | None

    async def __call__(self, method: str, **arguments: object) -> dict[str, Any]:
        async with self.http.post(
            f"{self.url}/slack/api/{method}", json=arguments, headers=self.headers
        ) as answer:
            told: dict[str, Any] = await answer.json()
            return told

    async def form(self, method: str, **arguments: str) -> dict[str, Any]:
        async with self.http.post(
            f"{self.url}/slack/api/{method}", data=arguments, headers=self.headers
        ) as answer:
            told: dict[str, Any] = await answer.json()
            return told

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def server(clock: HandClock) -> AsyncIterator[Server]:
    async with running(clock=clock) as server:
        yield server


@pytest.fixture
def slack(server: Server) -> Workspace:
    return server.workspace


@pytest.fixture
async def app(server: Server) -> AsyncIterator[Listener]:
    async with listening() as listener:
        server.connect(listener.url)
        yield listener


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def call(server: Server, http: aiohttp.ClientSession) -> Caller:
    return Caller(http, server.url, server.environment()["SLACK_BOT_TOKEN"])
