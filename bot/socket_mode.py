"""The same bot over Socket Mode: Slack is called, nothing has to be reachable from outside.

Socket Mode carries no signatures; its root of trust is the app-level token. It is not allowed for
apps in Slack's Marketplace: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import signal
from contextlib import AsyncExitStack
from functools import partial
from types import SimpleNamespace

import aiohttp
import structlog
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot import garbage, slack, turns
from bot.app import Aboard, compose
from bot.settings import Settings
from bot.status import Address, told
from bot.stopping import asked_to_stop, unless

_log = structlog.get_logger(__name__)

SECONDS = 30.0
"""For a connection to be opened; how long it then lasts, nothing limits."""


async def serve(settings: Settings, app_token: SecretStr, status: Address | None) -> None:
    """Work until SIGTERM or SIGINT; then end intake, and finish what is under way.

    Who watches Aboard asks at the address ``status``, if that is given.
    """
    loop, stop = asyncio.get_running_loop(), asked_to_stop()
    async with AsyncExitStack() as stack:
        aboard = await unless(stop, stack.enter_async_context(compose(settings)))
        if aboard is None:
            return
        handler = await handler_of(aboard.bolt, app_token.get_secret_value(), settings)
        stack.push_async_callback(handler.close_async)
        loop.add_signal_handler(signal.SIGHUP, aboard.rotation.bell.ring)
        _introduce(aboard, handler.client)
        async with told(aboard, status):
            garbage.leave_what_stays()
            turns.keep_short()
            await unless(stop, _connect(handler))
            await stop.wait()


async def handler_of(bolt: AsyncApp, app_token: str, settings: Settings) -> AsyncSocketModeHandler:
    """Return what connects ``bolt`` with Slack.

    Each attempt asks for an address of its own: slack_sdk would try a used one for ever.
    """
    handler = AsyncSocketModeHandler(bolt, app_token, web_client=bolt.client)
    await handler.client.aiohttp_client_session.close()

    async def used(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        _params: aiohttp.TraceRequestStartParams,
    ) -> None:
        handler.client.wss_uri = None

    once = aiohttp.TraceConfig()
    once.on_request_start.append(used)
    session = slack.session(settings.trust(), once, seconds=SECONDS)
    handler.client.aiohttp_client_session = session
    return handler


def _introduce(aboard: Aboard, client: SocketModeClient) -> None:
    """Have new app-level tokens reach the connection, and whoever watches see how it is."""
    for name in ("SLACK_APP_TOKEN", "SLACK_CLI_XAPP"):
        aboard.rotation.after(name, partial(setattr, client, "app_token"))
    connected = partial(_is_connected, client)
    aboard.life.add("slack", connected)
    aboard.meters.connected.labels("socket").set_function(connected)


async def _connect(handler: AsyncSocketModeHandler) -> None:
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
    _log.info("ready", mode="socket")


def _is_connected(client: SocketModeClient) -> bool:
    session = client.current_session
    return not (client.closed or client.stale) and session is not None and not session.closed
