"""The guard in front of the real Bolt app: nothing unsigned gets through, and nothing breaks it."""

import asyncio
import gc
import json
import os
import resource
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.guard import Guard
from tests.integration import malformed
from tests.integration.composed import Composed, composed

SEED = 20_261_122
REQUESTS = int(os.environ.get("ABOARD_FUZZ", "10000"))
UNGUARDED = 500
WARMING = 500
LARGEST_GROWTH = 50_000_000
"""Bytes that the process may have grown by, however many requests came."""


@pytest.fixture(scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Composed]:
    async with composed(tmp_path_factory.mktemp("bot")) as bot:
        yield bot


@dataclass
class Answers:
    """What was answered, and the seconds that each answer took."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def slow(self) -> float:
        """The milliseconds within which 99 of 100 came."""
        return sorted(self.seconds)[len(self.seconds) * 99 // 100] * 1_000


async def answers(app: ASGIApp, requests: int, seed: int = SEED) -> Answers:
    """Send a seeded series of malformed requests, and note what is answered."""
    random, seen = Random(seed), Answers()  # noqa: S311 - the same series every time
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://aboard") as client:
        for _ in range(requests):
            one = malformed.request(random)
            request = client.build_request("POST", "/slack/events", content=one.body)
            request.headers = httpx.Headers(one.headers)
            began = time.perf_counter()
            seen.statuses[(await client.send(request)).status_code] += 1
            seen.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(0)  # a server's loop turns between requests, and clears its timers
    return seen


def resident() -> int:
    """Return the bytes of memory that the process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


async def test_nothing_malformed_or_unsigned_is_accepted_or_breaks_anything(
    bot: Composed, record_property: Callable[[str, object], None]
) -> None:
    reached: list[str] = []

    async def remember(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])
        await bot.app(scope, receive, send)

    guard = Guard(remember, SecretStr(bot.secret), lambda: malformed.NOW)
    await answers(guard, WARMING, seed=1)
    before = resident()
    seen = await answers(guard, REQUESTS)
    grown = resident() - before
    record_property("tried", REQUESTS)
    figures = f"{len(reached)} got through, {grown / 1e6:.1f} MB more memory"
    record_property("measured", f"{figures}, 99 of 100 within {seen.slow:.1f} ms")
    assert seen.statuses.total() == REQUESTS
    assert set(seen.statuses) <= {401, 413}
    assert not reached
    assert grown < LARGEST_GROWTH
    standing = replace(bot, app=Guard(remember, SecretStr(bot.secret), time.time))
    assert (await standing.command("/aboard", "help")).status_code == 200
    assert len(reached) == 1, "what is signed does get through"


async def test_without_the_guard_the_same_requests_break_bolt(bot: Composed) -> None:
    """The control: Bolt's own check stands behind its parser."""
    plain = AsyncApp(client=bot.aboard.bolt.client, signing_secret=bot.secret)
    handler = AsyncSlackRequestHandler(plain)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    app = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    seen = await answers(app, UNGUARDED)
    assert seen.statuses[500] > UNGUARDED / 2


@pytest.mark.parametrize("path", ["/slack/events", "/healthz", "/readyz", "/", "/slack/events/.."])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "TRACE", "HEAD"])
async def test_no_other_method_reaches_slacks_door(bot: Composed, path: str, method: str) -> None:
    transport = httpx.ASGITransport(bot.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://aboard") as client:
        status = (await client.request(method, path)).status_code
    open_doors = path in {"/healthz", "/readyz"} and method in {"GET", "HEAD"}
    assert status == 200 if open_doors else status in {404, 405}


TEAM, USER = {"id": "T0ACME0001"}, {"id": "U0MARTA001", "team_id": "T0ACME0001"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b"payload=%5B%5D", "application/x-www-form-urlencoded", 400),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "application/json", 400),
        (b'{"text": "\xff"}', "application/json", 400),
        (b"x" * 300 * 1024, "application/json", 413),
        (b"command=%2Faboard", "text/plain", 400),
        (b"{}", "multipart/form-data", 400),
        (b"ssl_check=1", "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_is_signed_and_yet_odd_is_refused_by_the_real_chain(
    bot: Composed, body: bytes, kind: str, status: int
) -> None:
    assert (await bot.post(body, kind)).status_code == status


async def test_a_header_of_bolts_own_does_not_skip_the_answer(bot: Composed) -> None:
    fields = {"command": "/aboard", "text": "help", "team_id": TEAM["id"], "user_id": USER["id"]}
    forged = {"x-slack-bolt-lazy-only": "1", "x-slack-bolt-lazy-function-name": "_command"}
    answer = await bot.post(urlencode(fields).encode(), headers=forged)
    assert "/onboard" in answer.json()["text"]


@pytest.mark.parametrize("field", ["text", "channel_name", "user_name"])
async def test_a_command_may_hold_the_word_payload(bot: Composed, field: str) -> None:
    answer = await bot.command("/aboard", "help", **{field: "help payload"})
    assert answer.status_code == 200


async def test_a_form_that_begins_like_json_breaks_nothing(bot: Composed) -> None:
    assert (await bot.post(b"{a=1&command=%2Faboard")).status_code < 500


@pytest.mark.parametrize("user", [{}, [], {"id": "nobody"}])
async def test_an_unreadable_press_is_answered(bot: Composed, user: object) -> None:
    press = {
        "type": "block_actions",
        "team": TEAM,
        "user": user,
        "actions": [{"action_id": "request.approve", "value": "x"}],
    }
    answer = await bot.post(urlencode({"payload": json.dumps(press)}).encode())
    assert answer.status_code == 200
