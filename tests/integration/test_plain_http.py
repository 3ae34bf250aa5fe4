"""What two servers could read differently reaches nobody: it is HTTP/1.1 or 1.0, or it is refused.

The server is the one that Aboard serves with, and the wire is real: bytes go out as they are.
"""

from collections.abc import AsyncIterator

import pytest

from bot.status import Address, answering
from tests.integration.office import GET, HERE, LAST, START, Office, answered


@pytest.fixture(scope="module")
async def served() -> AsyncIterator[tuple[Office, int]]:
    office = Office()
    async with answering(office, Address(HERE, 0)) as port:
        yield office, port


@pytest.fixture
def office(served: tuple[Office, int]) -> Office:
    served[0].reached.clear()
    return served[0]


@pytest.fixture
def port(served: tuple[Office, int]) -> int:
    return served[1]


@pytest.mark.parametrize(
    "request_",
    [
        START + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        START + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        START + b"Content-Length: 2, 2\r\n\r\nab",
        START + b"Content-Length: +2\r\n\r\nab",
        START + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        START + b"Transfer-Encoding: chunked\r\n\r\nx\r\nab",
        START + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
        START + b"Content-Length : 2\r\n\r\nab",
        START + b" folded: x\r\n\r\n",
        START + b"x-null: \x00\r\n\r\n",
        START.replace(b"\r\n", b"\n") + b"Content-Length: 0\n\n",
        START.replace(b"HTTP/1.1", b"HTTP/9.9") + b"\r\n",
        GET.replace(b"HTTP/1.1", b"HTTP/2.0") + b"\r\n",
        GET.replace(b"HTTP/1.1", b"HTTP/0.9") + b"\r\n",
        GET.replace(b" HTTP/1.1", b"") + b"\r\n",
        GET.replace(b"GET /healthz HTTP/1.1", b"DESCRIBE rtsp://aboard/healthz RTSP/1.0") + b"\r\n",
        GET.replace(b"GET /healthz HTTP/1.1", b"OPTIONS rtsp://aboard/healthz RTSP/1.0") + b"\r\n",
        pytest.param(b"GET /healthz HTTP/1.1\r\n\r\n", id="no-host"),
        GET + b"Host: another\r\n\r\n",
        GET + b"Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n",
        GET + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        GET.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        GET.replace(b"1.1", b"1.0") + b"Host: another\r\n\r\n",
        GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0",
        GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"CONNECT aboard:1 HTTP/1.1\r\nHost: aboard\r\n\r\n",
    ],
)
async def test_what_two_servers_could_read_differently_is_refused(
    port: int, office: Office, request_: bytes
) -> None:
    assert (await answered(port, request_)).startswith(b"HTTP/1.1 400 ")
    assert office.reached == []


@pytest.mark.parametrize("request_", [b"GET /healthz HTTP/1.0\r\n\r\n", GET + LAST + b"\r\n\r\n"])
async def test_who_watches_may_speak_the_older_http(port: int, request_: bytes) -> None:
    assert (await answered(port, request_)).startswith(b"HTTP/1.1 200 ")
