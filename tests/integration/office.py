"""Bytes to a port as they are, and an application behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

HERE = "127.0.0.1"
START = b"POST /slack/events HTTP/1.1\r\nHost: aboard\r\n"
GET, SLOW = b"GET /healthz HTTP/1.1\r\nHost: aboard\r\n", b"/slow"
LAST = b"Connection: close"


@dataclass
class Office:
    """An application that keeps what reaches it and answers with the length of the body.

    It reads the body of a POST alone, and answers at /slow when it is let.
    """

    reached: list[tuple[list[tuple[bytes, bytes]], bytes]] = field(default_factory=list)
    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", scope["method"] == "POST"
        if scope["raw_path"] == SLOW:
            await self.let.wait()
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body, more = body + message["body"], message["more_body"]
        self.reached.append((scope["headers"], body))
        said = str(len(body)).encode()
        headers = [(b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Yield a connection, and hang up."""
    reader, writer = await asyncio.open_connection(HERE, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def answered(port: int, *parts: bytes) -> bytes:
    """Send parts one after the other, until the server hangs up; return all that it says."""
    async with connected(port) as (reader, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        return await reader.read()


def post(body: bytes, *more: bytes) -> bytes:
    """Return a whole request."""
    fields = b"".join(one + b"\r\n" for one in more)
    return START + fields + b"Content-Length: %d\r\n\r\n" % len(body) + body
