"""Every fault works on IXON, AppXite and Ambition: what the caller sees, and what was done."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import aiohttp
import pytest

from sandbox.changes import Changes
from sandbox.faults import Faults
from sandbox.vendors import ambition, appxite, ixon
from sandbox.vendors.journal import Journal
from tests.unit.sandbox import ambition_house, appxite_house, ixon_house
from tests.unit.sandbox.conftest import HandClock
from tests.unit.sandbox.vendor_house import Asking, served

ADA = "ada@acme.example"


@dataclass
class Bench:
    """One simulator, the call that lists there, and the one that creates Ada."""

    faults: Faults
    journal: Journal
    changes: Changes
    asking: Asking
    listing: str
    creating: str
    body: object
    is_there: Callable[[], bool]

    async def read(self) -> tuple[int, bytes]:
        url = f"{self.asking.url}{self.listing}"
        async with self.asking.http.get(url, headers=self.asking.headers) as answer:
            return answer.status, await answer.read()

    async def create(self) -> int:
        return (await self.asking.ask("POST", self.creating, self.body))[0]


@pytest.fixture(params=["ixon", "appxite", "ambition"])
async def bench(
    request: pytest.FixtureRequest, clock: HandClock, http: aiohttp.ClientSession
) -> AsyncIterator[Bench]:
    opening = {"ixon": _ixon, "appxite": _appxite, "ambition": _ambition}[request.param]
    async for bench in opening(clock, http):
        yield bench


async def _ixon(clock: HandClock, http: aiohttp.ClientSession) -> AsyncIterator[Bench]:
    changes = Changes()
    one = ixon.Ixon(changes, clock, ixon_house.TENANT)
    async with served(ixon.PREFIX, one.app(), one.faults) as url:
        asking = Asking(http, url, ixon_house.HEADERS)
        body = [ixon_house.invitation(one)]
        known = lambda: bool(one.invites(ADA))  # noqa: E731 - a predicate in one line
        listing = "/invites?fields=emailAddress"
        yield Bench(one.faults, one.journal, changes, asking, listing, "/invites", body, known)


async def _appxite(clock: HandClock, http: aiohttp.ClientSession) -> AsyncIterator[Bench]:
    changes = Changes()
    one = appxite.AppXite(changes, clock, appxite_house.TENANT)
    one.tokens.give_for_good(appxite_house.BEARER)
    async with served(appxite.PREFIX, one.app(), one.faults) as url:
        asking = Asking(http, url, appxite_house.HEADERS)
        body = appxite_house.invitation(appxite_house.person(one))
        known = lambda: one.user(ADA) is not None  # noqa: E731 - a predicate in one line
        creating = "/users/invite"
        yield Bench(one.faults, one.journal, changes, asking, "/users/", creating, body, known)


async def _ambition(clock: HandClock, http: aiohttp.ClientSession) -> AsyncIterator[Bench]:
    changes = Changes()
    tenant = ambition.AmbitionTenant(ambition_house.TOKEN)
    one = ambition.Ambition(changes, clock, tenant)
    async with served(ambition.PREFIX, one.app(), one.faults) as url:
        asking = Asking(http, url, ambition_house.HEADERS)
        body = [ambition_house.row()]
        known = lambda: one.account(ADA) is not None  # noqa: E731 - a predicate in one line
        path = "/api/v1/account/"
        yield Bench(one.faults, one.journal, changes, asking, path, path, body, known)


@pytest.mark.parametrize(
    ("plant", "status"),
    [
        (lambda faults: faults.down(), 503),
        (lambda faults: faults.status(418), 418),
        (lambda faults: faults.rate_limit(), 429),
        (lambda faults: faults.redirect("http://127.0.0.1:9/elsewhere"), 302),
        (lambda faults: faults.html(404), 404),
    ],
    ids=["down", "status", "rate_limit", "redirect", "html"],
)
async def test_nothing_is_done_behind_another_answer(
    bench: Bench, plant: Callable[[Faults], None], status: int
) -> None:
    plant(bench.faults)
    assert await bench.create() == status
    assert not bench.is_there()
    assert bench.journal.calls[-1].status == status
    bench.faults.clear()
    assert await bench.create() in {200, 201}
    assert bench.is_there()


@pytest.mark.parametrize("fault", ["refuse_before", "lose_answer"])
async def test_a_dropped_connection_was_work_done_or_not(bench: Bench, fault: str) -> None:
    getattr(bench.faults, fault)(only="POST")
    assert (await bench.read())[0] == 200, "the fault waits for a POST"
    with pytest.raises(aiohttp.ClientConnectionError):
        await bench.create()
    assert bench.is_there() == (fault == "lose_answer")
    assert bench.journal.calls[-1].status is None


async def test_whoever_hangs_has_done_the_work_already(bench: Bench) -> None:
    bench.faults.hang(only="POST")
    asking = asyncio.create_task(bench.create())
    await bench.changes.until(lambda: not bench.faults.active("hang"))
    done, _ = await asyncio.wait({asking}, timeout=0.05)
    assert (done, bench.is_there()) == (set(), True)
    bench.faults.clear()
    with pytest.raises(aiohttp.ClientConnectionError):
        await asking


async def test_a_dripping_and_a_late_answer_are_whole(bench: Bench) -> None:
    _, whole = await bench.read()
    bench.faults.drip(0)
    assert await bench.read() == (200, whole)
    bench.faults.latency(0.01, times=1)
    assert await bench.read() == (200, whole)


async def test_half_an_answer_ends_in_an_error(bench: Bench) -> None:
    bench.faults.truncated()
    with pytest.raises(aiohttp.ClientError):
        await bench.read()


async def test_nonsense_comes_under_a_good_status(bench: Bench) -> None:
    bench.faults.nan()
    bench.faults.huge(2_000_000)
    assert await bench.read() == (200, b'{"id": NaN}')
    status, body = await bench.read()
    assert (status, len(body)) == (200, 2_000_002)


async def test_a_lagging_list_misses_what_is_new_for_a_while(bench: Bench) -> None:
    bench.faults.lag(2)
    assert await bench.create() in {200, 201}
    seen = [ADA in json.dumps(json.loads((await bench.read())[1])) for _ in range(3)]
    assert seen == [False, False, True]
