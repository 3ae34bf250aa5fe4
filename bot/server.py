"""HTTP: ``POST /slack/events`` behind the guard, ``/healthz`` and ``/readyz`` beside it."""

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from http import HTTPStatus

import structlog
import uvicorn
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import garbage, turns
from bot.app import Aboard, compose
from bot.guard import PAYLOAD, Guard
from bot.settings import Settings
from bot.sockets import listening
from bot.status import Address, health, told
from bot.stopping import asked_to_stop, unless
from bot.wire import served

_log = structlog.get_logger(__name__)

_SLACKS = "/slack/events"
_GRACE_SECONDS = 8
_KEEP_ALIVE_SECONDS = 75
"""Longer than a proxy keeps an idle connection: else it sends on one that we have just closed."""


def http(
    aboard: Aboard,
    signing_secret: SecretStr,
    now: Callable[[], float] = time.time,
    previous: SecretStr | None = None,
) -> ASGIApp:
    """Return the ASGI application in front of a running bot; ``now`` judges how old a call is.

    What was signed with the ``previous`` secret passes as well. Slack waits, and knows one address:
    what is for that goes straight to the guard.
    """

    def note(status: int, reason: str) -> None:
        if status >= HTTPStatus.BAD_REQUEST:
            aboard.meters.refused.labels(str(status)).inc()
        aboard.refusals.note(reason)

    door = Guard(_Events(aboard.bolt), signing_secret, now, note, previous)
    others = Starlette(routes=[Route(_SLACKS, door, methods=["POST"]), *health(aboard)])

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        is_slacks = scope["type"] == "http" and (scope["method"], scope["path"]) == (
            "POST",
            _SLACKS,
        )
        await (door if is_slacks else others)(scope, receive, send)

    return route


class _Events:
    """Has Bolt answer what the guard let through: an ASGI application.

    Bolt gets what the guard parsed, and no header. Its own parser takes every form that holds the
    word "payload" for a press on a button, and a command with that word in its text for nothing at
    all. And what Slack did not sign has no say.
    """

    def __init__(self, bolt: AsyncApp) -> None:
        self._bolt = bolt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = AsyncBoltRequest(body=scope[PAYLOAD], mode="socket_mode")
        request.mode, request.raw_body = "http", (await receive())["body"].decode()
        answer = to_starlette_response(await self._bolt.async_dispatch(request))
        await answer(scope, receive, send)


async def serve(
    settings: Settings, signing_secret: SecretStr, slack: Address, status: Address | None
) -> None:
    """Serve until SIGTERM or SIGINT; then end intake, and finish what is under way.

    Slack calls at the address ``slack``; who watches Aboard asks at ``status``, if that is given.
    """
    stop = asked_to_stop()
    async with AsyncExitStack() as stack:
        aboard = await unless(stop, stack.enter_async_context(compose(settings)))
        if aboard is None:
            return
        await stack.enter_async_context(told(aboard, status))
        garbage.leave_what_stays()
        turns.keep_short()
        previous = settings.environment.slack_signing_secret_previous
        if not stop.is_set():
            await listen(aboard, signing_secret, slack, previous=previous)


async def listen(
    aboard: Aboard,
    signing_secret: SecretStr,
    slack: Address,
    now: Callable[[], float] = time.time,
    previous: SecretStr | None = None,
) -> None:
    """Take what Slack sends, until SIGTERM or SIGINT; then end intake."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, aboard.rotation.bell.ring)
    await run(http(aboard, signing_secret, now, previous), slack)


async def run(app: ASGIApp, slack: Address) -> None:
    """Serve ``app`` at the address that Slack calls, until SIGTERM or SIGINT.

    uvicorn raises the signal once more when it has ended: by then it must no longer kill us.
    Raises ``ConfigurationError`` where the address cannot be listened on.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _log.info, "signal received")
    config = served(
        app, timeout_graceful_shutdown=_GRACE_SECONDS, timeout_keep_alive=_KEEP_ALIVE_SECONDS
    )
    with listening(slack.host, slack.port) as sockets:
        _log.info("ready", mode="http", host=slack.host, port=slack.port)
        await uvicorn.Server(config).serve(sockets)
