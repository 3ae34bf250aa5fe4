"""Who reaches the port may send a head without an end: it is not kept, and not waited for.

The server is the one that Aboard serves with, and the wire is real: bytes go out as they are.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from bot import wire
from bot.status import Address, answering
from tests.integration.office import GET, HERE, LAST, SLOW, START, Office, answered, connected, post

CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n"
FEW, MANY = 8, 200
MOST = 20_000_000
"""Bytes of what never ends, after which nobody hung up: far more than the wire itself holds."""


@dataclass
class Clock:
    """How many seconds the loop's time is ahead."""

    passed: float = 0.0


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Have a clock to put forward; it is asked for before the server, which ends by it."""
    clock, loop = Clock(), asyncio.get_running_loop()
    time = loop.time
    monkeypatch.setattr(loop, "time", lambda: time() + clock.passed)
    return clock


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
async def port(office: Office) -> AsyncIterator[int]:
    async with answering(office, Address(HERE, 0)) as port:
        yield port


async def flooded(port: int, start: bytes, flood: bytes) -> int:
    """Send ``flood`` again and again until the server hangs up; return how many bytes got out."""
    sent = 0
    async with connected(port) as (reader, writer):
        writer.write(start)
        with suppress(ConnectionError):
            while sent < MOST and not reader.at_eof():
                writer.write(flood)
                sent += len(flood)
                await writer.drain()
                await asyncio.sleep(0)
    return sent


@pytest.mark.parametrize(
    ("start", "flood"),
    [
        (START, b"x-field: %s\r\n" % (b"y" * 900)),
        (START + b"x-field: ", b"y" * 1_000),
        (START, b"x" * 1_000),
        (b"GET /", b"y" * 1_000),
        (b"", b"\r\n" * 500),
        (CHUNKED, b"x-trailer: %s\r\n" % (b"y" * 900)),
        (CHUNKED + b"x-trailer: ", b"y" * 1_000),
        (START + b"Transfer-Encoding: chunked\r\n\r\n1;", b"y" * 1_000),
    ],
    ids=["fields", "a value", "a name", "an address", "lines", "trailers", "a trailer", "a chunk"],
)
async def test_what_never_comes_to_an_end_is_not_read_on(
    port: int, office: Office, start: bytes, flood: bytes
) -> None:
    assert await flooded(port, start, flood) < MOST
    assert office.reached == []


@pytest.mark.parametrize(
    "head",
    [
        START + b"x: y\r\n" * 101 + b"\r\n",
        START + b"x: %s\r\n\r\n" % (b"y" * 65_536),
        b"GET /%s HTTP/1.1\r\nHost: aboard\r\n\r\n" % (b"y" * 65_536),
    ],
    ids=["fields", "a value", "an address"],
)
async def test_a_head_that_comes_at_once_is_no_larger_either(
    port: int, office: Office, head: bytes
) -> None:
    assert (await answered(port, head)).startswith(b"HTTP/1.1 400 ")
    assert office.reached == []


@pytest.mark.parametrize("start", [b"POST /sl", START, START + b"x-field: y"])
async def test_a_head_is_waited_for_ten_seconds_however_it_drips(
    clock: Clock, port: int, office: Office, start: bytes
) -> None:
    async with connected(port) as (reader, writer):
        writer.write(post(b"first") + start)
        assert (await reader.readuntil(b"\r\n\r\n5")).startswith(b"HTTP/1.1 200 ")
        for clock.passed in (3.0, 6.0, 9.0):
            writer.write(b"z")
            await answered(port, post(b"", LAST))
            assert not reader.at_eof()
        clock.passed = 10.5
        await answered(port, post(b"", LAST))
        assert reader.at_eof()
    assert len(office.reached) == 5


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"\r\n"),
        (GET + b"\r\n", b"\r\n"),
        (GET + b"Content-Length: 99999999999\r\n\r\n", b"x"),
        (GET + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"x"),
    ],
    ids=["lines", "lines after an answer", "a body after an answer", "a trailer after an answer"],
)
async def test_what_leads_to_no_request_is_waited_for_no_longer(
    clock: Clock, port: int, start: bytes, drop: bytes
) -> None:
    async with connected(port) as (reader, writer):
        writer.write(start)
        if start:
            assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200 ")
        for clock.passed in (0.0, 4.0, 8.0):
            writer.write(drop)
            await answered(port, post(b"", LAST))
            assert not reader.at_eof()
        clock.passed = 10.5
        await answered(port, post(b"", LAST))
        assert reader.at_eof()


async def test_an_answer_under_way_is_not_lost_over_a_head_that_drips(
    clock: Clock, port: int, office: Office
) -> None:
    async with connected(port) as (reader, writer):
        writer.write(GET.replace(b"/healthz", SLOW) + b"\r\n" + START)
        for clock.passed in (0.0, 10.5):
            await answered(port, post(b"", LAST))
        office.let.set()
        said = await reader.read()
    assert (said[:13], said.count(b"HTTP/1.1 ")) == (b"HTTP/1.1 200 ", 1)


async def test_who_says_nothing_is_let_go(clock: Clock, port: int) -> None:
    async with connected(port) as (reader, _):
        await answered(port, post(b"", LAST))
        clock.passed = 75.5
        assert await reader.read() == b""


async def test_what_follows_the_body_is_no_header(port: int, office: Office) -> None:
    said = await answered(port, CHUNKED + b"x-slack-signature: v0=1\r\n\r\n", post(b"", LAST))
    assert said.count(b"HTTP/1.1 200 ") == 2
    names = [[name for name, _ in headers] for headers, _ in office.reached]
    assert names == [[b"host", b"transfer-encoding"], [b"host", b"connection", b"content-length"]]


async def test_large_bodies_and_what_is_sent_ahead_are_read_in_their_order(
    port: int, office: Office
) -> None:
    bodies = [bytes([65 + number]) * 30_000 * number for number in range(FEW)]
    whole = b"".join(post(body) for body in bodies) + post(b"", LAST)
    cut = len(whole) - 60
    said = await answered(port, whole[:100], whole[100:cut], whole[cut:])
    assert said.count(b"HTTP/1.1 200 ") == FEW + 1
    assert [body for _, body in office.reached] == [*bodies, b""]


async def test_who_sends_too_much_ahead_is_let_go(port: int, office: Office) -> None:
    said = await answered(port, post(b"") * MANY)
    assert b"HTTP/1.1 400 " in said
    assert len(office.reached) <= wire.MOST_AHEAD + 1
