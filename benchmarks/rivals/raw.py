"""The least that can be done: a Starlette endpoint that checks the signature and answers."""

import hashlib
import hmac
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.payloads import SECRET


async def events(request: Request) -> Response:
    """Acknowledge what is signed."""
    stamp = request.headers["x-slack-request-timestamp"].encode()
    base = b"v0:" + stamp + b":" + await request.body()
    expected = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    signed = hmac.compare_digest(expected, request.headers["x-slack-signature"])
    return PlainTextResponse("On it.", status_code=200 if signed else 401)


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/slack/events", events, methods=["POST"])]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_config=None,
        access_log=False,
    )
