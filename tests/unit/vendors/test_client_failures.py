"""What the client makes of connections that fail: never sent is told from lost."""

import asyncio
import logging
import pickle
import socket
import traceback

import pytest
from pydantic import TypeAdapter

from tests.unit.vendors.loopback import (
    HASTY,
    PATIENT,
    SECRET,
    Script,
    dripping,
    hanging_up,
    http,
    probing,
    resetting,
    saying,
    serving,
    silent,
)
from vendors.call import Call
from vendors.errors import (
    AmbiguousError,
    RateLimitError,
    UnavailableError,
    VendorError,
)
from vendors.tools import Limits, Observation

EMAIL = "ada@example.com"
READ = Call("GET", "/things/{thing}", {"thing": EMAIL})
WRITE = Call("POST", "/things", body={"email": EMAIL})
OBJECT = TypeAdapter(dict[str, object])


async def failure_at(url: str, call: Call, limits: Limits | None = None) -> VendorError:
    async with probing(url, limits) as probe:
        with pytest.raises(VendorError) as caught:
            await probe.client.fetch(call, OBJECT)
    return caught.value


async def failure_of(script: Script, call: Call, limits: Limits | None = None) -> VendorError:
    async with asyncio.timeout(20), serving(script) as server:
        error = await failure_at(server.url, call, limits)
    assert server.requests
    return error


async def _cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await saying(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id":')(reader, writer)
    writer.close()


SILENCES: dict[str, Script] = {
    "silence": silent,
    "drip": dripping,
    "half a status line": saying(b"HTTP/1.1 20"),
    "half a header": saying(b"HTTP/1.1 200 OK\r\nContent-Le"),
}

BREAKS: dict[str, Script] = {
    "hang up": hanging_up,
    "reset": resetting,
    "a body cut off": _cut_off,
    "no http": saying(b"220 mail.example.com ESMTP\r\n\r\n"),
    "garbage": saying(bytes(range(256)) * 8),
    "a reason that is no text": saying(b"HTTP/1.1 200 \xff\xfe\r\nContent-Length: 2\r\n\r\n{}"),
    "a flood of headers": saying(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000 + b"\r\n"),
    "a header without end": saying(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 2**20),
    "two lengths": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "a broken chunk": saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
}

LOST = [pytest.param(script, HASTY, id=name) for name, script in SILENCES.items()]
LOST += [pytest.param(script, PATIENT, id=name) for name, script in BREAKS.items()]


@pytest.mark.parametrize(("script", "limits"), LOST)
async def test_a_lost_answer_is_ambiguous_after_a_write_and_transient_after_a_read(
    script: Script, limits: Limits
) -> None:
    assert type(await failure_of(script, READ, limits)) is UnavailableError
    assert type(await failure_of(script, WRITE, limits)) is AmbiguousError


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_nothing_is_sent_twice(method: str) -> None:
    async with serving(hanging_up) as server, probing(server.url) as probe:
        with pytest.raises(VendorError):
            await probe.client.acknowledge(Call(method, "/things"))
    assert len(server.requests) == 1


async def test_a_closed_port_means_that_nothing_was_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        for call in (READ, WRITE):
            error = await failure_at(url, call)
            assert type(error) is UnavailableError
            assert "nothing was sent" in str(error)


async def test_a_connection_that_never_opens_means_that_nothing_was_sent() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):
            one.settimeout(0)
            one.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        limits = Limits(connect=0.2, queue=0.2, total=5.0)
        assert type(await failure_at(url, WRITE, limits)) is UnavailableError
        sooner = Limits(connect=5.0, queue=5.0, total=0.2)
        assert type(await failure_at(url, WRITE, sooner)) is UnavailableError


async def test_a_failed_tls_handshake_means_that_nothing_was_sent() -> None:
    async with serving(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        url = server.url.replace("http://", "https://")
        assert type(await failure_at(url, WRITE, HASTY)) is UnavailableError
    assert server.requests == []


async def test_a_name_that_does_not_resolve_means_that_nothing_was_sent() -> None:
    error = await failure_at("http://vendor.invalid", WRITE)
    assert type(error) is UnavailableError


async def test_waiting_for_a_free_connection_means_that_nothing_was_sent() -> None:
    limits = Limits(connect=5.0, queue=0.2, total=0.8, connections=1)
    async with serving(silent) as server, probing(server.url, limits) as probe:
        first, second = await asyncio.gather(
            probe.client.fetch(WRITE, OBJECT),
            probe.client.fetch(WRITE, OBJECT),
            return_exceptions=True,
        )
    assert (type(first), type(second)) == (AmbiguousError, UnavailableError)
    assert len(server.requests) == 1


async def test_the_deadline_spans_the_whole_call() -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    await failure_of(dripping, READ, HASTY)
    assert 0.3 <= loop.time() - started < 3.0


async def test_a_cancelled_call_is_observed_and_stays_cancelled() -> None:
    async with serving(silent) as server, probing(server.url, Limits()) as probe:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await probe.client.fetch(WRITE, OBJECT)
    assert [one.failure for one in probe.seen] == ["cancelled"]


async def test_many_calls_at_once_are_all_answered() -> None:
    async with serving(saying(http(b"{}"))) as server, probing(server.url, Limits()) as probe:
        await asyncio.gather(*(probe.client.fetch(READ, OBJECT) for _ in range(100)))
    assert len(server.requests) == len(probe.seen) == 100
    assert {one.failure for one in probe.seen} == {None}


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(saying(http(b"{}"))) as proxy, serving(saying(http(b"{}"))) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        async with probing(server.url) as probe:
            await probe.client.fetch(READ, OBJECT)
    assert (len(proxy.requests), len(server.requests)) == (0, 1)


async def test_a_call_is_observed_by_its_template() -> None:
    answer = http(b"{}", "200 OK", "X-Request-Id: ab-12")
    async with serving(saying(answer)) as server, probing(server.url) as probe:
        await probe.client.fetch(READ, OBJECT)
    [seen] = probe.seen
    assert 0 <= seen.seconds < 10
    assert seen == Observation("acme", "GET", "/things/{thing}", 200, seen.seconds, "ab-12", None)


@pytest.mark.parametrize("trace", ["a b", "x" * 200, "<script>", "é"])
async def test_a_trace_id_that_is_none_is_dropped(trace: str) -> None:
    answer = http(b"{}", "200 OK", f"X-Request-Id: {trace}")
    async with serving(saying(answer)) as server, probing(server.url) as probe:
        await probe.client.fetch(READ, OBJECT)
    assert probe.seen[0].trace is None


async def test_no_error_and_no_log_line_tells_a_secret_or_an_email(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f'{{"message": "{EMAIL} with {SECRET}", "id": NaN}}'.encode()
    scripts = [hanging_up, resetting, saying(http(echo)), saying(http(echo, "404 No"))]
    told = [await failure_of(script, WRITE) for script in scripts]
    told.append(await failure_of(silent, WRITE, HASTY))
    told.append(await failure_at("http://vendor.invalid", WRITE))
    lines = [*caplog.messages, *(repr(error) for error in told)]
    lines += ["".join(traceback.format_exception(error)) for error in told]
    for line in lines:
        assert SECRET not in line
        assert "example.com" not in line


def test_an_error_survives_being_pickled() -> None:
    error = RateLimitError("acme", "Acme is tired.", 429, "t-1", retry_after=7.0)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert vars(again) == vars(error)
    assert (str(again), again.kind, again.failure) == ("Acme is tired.", "rate_limit", "transient")
