"""The same bot over Socket Mode: Slack is called, nothing has to be reachable from outside.

Socket Mode carries no signatures; its root of trust is the app-level token. It is not allowed for
apps in Slack's Marketplace: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import signal
from functools import partial

import structlog
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot import slack
from bot.app import compose
from bot.settings import Settings
from bot.status import Address, told

_log = structlog.get_logger(__name__)


async def serve(settings: Settings, app_token: SecretStr, status: Address | None) -> None:
    """Work until SIGTERM or SIGINT; then end intake, and finish what is under way.

    Who watches Aboard asks at the address ``status``, if that is given.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with compose(settings) as aboard:
        handler = AsyncSocketModeHandler(
            aboard.bolt, app_token.get_secret_value(), web_client=aboard.bolt.client
        )
        await handler.client.aiohttp_client_session.close()
        handler.client.aiohttp_client_session = slack.session(settings.trust(), seconds=None)
        loop.add_signal_handler(signal.SIGHUP, aboard.rotation.bell.ring)
        for name in ("SLACK_APP_TOKEN", "SLACK_CLI_XAPP"):
            aboard.rotation.after(name, partial(setattr, handler.client, "app_token"))
        connected = partial(_is_connected, handler.client)
        aboard.life.add("slack", connected)
        aboard.meters.connected.labels("socket").set_function(connected)
        async with told(aboard, status):
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
            _log.info("ready", mode="socket")
            try:
                await stop.wait()
            finally:
                await handler.close_async()  # type: ignore[no-untyped-call]  # likewise


def _is_connected(client: SocketModeClient) -> bool:
    session = client.current_session
    return not (client.closed or client.stale) and session is not None and not session.closed
