"""Everybody goes straight to whom they call, whatever proxy the environment names.

A proxy would see whom Aboard calls, and one that hands on less than everything is noticed late.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import slack
from bot.socket_mode import handler_of
from bot.tracing import open_tracer
from tests.integration.callers import CALLERS, SECRETS, Call, callers, settings_at
from tests.unit.vendors.loopback import Server, http, saying
from vendors.errors import VendorError

HERE = "127.0.0.1"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
ENDS = (VendorError, aiohttp.ClientError, SlackApiError)


@dataclass
class House:
    """Whom everybody calls, and the proxy that the environment names."""

    called: Server
    proxy: Server
    calls: Mapping[str, Call]
    folder: Path

    @property
    def url(self) -> str:
        """Where everybody is called."""
        return f"http://{HERE}:{self.called.port}"


@asynccontextmanager
async def _serving() -> AsyncIterator[Server]:
    server = Server(saying(http(b"{}")))
    listener = await asyncio.start_server(server.serve, HERE, 0)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with _serving() as called, _serving() as proxy:
        for name in NAMES:
            monkeypatch.setenv(name, f"http://{HERE}:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        settings = settings_at(f"http://{HERE}:{called.port}", tmp_path, "")
        async with callers(settings) as calls:
            yield House(called, proxy, calls, tmp_path)


@pytest.mark.parametrize("caller", CALLERS)
async def test_nobody_asks_a_proxy(house: House, caller: str) -> None:
    with contextlib.suppress(*ENDS):
        await house.calls[caller]()
    assert house.called.requests, "nobody was called at all"
    assert house.proxy.requests == []


async def test_socket_mode_asks_no_proxy_either(house: House) -> None:
    settings = settings_at(house.url, house.folder, "")
    async with slack.session(settings.trust()) as session:
        ours = AsyncWebClient(token=SECRETS[0], base_url=f"{house.url}/", session=session)
        handler = await handler_of(AsyncApp(client=ours), "xapp-1", settings)
        with pytest.raises(aiohttp.ClientError):
            async with handler.client.aiohttp_client_session.ws_connect(
                f"ws://{HERE}:{house.called.port}", proxy=handler.client.proxy
            ):
                pass
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
    assert handler.client.proxy is not None
    assert (len(house.called.requests), house.proxy.requests) == (1, [])


async def test_traces_ask_none(house: House) -> None:
    async with AsyncExitStack() as stack:
        with open_tracer(house.url, stack).span("slack command"):
            pass
    assert (len(house.called.requests), house.proxy.requests) == (1, [])


async def test_slacks_own_client_would_ask_it(house: House) -> None:
    with pytest.raises(SlackApiError):
        await AsyncWebClient(token=SECRETS[0], base_url=f"{house.url}/").auth_test()
    assert (house.called.requests, len(house.proxy.requests)) == ([], 1)
