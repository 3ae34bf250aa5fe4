"""What vendors are asked is written down, sent again by a script, and watched from outside."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
import requests
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from benchmarks import caller
from benchmarks.ledger import Call, Ledger, busiest, busy
from benchmarks.rivals.sequential import Asked, send

ROOT = Path(__file__).parents[3]
ASKED = 3


def call(began: float, ended: float) -> Call:
    return Call("axiom", began, ended, "GET", "/", {}, "")


@asynccontextmanager
async def vendor(ledger: Ledger) -> AsyncIterator[str]:
    """Serve a vendor that says yes, and no to whoever brings no key."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=200 if request.headers.get("X-Key") else 401)

    @web.middleware
    async def noted(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await ledger.take("axiom", request, handler)

    app = web.Application(middlewares=[noted])
    app.router.add_route("*", "/{what}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


def test_a_vendor_is_busy_while_any_call_is_there_and_not_in_between() -> None:
    calls = [call(0.0, 1.0), call(0.5, 0.7), call(0.8, 1.2), call(3.0, 3.5)]
    assert busy(calls[::-1]) == pytest.approx(1.7)
    assert (busy([]), busiest(calls), busiest([])) == (0.0, 2, 0)


async def test_no_more_calls_are_answered_at_once_than_a_vendor_takes() -> None:
    ledger = Ledger(lambda: 0.02, at_once=2)
    async with vendor(ledger) as url, ClientSession(headers={"X-Key": "k"}) as session:
        await asyncio.gather(*(session.get(f"{url}/users") for _ in range(6)))
    assert len(ledger.calls) == 6
    assert busiest(ledger.calls) > 2
    assert busy(ledger.calls) >= 3 * 0.02


async def test_the_script_sends_what_was_sent_in_its_order_and_stops_at_a_refusal() -> None:
    ledger = Ledger(lambda: 0.0, at_once=1)
    async with vendor(ledger) as url, ClientSession(headers={"X-Key": "k"}) as session:
        await session.get(f"{url}/users?page=2")
        await session.post(f"{url}/users", data="Ada")
        before = list(ledger.calls)
        with requests.Session() as script:
            await asyncio.to_thread(send, script, [_again(url, one) for one in before])
            refused = [_again(url, one) | {"headers": {}} for one in before]
            with pytest.raises(requests.HTTPError):
                await asyncio.to_thread(send, script, refused)
    told = [(one.method, one.path, one.body) for one in ledger.calls]
    assert told[:2] == told[2:4] == [("GET", "/users?page=2", ""), ("POST", "/users", "Ada")]
    assert len(told) == 5


def _again(url: str, one: Call) -> Asked:
    return {
        "method": one.method, "url": f"{url}{one.path}", "headers": one.headers, "body": one.body
    }  # fmt: skip


async def test_several_servers_are_called_alike_in_one_span_of_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = dict[int, set[object]]()
    asked = count()

    async def taken(request: web.Request) -> web.Response:
        next(asked)
        assert request.transport is not None
        _host, port = request.transport.get_extra_info("sockname")
        lines.setdefault(port, set()).add(request.transport.get_extra_info("peername"))
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/slack/events", taken)
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(TestServer(app)) for _ in range(2)]
        ports = [one.port or 0 for one in servers]
        words = [",".join(map(str, ports)), "6", "0.1", "1"]
        began = time.perf_counter()
        await asyncio.to_thread(caller.main, words)
        around = time.perf_counter() - began
    told = json.loads(capsys.readouterr().out)
    assert [len(lines[port]) for port in ports] == [3, 3]
    assert told["statuses"] == {"200": next(asked)}
    assert 0.1 <= told["took"] <= around


async def test_a_loop_that_is_held_up_is_noticed_from_outside() -> None:
    asked, enough, held = 0, asyncio.Event(), 0.3

    async def alive(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        if asked == ASKED:
            enough.set()
        await asyncio.sleep(held if asked == ASKED - 1 else 0)
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/healthz", alive)
    async with TestServer(app) as server:
        words = ("-m", "benchmarks.watchdog", str(server.port))
        dog = await asyncio.create_subprocess_exec(
            sys.executable, *words, cwd=ROOT, stdin=PIPE, stdout=PIPE
        )
        await enough.wait()
        said, _ = await dog.communicate(b"")
    seconds = json.loads(said)
    assert len(seconds) >= ASKED
    assert seconds[ASKED - 2] >= held
