"""HTTP: ``POST /slack/events`` behind the guard, ``/healthz`` and ``/readyz`` beside it."""

import asyncio
import signal
import time
from collections.abc import Callable
from http import HTTPStatus

import structlog
import uvicorn
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import Aboard, compose
from bot.guard import PAYLOAD, Guard
from bot.settings import Settings
from bot.status import Address, health, told

_log = structlog.get_logger(__name__)

_GRACE_SECONDS = 8
_KEEP_ALIVE_SECONDS = 75
"""Longer than a proxy keeps an idle connection: else it sends on one that we have just closed."""


def http(
    aboard: Aboard,
    signing_secret: SecretStr,
    now: Callable[[], float] = time.time,
    previous: SecretStr | None = None,
) -> Starlette:
    """Return the ASGI application in front of a running bot; ``now`` judges how old a call is.

    What was signed with the ``previous`` secret passes as well.
    """

    async def events(request: Request) -> Response:
        answer = await aboard.bolt.async_dispatch(await _bolt_request(request))
        return to_starlette_response(answer)

    def note(status: int, reason: str) -> None:
        if status >= HTTPStatus.BAD_REQUEST:
            aboard.meters.refused.labels(str(status)).inc()
        aboard.refusals.note(reason)

    guarded = Middleware(Guard, secret=signing_secret, now=now, told=note, previous=previous)
    return Starlette(
        routes=[
            Route("/slack/events", events, methods=["POST"], middleware=[guarded]),
            *health(aboard),
        ]
    )


async def _bolt_request(request: Request) -> AsyncBoltRequest:
    """Hand Bolt what the guard parsed.

    Bolt's own parser takes every form that holds the word "payload" for a press on a button, and
    a command with that word in its text for nothing at all.
    """
    bolt = AsyncBoltRequest(
        body=request.scope[PAYLOAD],
        headers={name: [value] for name, value in request.headers.items()},
        mode="socket_mode",
    )
    bolt.mode, bolt.raw_body = "http", (await request.body()).decode()
    return bolt


async def serve(
    settings: Settings, signing_secret: SecretStr, slack: Address, status: Address | None
) -> None:
    """Serve until SIGTERM or SIGINT; then end intake, and finish what is under way.

    Slack calls at the address ``slack``; who watches Aboard asks at ``status``, if that is given.
    """
    async with compose(settings) as aboard, told(aboard, status):
        previous = settings.environment.slack_signing_secret_previous
        await listen(aboard, signing_secret, slack, previous=previous)


async def listen(
    aboard: Aboard,
    signing_secret: SecretStr,
    slack: Address,
    now: Callable[[], float] = time.time,
    previous: SecretStr | None = None,
) -> None:
    """Take what Slack sends, until SIGTERM or SIGINT; then end intake.

    uvicorn raises the signal once more when it has ended: by then it must no longer kill us.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _log.info, "signal received")
    loop.add_signal_handler(signal.SIGHUP, aboard.rotation.bell.ring)
    config = uvicorn.Config(
        http(aboard, signing_secret, now, previous),
        host=slack.host,
        port=slack.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        lifespan="off",
    )
    _log.info("ready", mode="http", host=slack.host, port=slack.port)
    await uvicorn.Server(config).serve()
