"""A bot as Bolt's own examples have it: it answers Slack, and does the work afterwards, in memory.

`python -m tests.integration.vanilla FILE --host HOST --port PORT` serves `/slack/events`. It writes
a line into FILE for each command that it has seen to.
"""

import asyncio
import logging
import sys
from pathlib import Path

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

WORK_SECONDS = 0.5


def application(file: Path) -> Starlette:
    """Return the bot as an ASGI application."""

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0", bot_token="xoxb-0", bot_id="B0", bot_user_id="U0"
        )

    bolt = AsyncApp(
        authorize=authorize, request_verification_enabled=False, logger=logging.getLogger("vanilla")
    )

    async def onboard(ack: AsyncAck, command: dict[str, str]) -> None:
        await ack("Your request is recorded.")
        await asyncio.sleep(WORK_SECONDS)
        with file.open("a", encoding="utf-8") as done:
            done.write(f"{command['text']}\n")

    bolt.command("/onboard")(onboard)
    handler = AsyncSlackRequestHandler(bolt)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    async def well(_: Request) -> Response:
        return Response()

    return Starlette(
        routes=[Route("/slack/events", events, methods=["POST"]), Route("/readyz", well)]
    )


if __name__ == "__main__":
    _, path, _, host, _, port = sys.argv
    uvicorn.run(application(Path(path)), host=host, port=int(port), log_config=None)
