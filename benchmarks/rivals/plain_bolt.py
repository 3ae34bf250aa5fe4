"""A plain Bolt app: one listener that acknowledges and stores nothing, served by uvicorn."""

import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.payloads import SECRET, TOKEN


async def _authorize() -> AuthorizeResult:
    """Spare the plain app the call of ``auth.test`` that it would make for each request."""
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=TOKEN)


def application() -> Starlette:
    """Return the app as Bolt's documents show it."""
    bolt = AsyncApp(signing_secret=SECRET, authorize=_authorize)

    @bolt.command("/onboard")
    async def onboard(ack: AsyncAck) -> None:
        await ack("On it.")

    handler = AsyncSlackRequestHandler(bolt)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


if __name__ == "__main__":
    uvicorn.run(
        application(), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False
    )
