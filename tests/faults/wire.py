"""What befalls a call: thirteen faults, on its way, in the work, and in the answer.

Some strike before anything is sent, some after the vendor has done what it was asked.
"""

import asyncio
import socket
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.typedefs import Handler
from yarl import URL

from sandbox import mishaps
from sandbox.mishaps import Mishap
from tests.faults.office import Office
from tests.faults.silence import LONGER_THAN_ANY_DEADLINE, not_waited_for

NOBODY_LISTENS = 9
LIES: tuple[bytes, ...] = (
    b'{"success": true}', b"{}", b"[]", b"null", b'"yes"', b'{"id": "somebody-else"}',
    b'{"errors": []}', b'{"data": null}', b'[{"id": 7, "email": "eve@acme.example"}]',
)  # fmt: skip

READS = frozenset({"GET", "HEAD"})
KEYS = "/connect/token"
"""Where AppXite gives out what a call is signed with: neither a look nor a write."""


async def _silent_after(request: web.Request, handler: Handler) -> web.StreamResponse:
    await handler(request)
    with not_waited_for():
        await asyncio.sleep(LONGER_THAN_ANY_DEADLINE)
    return mishaps.dropped(request)


async def _dripping(request: web.Request, handler: Handler) -> web.StreamResponse:
    with not_waited_for():
        return await mishaps.dripping(LONGER_THAN_ANY_DEADLINE)(request, handler)


async def _broken_after(request: web.Request, handler: Handler) -> web.StreamResponse:
    await handler(request)
    return web.json_response({"message": "something broke"}, status=500)


async def _of_another_kind(request: web.Request, handler: Handler) -> web.StreamResponse:
    await handler(request)
    return web.Response(text=mishaps.PAGE, content_type="text/html")


def _lying(random: Random) -> Mishap:
    """Say yes in another form; an empty list is what a look may well say, and no lie to tell."""
    said, done = random.choice(LIES), random.random() < 0.5

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        if done:
            await handler(request)
        body = b"{}" if request.method in READS and said == b"[]" else said
        return web.Response(status=200, body=body, content_type="application/json")

    return mishap


def _gateway(random: Random) -> Mishap:
    done = random.random() < 0.5

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        if done:
            await handler(request)
        return await mishaps.page(502)(request, handler)

    return mishap


def _always(mishap: Mishap) -> Callable[[Random], Mishap]:
    return lambda _: mishap


ON_THE_WAY = ("the connection is refused", "the name is unknown", "nobody takes the call")
"""The faults of a call that is never sent."""

IN_THE_ANSWER: Mapping[str, Callable[[Random], Mishap]] = MappingProxyType(
    {
        "reset before the work": _always(mishaps.refused),
        "reset after the work": _always(mishaps.lost),
        "silent after the work": _always(_silent_after),
        "500 before the work": _always(mishaps.instead(500, {"message": "something broke"})),
        "500 after the work": _always(_broken_after),
        "502 from a gateway": _gateway,
        "half an answer": _always(mishaps.halved),
        "an answer of another kind": _always(_of_another_kind),
        "an answer that drips": _always(_dripping),
        "a yes that lies": _lying,
    }
)
FAULTS = (*ON_THE_WAY, *IN_THE_ANSWER)


class Wire:
    """The lines to the vendors. `writes` and `looks` are the faults to come, by vendor."""

    def __init__(self, office: Office, random: Random, blackhole: int) -> None:
        self.writes: dict[str, list[str]] = defaultdict(list)
        self.looks: dict[str, list[str]] = defaultdict(list)
        self.done: Counter[tuple[str, str]] = Counter()
        """How often a vendor carried out which write, whatever it answered."""
        self.struck: Counter[str] = Counter()
        self.looked_on: Callable[[], None] = lambda: None
        """Called before and after whatever a vendor does."""
        self._random, self._blackhole = random, blackhole
        self._wrote: set[str] = set()
        self._vendors = office.server.vendors
        for name, vendor in self._vendors.items():
            vendor.faults.plant("wire", self._mishap(name), None)

    def cut(self) -> None:
        """Leave the vendors as they were."""
        for vendor in self._vendors.values():
            vendor.faults.clear("wire")

    def clear(self) -> None:
        """Have nothing befall anybody, and forget what was."""
        self.writes.clear()
        self.looks.clear()
        self.done.clear()
        self._wrote.clear()

    async def connects(
        self,
        go_on: Callable[[ClientRequest], Awaitable[Connection]],
        request: ClientRequest,
    ) -> Connection:
        """Make the connection for a call, or have it end where its fault says."""
        fault = self._next(request.method, request.url.path, ON_THE_WAY)
        if fault is None:
            return await go_on(request)
        self.struck[fault] += 1
        request.url = self._elsewhere(fault, request.url)
        with not_waited_for():
            return await go_on(request)

    def _elsewhere(self, fault: str, url: URL) -> URL:
        if fault == "the connection is refused":
            return url.with_port(NOBODY_LISTENS)
        if fault == "the name is unknown":
            return url.with_host("vendor.invalid")
        return url.with_port(self._blackhole)

    def _next(self, method: str, path: str, of: "tuple[str, ...]") -> str | None:
        """Take the next fault for such a call, where it is one of these."""
        name = path.split("/")[1] if path.count("/") > 1 else ""
        if path.endswith(KEYS):
            return None
        is_look = method in READS
        if is_look and self.writes[name] and name not in self._wrote:
            return None  # whoever looks before the first write sees what is
        waiting = self.looks[name] if is_look else self.writes[name]
        if not waiting or waiting[0] not in of:
            return None
        if not is_look:
            self._wrote.add(name)
        return waiting.pop(0)

    def _mishap(self, name: str) -> Mishap:
        async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.looked_on()
            counted = self._counted(name, handler)
            fault = self._next(request.method, request.path, tuple(IN_THE_ANSWER))
            if fault is None:
                return await counted(request)
            self.struck[fault] += 1
            return await IN_THE_ANSWER[fault](self._random)(request, counted)

        return mishap

    def _counted(self, name: str, handler: Handler) -> Handler:
        async def counted(request: web.Request) -> web.StreamResponse:
            answer = await handler(request)
            self.looked_on()
            if answer.status < 300:
                self.done[name, f"{request.method} {request.path}"] += 1
            return answer

        return counted


@contextmanager
def tapped(office: Office, random: Random) -> Iterator[Wire]:
    """Yield the lines of an office, on which faults can be planted."""
    connect, resolve = aiohttp.TCPConnector.connect, aiohttp.resolver.ThreadedResolver.resolve
    with _unanswered() as port, pytest.MonkeyPatch.context() as patch:
        wire = Wire(office, random, port)

        async def connects(
            self: aiohttp.TCPConnector,
            req: ClientRequest,
            **how: Any,  # noqa: ANN401 - as it came
        ) -> Connection:
            return await wire.connects(lambda one: connect(self, one, **how), req)

        async def resolves(
            self: aiohttp.ThreadedResolver,
            host: str,
            *rest: Any,  # noqa: ANN401 - as it came
            **how: Any,  # noqa: ANN401 - as it came
        ) -> list[ResolveResult]:
            if host.endswith(".invalid"):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return await resolve(self, host, *rest, **how)

        patch.setattr(aiohttp.TCPConnector, "connect", connects)
        patch.setattr(aiohttp.ThreadedResolver, "resolve", resolves)
        yield wire
        wire.cut()


@contextmanager
def _unanswered() -> Iterator[int]:
    """Yield a port at which connections are neither taken nor refused: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(listener.getsockname())
        try:
            yield listener.getsockname()[1]
        finally:
            for one in waiting:
                one.close()
