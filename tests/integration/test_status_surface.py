"""Whoever reaches the ports may send anything: no answer is an error of ours, and none tells much.

The servers are real and so is the wire: bytes go out as they are, good HTTP or none.
"""

import asyncio
import os
import platform
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from importlib.metadata import version
from random import Random

import pytest

from bot.status import Address, told
from tests.integration.composed import Composed, composed

HERE, SEED = "127.0.0.1", 20_261_122
REQUESTS = int(os.environ.get("ABOARD_HOSTILE_REQUESTS", "40"))
AT_ONCE = 40
PATIENCE = 2.0  # seconds

KNOWN = ("/healthz", "/readyz", "/metrics")
PLACES = (*KNOWN, "/slack/events")
METHODS = (
    *["GET"] * 10,
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PRI",
    "get",
    "X" * 300,
)
TAILS = (
    "",
    "",
    "?n=1",
    "?n=%00",
    "?a[]=1&a[]=2",
    "/",
    "//",
    "/..",
    "/%2e%2e/%2e%2e/etc/passwd",
    "%00",
    "%ff",
    ";a=b",
    "?" + "x=1&" * 2000,
    "#f",
    "/../aboard.toml",
)
VERSIONS = (*["HTTP/1.1"] * 12, "HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "JUNK", "")
HEADERS = (
    "Host: twice", "Content-Length: 5",
    "Content-Length: -1", "Content-Length: 99999999999999999999", "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked", "Accept: nothing/at-all", "Accept-Encoding: br;q=x, *",
    "Range: bytes=0-,-1", "If-None-Match: *", "Authorization: Basic !!!", "Cookie: " + "a=b" * 99,
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AA==",
    "Upgrade: h2c", "Expect: 100-continue", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil",
    "X-Original-URL: /admin", "Content-Type: application/json", "Content-Type: multipart/form-data",
    "X-Long: " + "y" * 20_000, "No colon at all", "X-Null: \x00", "X-Sign: \xff\xfe", " folded: x",
)  # fmt: skip
HOSTS = (*["Host: aboard"] * 9, "Host: evil.example", "Host: ", "X-No: host")
BODIES = (
    b"",
    b"",
    b"{}",
    b"[" * 500,
    b'{"a":' * 100,
    b"\x00\xff\xfe",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"ffffffffff\r\n",
    b"payload=%7B%7D",
    b"x" * 70_000,
)
TELLING = (
    platform.python_version(), f"Python/{platform.python_version_tuple()[0]}", "Traceback", "line ",
    "site-packages", "sqlite", "starlette", "uvicorn", "sqlalchemy", "aboard.toml",
    f"aboard {version('aboard')}", f"aboard/{version('aboard')}",
)  # fmt: skip


def hostile(random: Random, place: str) -> bytes:
    """Write one request to ``place``, of bad parts mostly."""
    method, tail = random.choice(METHODS), random.choice(TAILS)
    lines = random.sample(HEADERS, k=random.choice((0, 0, 1, 2, 4)))
    first = f"{method} {place}{tail} {random.choice(VERSIONS)}".rstrip()
    head = "\r\n".join([first, random.choice(HOSTS), *lines, "Connection: close", "", ""])
    request = head.encode("latin-1") + random.choice(BODIES)
    if random.random() < 0.1:
        return random.randbytes(random.randint(1, 300)) + request
    return request[: random.randint(1, len(request))] if random.random() < 0.1 else request


async def sent(port: int, request: bytes) -> bytes:
    """Send bytes and return all that is answered; after a while without a word, hang up."""
    reader, writer = await asyncio.open_connection(HERE, port)
    try:
        writer.write(request)
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    except (ConnectionError, TimeoutError):
        return b""
    finally:
        writer.close()


def statuses(answer: bytes) -> list[int]:
    """Return the status of every answer on a connection."""
    lines = answer.split(b"HTTP/1.1 ")[1:]
    return [int(line[:3]) for line in lines if line[:3].isdigit()]


@dataclass
class Heard:
    """What was answered: how often which status, and all the words but the metrics' own."""

    by_status: Counter[int] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)

    def take(self, answer: bytes) -> None:
        """Note an answer, or several on one connection."""
        self.by_status.update(statuses(answer))
        text = answer.decode("latin-1")
        body = text.partition("\r\n\r\n")[2]
        self.words.add(text if "aboard_" not in body else text.partition("\r\n\r\n")[0])


@pytest.fixture(scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Composed]:
    async with composed(tmp_path_factory.mktemp("surface")) as bot:
        yield bot


@pytest.fixture(scope="module")
async def port(bot: Composed) -> AsyncIterator[int]:
    """Serve the status port as `aboard serve` does."""
    async with told(bot.aboard, Address(HERE, 0)) as port:
        assert port is not None
        yield port


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", PLACES)
async def test_no_hostile_request_meets_an_error_or_learns_anything(port: int, place: str) -> None:
    random, heard = Random(f"{SEED} {place}"), Heard()  # noqa: S311 - nothing secret
    for _ in range(0, REQUESTS, AT_ONCE):
        requests = [hostile(random, place) for _ in range(AT_ONCE)]
        for answer in await asyncio.gather(*(sent(port, one) for one in requests)):
            heard.take(answer)
    assert max(heard.by_status) < 500, heard.by_status
    assert heard.by_status.total() > REQUESTS / 3, "most were not answered at all"
    assert (200 in heard.by_status) is (place in KNOWN)
    said = "\n".join(heard.words).casefold()
    assert [one for one in TELLING if one.casefold() in said] == []


async def test_what_is_asked_properly_is_answered_after_all_that(port: int) -> None:
    for place in KNOWN:
        answer = await sent(
            port, f"GET {place} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
        )
        assert statuses(answer) == [200]


async def test_metrics_tell_no_version(port: int) -> None:
    answer = await sent(port, b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nserver:" not in head
    assert [one for one in (b"python_info", b'version="3', b"aboard_info") if one in answer] == []
