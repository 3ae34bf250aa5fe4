"""Socket Mode: a connection that is never answered is given up, and a signal ends the waiting."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import socket_mode
from bot.settings import Settings, load
from sandbox.parts import Server
from sandbox.server import running

PATIENCE = 20.0


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running(mode="socket") as server:
        yield server


@pytest.fixture
def settings(server: Server, tmp_path: Path) -> Settings:
    config = tmp_path / "aboard.toml"
    config.write_text(server.configuration(), encoding="utf-8")
    own = {"ABOARD_CONFIG": str(config), "DATABASE_URL": f"sqlite:///{tmp_path / 'aboard.db'}"}
    return load(server.environment() | own)


async def _silence(_request: web.Request, _handler: Handler) -> web.StreamResponse:
    await asyncio.get_running_loop().create_future()
    raise AssertionError


async def test_an_upgrade_that_nobody_answers_is_given_up_and_another_is_asked_for(
    server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "SECONDS", 0.3)
    faults, sockets = server.slack.faults, server.workspace.sockets
    faults.plant("silence", _silence, 1, only="/link")
    environment = settings.environment
    client = AsyncWebClient(
        environment.slack_bot_token.get_secret_value(), f"{environment.slack_api_url}/"
    )
    token = server.environment()["SLACK_APP_TOKEN"]
    handler = await socket_mode.handler_of(AsyncApp(client=client), token, settings)
    handler.client.ping_interval = 0.1
    connecting = asyncio.create_task(handler.client.connect())  # type: ignore[no-untyped-call]  # slack_sdk leaves it bare
    try:
        await asyncio.wait_for(connecting, PATIENCE)
        assert not faults.active("silence")
        [opened] = sockets.connections
        with pytest.raises(TimeoutError):
            await server.workspace.until(lambda: opened.closed, 3 * socket_mode.SECONDS)
        assert sockets.connections == [opened], "what is open stays open"
    finally:
        connecting.cancel()
        await handler.client.close()  # type: ignore[no-untyped-call]  # likewise


@pytest.mark.usefixtures("alone", "logging_as_before")
@pytest.mark.parametrize("waiting_for", ["auth.test", "apps.connections.open"])
async def test_a_signal_ends_the_waiting_for_a_slack_that_is_down(
    waiting_for: str, server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    signals = dict[int, Callable[[], object]]()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(
        loop, "add_signal_handler", lambda of, do, *given: signals.update({of: partial(do, *given)})
    )
    asked = asyncio.Event()

    async def down(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        asked.set()
        return web.Response(status=503)

    server.slack.faults.plant("down", down, None, only=waiting_for)
    token = settings.environment.slack_app_token
    assert token is not None
    serving = asyncio.create_task(socket_mode.serve(settings, token, None))
    await asyncio.wait_for(asked.wait(), PATIENCE)
    signals[signal.SIGTERM]()
    await asyncio.wait_for(serving, PATIENCE)
    assert server.workspace.sockets.connections == []
