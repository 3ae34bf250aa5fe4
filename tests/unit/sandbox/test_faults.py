"""Faults: what was done and what was not, what the caller sees, and how long it lasts."""

import asyncio
import email.utils
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.parts import Server
from sandbox.tenancies import AXIOM_TOKEN
from tests.unit.sandbox.conftest import HandClock

ADA = {"name": "Ada Moreno", "email": "ada@acme.example", "role": "user"}


@pytest.fixture
async def axiom(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {AXIOM_TOKEN}"}
    async with aiohttp.ClientSession(f"{server.url}/axiom/", headers=headers) as session:
        yield session


def is_there(server: Server) -> bool:
    return server.axiom.user("ada@acme.example") is not None


async def test_down_stays_down_until_it_is_cleared(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.down()
    for _ in range(2):
        async with axiom.post("v2/users", json=ADA) as answer:
            assert (answer.status, await answer.json()) == (503, {"message": "service unavailable"})
    assert not is_there(server)
    server.axiom.faults.clear()
    async with axiom.post("v2/users", json=ADA) as answer:
        assert answer.status == 200


async def test_a_lost_answer_was_work_done(server: Server, axiom: aiohttp.ClientSession) -> None:
    server.axiom.faults.lose_answer(only="POST")
    async with axiom.get("v2/users") as answer:
        assert answer.status == 200, "the fault waits for a POST"
    with pytest.raises(aiohttp.ClientConnectionError):
        await axiom.post("v2/users", json=ADA)
    assert is_there(server)
    assert server.axiom.journal.calls[-1].status is None
    assert not server.axiom.faults.active("lost")


async def test_a_refused_connection_was_no_work(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.refuse_before()
    with pytest.raises(aiohttp.ClientConnectionError):
        await axiom.post("v2/users", json=ADA)
    assert not is_there(server)


async def test_a_status_is_answered_as_often_as_asked(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.status(418, 2, headers={"X-Tea": "pot"})
    statuses = []
    for _ in range(3):
        async with axiom.get("v2/users") as answer:
            statuses.append((answer.status, answer.headers.get("X-Tea")))
    assert statuses == [(418, "pot"), (418, "pot"), (200, None)]


async def test_every_hint_to_wait_has_its_own_form(
    server: Server, axiom: aiohttp.ClientSession, clock: HandClock
) -> None:
    async def hinted(hint: str) -> dict[str, str]:
        server.axiom.faults.rate_limit(hint=hint, seconds=30)
        async with axiom.get("v2/users") as answer:
            assert (answer.status, (await answer.json())["message"]) == (429, "rate limit exceeded")
            return dict(answer.headers)

    assert (await hinted("retry-after"))["Retry-After"] == "30"
    date = email.utils.parsedate_to_datetime((await hinted("retry-after-date"))["Retry-After"])
    assert date.timestamp() == clock.now + 30
    assert (await hinted("reset"))["X-RateLimit-Reset"] == str(int(clock.now) + 30)
    silent = await hinted("none")
    assert not {"Retry-After", "X-RateLimit-Reset"} & silent.keys()
    assert silent["X-Axiom-Trace-Id"]


async def test_a_redirect_and_a_page_do_nothing(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.redirect("http://127.0.0.1:9/elsewhere")
    async with axiom.post("v2/users", json=ADA, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "http://127.0.0.1:9/elsewhere")
    server.axiom.faults.html(404)
    async with axiom.post("v2/users", json=ADA) as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")
    assert not is_there(server)


async def test_half_an_answer_ends_in_an_error(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.truncated()
    with pytest.raises(aiohttp.ClientError):
        async with axiom.get("v2/users") as answer:
            await answer.read()


async def test_nonsense_comes_under_a_good_status(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.nan()
    server.axiom.faults.huge(2_000_000)
    async with axiom.get("v2/users") as answer:
        assert (answer.status, await answer.read()) == (200, b'{"id": NaN}')
    async with axiom.get("v2/users") as answer:
        assert (answer.status, len(await answer.read())) == (200, 2_000_002)


async def test_a_hanging_answer_hangs_until_it_is_let_go(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.hang()
    asking = asyncio.create_task(axiom.post("v2/users", json=ADA))
    await server.changes.until(lambda: is_there(server) and not server.axiom.faults.active("hang"))
    done, _ = await asyncio.wait({asking}, timeout=0.05)
    assert not done
    server.axiom.faults.clear()
    with pytest.raises(aiohttp.ClientConnectionError):
        await asking


async def test_a_dripping_answer_is_whole_in_the_end(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.drip(0)
    async with axiom.get("v2/users") as answer:
        users = json.loads(await answer.read())
    assert len(users) == len(server.axiom.users)


async def test_latency_delays_and_changes_nothing(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.latency(0.01, times=1)
    async with axiom.post("v2/users", json=ADA) as answer:
        assert answer.status == 200


async def test_a_lagging_list_misses_what_is_new_for_a_while(
    server: Server, axiom: aiohttp.ClientSession
) -> None:
    server.axiom.faults.lag(2)
    async with axiom.post("v2/users", json=ADA) as created:
        number = (await created.json())["id"]
    seen = []
    for _ in range(3):
        async with axiom.get("v2/users") as answer:
            seen.append(any(user["id"] == number for user in await answer.json()))
    assert seen == [False, False, True]


async def test_the_oldest_fault_strikes_first(server: Server, axiom: aiohttp.ClientSession) -> None:
    server.axiom.faults.status(500, 1)
    server.axiom.faults.status(501, 1)
    statuses = []
    for _ in range(3):
        async with axiom.get("v2/users") as answer:
            statuses.append(answer.status)
    assert statuses == [500, 501, 200]
