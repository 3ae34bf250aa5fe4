"""The mishaps themselves: each takes a request and its handler, and answers badly.

Some stand before the work (nothing was done), some behind it (it was done, and the caller
cannot know).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

Mishap = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]

JSON_TYPE = {"Content-Type": "application/json"}
NOBODY = 499
PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><p>nginx</p>"


def body_of(answer: web.StreamResponse) -> bytes:
    """Return the bytes of an answer that was not sent yet."""
    body = answer.body if isinstance(answer, web.Response) else None
    return bytes(body) if isinstance(body, bytes | bytearray) else b""


def dropped(request: web.Request, answer: web.StreamResponse | None = None) -> web.StreamResponse:
    """Cut the connection; the answer that is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return answer or web.Response(status=NOBODY)


def instead(status: int, body: object, headers: Mapping[str, str] | None = None) -> Mishap:
    """Answer with JSON and do nothing."""

    async def mishap(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return mishap


def page(status: int, content_type: str = "text/html") -> Mishap:
    """Answer with a proxy's page and do nothing."""

    async def mishap(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        return web.Response(status=status, text=PAGE, content_type=content_type)

    return mishap


def moved(to: str, status: int) -> Mishap:
    """Answer with a redirect and do nothing."""

    async def mishap(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": to})

    return mishap


async def refused(request: web.Request, _handler: Handler) -> web.StreamResponse:
    """Drop the connection before anything is done."""
    return dropped(request)


async def lost(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Do the work, then drop the connection."""
    await handler(request)
    return dropped(request)


def late(seconds: float) -> Mishap:
    """Wait before doing the work."""

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await handler(request)

    return mishap


def hanging(released: asyncio.Event) -> Mishap:
    """Do the work and answer nothing until `released`."""

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        await handler(request)
        await released.wait()
        return dropped(request)

    return mishap


def dripping(pause: float) -> Mishap:
    """Do the work and send the answer byte by byte, `pause` seconds apart."""

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        slow = web.StreamResponse(status=answer.status, headers=JSON_TYPE)
        await slow.prepare(request)
        for byte in body_of(answer):
            await slow.write(bytes([byte]))
            await asyncio.sleep(pause)
        return slow

    return mishap


async def halved(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Do the work and send half of the answer, under the length of the whole."""
    answer = await handler(request)
    whole = body_of(answer)
    half = web.StreamResponse(status=answer.status, headers=JSON_TYPE)
    half.content_length = len(whole)
    await half.prepare(request)
    await half.write(whole[: len(whole) // 2])
    return dropped(request, half)


def saying(body: bytes) -> Mishap:
    """Do the work and answer with other bytes under the same status."""

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        return web.Response(status=answer.status, body=body, content_type="application/json")

    return mishap
