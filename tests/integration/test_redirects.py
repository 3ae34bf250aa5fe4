"""Whoever answers with a redirect gets nobody to go there, and no credential arrives elsewhere.

Where a redirect leads is a trap on this machine: addresses elsewhere are rerouted to it, so that a
client that follows is heard, whatever address it was sent to.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
import pytest
import trustme

from tests.canaries import found
from tests.integration.callers import CALLERS, SECRETS, Call, callers, settings_at
from tests.unit.vendors.loopback import Server, http, saying
from vendors.errors import VendorError

HERE, ELSEWHERE, LITERAL, METADATA = (
    "127.0.0.1",
    "elsewhere.example",
    "192.0.2.7",
    "169.254.169.254",
)
CODES = ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent")
TARGETS = {
    "another host": f"https://{ELSEWHERE}:{{tls}}/api",
    "http": f"http://{HERE}:{{plain}}/api",
    "an address": f"https://{LITERAL}:{{tls}}/api",
    "metadata": f"http://{METADATA}:{{plain}}/latest/meta-data/",
    "another port": f"https://{HERE}:{{tls}}/api",
}
FAILURES = (VendorError, aiohttp.ClientError)


@dataclass
class Trap:
    """Where redirects lead, and whoever redirects; ``dialled`` is every address that was called."""

    redirecting: Server
    plain: Server
    tls: Server
    calls: Mapping[str, Call]
    trust: ssl.SSLContext
    dialled: list[tuple[str, int]] = field(default_factory=list)

    def lead(self, code: str, target: str) -> str:
        """Answer from now on with this redirect; return where it leads."""
        url = TARGETS[target].format(tls=self.tls.port, plain=self.plain.port)
        self.redirecting.script = saying(http(b"", code, f"Location: {url}"))
        for one in (self.redirecting, self.plain, self.tls):
            one.requests.clear()
        self.dialled.clear()
        return url

    @property
    def caught(self) -> list[bytes]:
        return [*self.plain.requests, *self.tls.requests]


@asynccontextmanager
async def _serving(tls: ssl.SSLContext | None) -> AsyncIterator[Server]:
    server = Server(saying(http(b"{}")))
    listener = await asyncio.start_server(server.serve, HERE, 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Trap]:
    authority = trustme.CA()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HERE, ELSEWHERE, LITERAL).configure_cert(served)
    async with AsyncExitStack() as stack:
        redirecting = await stack.enter_async_context(_serving(served))
        plain = await stack.enter_async_context(_serving(None))
        tls = await stack.enter_async_context(_serving(served))
        settings = settings_at(
            f"https://{HERE}:{redirecting.port}",
            tmp_path_factory.mktemp("redirects"),
            authority.cert_pem.bytes().decode(),
        )
        calls = await stack.enter_async_context(callers(settings))
        yield Trap(redirecting, plain, tls, calls, settings.trust())


@pytest.fixture
def trap(house: Trap, monkeypatch: pytest.MonkeyPatch) -> Trap:
    """Reroute whatever is called elsewhere to this machine, and note it."""
    connect, resolve = asyncio.SelectorEventLoop.sock_connect, socket.getaddrinfo

    async def rerouted(
        loop: asyncio.SelectorEventLoop, sock: socket.socket, address: tuple[str, int]
    ) -> None:
        house.dialled.append(address[:2])
        await connect(loop, sock, (HERE, address[1]))

    def resolved(host: str | bytes, *given: Any, **named: Any) -> object:  # noqa: ANN401 - socket's own
        away = host in {ELSEWHERE, ELSEWHERE.encode()}
        return resolve(HERE if away else host, *given, **named)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", rerouted)
    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return house


def _carried(server: Server) -> set[str]:
    return found(SECRETS, b"".join(server.requests))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("caller", CALLERS)
async def test_nobody_follows_a_redirect_anywhere(trap: Trap, caller: str, code: str) -> None:
    for target in TARGETS:
        trap.lead(code, target)
        with pytest.raises(FAILURES):
            await trap.calls[caller]()
        assert trap.redirecting.requests, "nobody was called at all"
        assert _carried(trap.redirecting), "the call carried no credential"
        assert trap.caught == [], target
        assert {port for _, port in trap.dialled} <= {trap.redirecting.port}, target


async def test_a_client_that_follows_carries_a_key_into_every_trap(trap: Trap) -> None:
    for target in TARGETS:
        trap.lead(CODES[3], target)
        async with httpx.AsyncClient(verify=trap.trust, follow_redirects=True) as careless:
            url = f"https://{HERE}:{trap.redirecting.port}/v1"
            await careless.post(url, headers={"x-api-key": SECRETS[0]})
        assert found(SECRETS, b"".join(trap.caught)), target
