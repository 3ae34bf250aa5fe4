"""What the client makes of every kind of answer; the server is real, on loopback."""

import asyncio
import gc
import gzip
import json
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel, TypeAdapter

from tests.unit.vendors.loopback import (
    NOW,
    PATIENT,
    SECRET,
    authorities,
    endpoint,
    http,
    probing,
    saying,
    serving,
)
from vendors.body import BodyError, WireList, documented
from vendors.call import Call
from vendors.client import VendorClient
from vendors.errors import (
    AmbiguousError,
    ConflictError,
    CredentialError,
    ForbiddenError,
    NotFoundError,
    PermanentError,
    RateLimitError,
    RejectedError,
    ResponseError,
    UnavailableError,
    VendorError,
)
from vendors.tools import Tools

MEBIBYTE = 2**20


class Thing(BaseModel):
    id: str
    size: float = 0.0


THING = TypeAdapter(Thing)
READ = Call("GET", "/things/{thing}", {"thing": "a/b c"}, query=(("q", "1+1"), ("q", "é")))
WRITE = Call("POST", "/things", body={"email": "ada@example.com", "name": "Ada Lovelace"})


async def failure_of(call: Call, answer: bytes) -> VendorError:
    async with serving(saying(answer)) as server, probing(server.url) as probe:
        with pytest.raises(VendorError) as caught:
            await probe.client.fetch(call, THING)
    assert len(server.requests) == 1
    assert probe.seen[-1].failure == caught.value.kind
    return caught.value


async def test_an_answer_is_returned_in_its_documented_shape() -> None:
    async with (
        serving(saying(http(b'{"id": "7", "size": 1.5, "more": []}'))) as server,
        probing(server.url) as probe,
    ):
        thing = await probe.client.fetch(READ, THING)
    assert thing == Thing(id="7", size=1.5)
    head = server.requests[0].decode()
    assert head.startswith("GET /base/things/a%2Fb%20c?q=1%2B1&q=%C3%A9 HTTP/1.1\r\n")
    assert f"x-api-key: Key {SECRET}\r\n".lower() in head.lower()


async def test_an_answer_that_was_read_leaves_nothing_for_the_collector() -> None:
    """Python's would hold up every thread, the event loop's too."""
    async with (
        serving(saying(http(b'{"id": "7"}'))) as server,
        probing(server.url) as probe,
    ):
        await probe.client.fetch(READ, THING)
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                await probe.client.fetch(READ, THING)
            assert gc.collect() < 20
        finally:
            gc.enable()


LARGE = "large " * 5_000


async def _read(how: Callable[[str], str], times: int) -> list[str]:
    """Have a large answer of each of so many vendors read at once, by ``how``."""
    shape: TypeAdapter[str] = TypeAdapter(Annotated[str, AfterValidator(how)])
    tools = Tools(clock=lambda: NOW, tls=authorities(), limits=PATIENT)
    async with (
        serving(saying(http(json.dumps(LARGE).encode()))) as server,
        AsyncExitStack() as stack,
    ):
        clients = [VendorClient(endpoint(server.url), tools) for _ in range(times)]
        for client in clients:
            stack.push_async_callback(client.aclose)
        return await asyncio.gather(*(client.fetch(READ, shape) for client in clients))


async def test_the_event_loop_goes_on_while_a_large_answer_is_read() -> None:
    loop, turned = asyncio.get_running_loop(), threading.Event()

    def waiting(text: str) -> str:
        loop.call_soon_threadsafe(turned.set)
        assert turned.wait(10)
        return text

    assert await _read(waiting, 1) == [LARGE]


async def test_of_two_vendors_large_answers_one_is_read_after_the_other() -> None:
    met, both = list[int](), threading.Barrier(2)

    def meeting(text: str) -> str:
        with suppress(threading.BrokenBarrierError):
            met.append(both.wait(0.3))
        return text

    assert await _read(meeting, 2) == [LARGE, LARGE]
    assert met == []


async def test_a_body_is_sent_as_json() -> None:
    async with (
        serving(saying(http(b'{"id": "7"}', "201 Created"))) as server,
        probing(server.url) as probe,
    ):
        await probe.client.fetch(WRITE, THING)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"content-type: application/json" in head.lower()
    assert json.loads(body) == WRITE.body


async def test_a_delete_may_carry_a_body() -> None:
    call = Call("DELETE", "/things", body=[{"publicId": "x"}])
    async with (
        serving(saying(b"HTTP/1.1 204 No Content\r\n\r\n")) as server,
        probing(server.url) as probe,
    ):
        await probe.client.acknowledge(call)
    assert server.requests[0].endswith(b'[{"publicId": "x"}]')


@pytest.mark.parametrize("name", ["", ".", ".."])
async def test_a_name_that_leads_elsewhere_is_never_sent(name: str) -> None:
    async with serving(saying(http())) as server, probing(server.url) as probe:
        with pytest.raises(RejectedError):
            await probe.client.acknowledge(Call("DELETE", "/things/{thing}", {"thing": name}))
    assert server.requests == []


@pytest.mark.parametrize("name", ["../../other", "%2e%2e", "a?b=c", "a#b", "a;b", "é", "//evil"])
async def test_any_other_name_stays_one_segment(name: str) -> None:
    async with serving(saying(http())) as server, probing(server.url) as probe:
        await probe.client.acknowledge(Call("DELETE", "/things/{thing}", {"thing": name}))
    path = server.requests[0].split(b" ")[1]
    assert path.startswith(b"/base/things/")
    assert path.count(b"/") == 3
    assert b"?" not in path


STATUSES: list[tuple[str, bytes, type[VendorError], type[VendorError]]] = [
    ("301 Moved Permanently", b"", PermanentError, PermanentError),
    ("302 Found", b"", PermanentError, PermanentError),
    ("304 Not Modified", b"", PermanentError, PermanentError),
    ("307 Temporary Redirect", b"", PermanentError, PermanentError),
    ("400 Bad Request", b'{"message": "no"}', RejectedError, RejectedError),
    ("401 Unauthorized", b'{"message": "no"}', CredentialError, CredentialError),
    ("403 Forbidden", b"<html>no</html>", ForbiddenError, ForbiddenError),
    ("404 Not Found", b'{"message": "no"}', NotFoundError, NotFoundError),
    ("404 Not Found", b"<html>no</html>", PermanentError, PermanentError),
    ("404 Not Found", b"", PermanentError, PermanentError),
    ("404 Not Found", b'["message"]', PermanentError, PermanentError),
    ("405 Method Not Allowed", b"", RejectedError, RejectedError),
    ("408 Request Timeout", b"", UnavailableError, AmbiguousError),
    ("409 Conflict", b"", ConflictError, ConflictError),
    ("410 Gone", b'{"error": "no"}', NotFoundError, NotFoundError),
    ("422 Unprocessable", b'{"message": 7}', RejectedError, RejectedError),
    ("429 Too Many Requests", b"", RateLimitError, RateLimitError),
    ("500 Internal Server Error", b'{"message": "no"}', UnavailableError, AmbiguousError),
    ("502 Bad Gateway", b"<html>no</html>", UnavailableError, AmbiguousError),
    ("503 Service Unavailable", b"", UnavailableError, AmbiguousError),
    ("599 Strange", b"", UnavailableError, AmbiguousError),
]


@pytest.mark.parametrize(("status", "body", "on_read", "on_write"), STATUSES)
async def test_a_status_is_sorted_by_what_to_do_next(
    status: str, body: bytes, on_read: type[VendorError], on_write: type[VendorError]
) -> None:
    read = await failure_of(READ, http(body, status))
    write = await failure_of(WRITE, http(body, status))
    assert (type(read), type(write)) == (on_read, on_write)
    assert read.status == write.status == int(status[:3])
    assert read.vendor == "acme"


async def test_a_repeatable_write_is_sorted_like_a_read() -> None:
    call = Call("POST", "/search", body={}, repeatable=True)
    assert type(await failure_of(call, http(b"", "503 Busy"))) is UnavailableError


BODIES: list[tuple[str, bytes]] = [
    ("empty", http()),
    ("html", http(b"<!doctype html><html>hello</html>")),
    ("text", http(b"OK")),
    ("cut json", http(b'{"id": "7')),
    ("nan", http(b'{"id": "7", "size": NaN}')),
    ("infinity", http(b'{"id": "7", "size": 1e999}')),
    ("equal keys", http(b'{"id": "7", "id": "8"}')),
    ("too deep", http(b"[" * 65 + b"]" * 65)),
    ("far too deep", http(b"[" * 500_000)),
    ("byte order mark", http(b'\xef\xbb\xbf{"id": "7"}')),
    ("utf-16", http('{"id": "7"}'.encode("utf-16"))),
    ("latin-1", http('{"id": "é"}'.encode("latin-1"))),
    ("endless digits", http(b'{"id": "7", "size": ' + b"1" * 5000 + b"}")),
    ("another shape", http(b'{"id": 7}')),
    ("null", http(b"null")),
    ("too many values", http(b"[" + b"0," * 300_000 + b"0]")),
    ("too long", http(b" " * (10 * MEBIBYTE) + b"{}")),
    ("gzip bomb", http(gzip.compress(b" " * (100 * MEBIBYTE)), "200 OK", "Content-Encoding: gzip")),
    ("cut gzip", http(gzip.compress(b'{"id": "7"}')[:-4], "200 OK", "Content-Encoding: gzip")),
    ("no gzip", http(b'{"id": "7"}', "200 OK", "Content-Encoding: gzip")),
    ("unasked encoding", http(b'{"id": "7"}', "200 OK", "Content-Encoding: br")),
    ("gzip in gzip", http(b"", "200 OK", "Content-Encoding: gzip, gzip")),
]


@pytest.mark.parametrize("answer", [pytest.param(raw, id=name) for name, raw in BODIES])
async def test_a_yes_with_an_unusable_body_is_told_apart_by_what_the_call_did(
    answer: bytes,
) -> None:
    assert type(await failure_of(READ, answer)) is ResponseError
    assert type(await failure_of(WRITE, answer)) is AmbiguousError


async def test_a_compressed_body_is_read() -> None:
    answer = http(gzip.compress(b'{"id": "7"}'), "200 OK", "Content-Encoding: gzip")
    async with serving(saying(answer)) as server, probing(server.url) as probe:
        assert (await probe.client.fetch(READ, THING)).id == "7"


async def test_sixty_four_levels_are_read() -> None:
    answer = http(b"[" * 64 + b"]" * 64)
    async with serving(saying(answer)) as server, probing(server.url) as probe:
        assert len(await probe.client.fetch(READ, TypeAdapter(list[object]))) == 1


async def test_a_yes_without_a_body_is_acknowledged() -> None:
    for answer in (http(), http(b"OK"), http(b'{"success": true}'), http(b"", "204 No Content")):
        async with serving(saying(answer)) as server, probing(server.url) as probe:
            await probe.client.acknowledge(WRITE)
        assert probe.seen[-1].failure is None


async def test_a_web_page_is_not_an_acknowledgement() -> None:
    async with (
        serving(saying(http(b"\n <!DOCTYPE html>"))) as server,
        probing(server.url) as probe,
    ):
        with pytest.raises(AmbiguousError):
            await probe.client.acknowledge(WRITE)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Keep", "308 Keep"])
async def test_a_redirect_is_not_followed(status: str) -> None:
    async with serving(saying(http())) as trap:
        answer = http(b"", status, f"Location: {trap.url}")
        for call in (READ, WRITE):
            error = await failure_of(call, answer)
            assert "redirect" in str(error)
    assert trap.requests == []


async def test_cookies_are_not_kept() -> None:
    answer = http(b'{"id": "7"}', "200 OK", "Set-Cookie: session=1; Path=/")
    async with serving(saying(answer)) as server, probing(server.url) as probe:
        await probe.client.fetch(READ, THING)
        await probe.client.fetch(READ, THING)
    assert b"cookie" not in server.requests[1].lower()


async def test_a_refusal_is_quoted_without_what_the_call_carried() -> None:
    said = {"message": f"Role is unknown for Ada <ada@example.com>, token {SECRET}, id a1b2."}
    error = await failure_of(WRITE, http(json.dumps(said).encode(), "422 No"))
    assert str(error).startswith("Acme refused this person or access (HTTP 422)")
    assert str(error).endswith("“Role is unknown for … token … id …”.")


async def test_a_list_is_refused_at_its_first_odd_item() -> None:
    """An error for each item would take a thousand times what the list does."""
    body = b"[" + b",".join([b"{}"] * 150_000) + b"]"
    tracemalloc.start()
    with pytest.raises(BodyError, match=r"at 0\.id"):
        documented(body, TypeAdapter(WireList[Thing]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 * MEBIBYTE
