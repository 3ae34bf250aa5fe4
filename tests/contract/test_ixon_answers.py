"""IXON's lists and answers: pages, one instead of a list, refusals, and the lock-out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.vendors import ixon as simulator
from tests.contract.test_ixon import (
    IxonBench,
    ixon_bench,
)
from vendors.contract import Result
from vendors.errors import (
    AmbiguousError,
    CredentialError,
    RateLimitError,
    RejectedError,
    ResponseError,
)
from vendors.testing.asking import deprovision, failure, provision
from vendors.testing.bench import ADA


@pytest.fixture
async def bench() -> AsyncIterator[IxonBench]:
    """Lend a vendor that knows the names of roles and groups, as it does after its check."""
    async with ixon_bench() as bench:
        yield bench


@dataclass
class Endless:
    """A list whose pages never come to an end, or come back to the one before."""

    repeats: bool
    pages: int = 0

    async def mishap(self, _request: web.Request, _handler: Handler) -> web.StreamResponse:
        """Answer with an empty page and more after it."""
        self.pages += 1
        after = "again" if self.repeats else f"page {self.pages}"
        body = {"status": "success", "type": "User", "data": [], "moreAfter": after}
        return web.json_response(body)


@pytest.mark.parametrize("single", [False, True], ids=["list", "object"])
async def test_a_list_of_one_may_come_as_the_one(bench: IxonBench, *, single: bool) -> None:
    bench.ixon.quirks.single_as_object = single
    outcome = await provision(bench, ADA)
    assert outcome.result is Result.INVITED
    assert (await deprovision(bench, ADA)).result is Result.DONE


async def test_lists_are_read_to_their_end(bench: IxonBench) -> None:
    for number in range(260):
        bench.company.add_user(f"Person {number}", f"person-{number}@kepler.example")
    bench.put(ADA, bench.access)
    assert await bench.vendor.find(ADA) is not None
    pages = bench.journal.asked("GET", "/users")
    assert len(pages) == 2
    assert "page-after=" in pages[1].path
    assert len([one async for one in bench.vendor.accounts()]) == 261


@pytest.mark.parametrize("ends", ["never", "twice"])
async def test_a_list_without_an_end_is_not_believed(bench: IxonBench, ends: str) -> None:
    users = Endless(repeats=ends == "twice")
    bench.faults.plant("endless", users.mishap, None, f"GET {simulator.PREFIX}/users")
    with pytest.raises(ResponseError, match="end"):
        await bench.vendor.find(ADA)
    assert users.pages == (2 if users.repeats else 200)


async def test_a_yes_that_is_no_success_may_have_happened(bench: IxonBench) -> None:
    body = {"status": "error", "type": "Error", "data": []}
    bench.faults.status(200, body=body, only=bench.creation)
    assert type(await failure(provision(bench, ADA), bench)) is AmbiguousError
    bench.faults.status(202, body={**body, "status": "success"}, only=bench.creation)
    assert type(await failure(provision(bench, ADA), bench)) is AmbiguousError


async def test_a_refusal_says_what_ixon_says(bench: IxonBench) -> None:
    body = {"data": [{"message": "Required header", "propertyName": "Api-Company"}]}
    bench.faults.status(400, body=body, only="GET")
    with pytest.raises(RejectedError, match="Required header Api-Company"):
        await bench.vendor.find(ADA)


async def test_after_a_429_nothing_is_sent_for_ten_minutes(bench: IxonBench) -> None:
    bench.faults.rate_limit(hint="retry-after", seconds=90, only=bench.creation)
    with pytest.raises(RateLimitError) as first:
        await provision(bench, ADA)
    assert first.value.retry_after == 600
    sent = len(bench.journal.calls)
    bench.now += timedelta(minutes=4)
    for again in (bench.vendor.find(ADA), bench.vendor.provision(ADA, bench.access, None)):
        with pytest.raises(RateLimitError) as second:
            await again
        assert second.value.retry_after == 360
    assert len(bench.journal.calls) == sent
    bench.now += timedelta(minutes=6)
    assert (await provision(bench, ADA)).result is Result.INVITED


async def test_a_token_of_another_application_is_refused(bench: IxonBench) -> None:
    stranger = bench.open(application="An0therApp00")
    with pytest.raises(CredentialError):
        await stranger.check()


async def test_a_list_without_any_email_is_not_believed(bench: IxonBench) -> None:
    bench.company.add_user("Nobody", None)
    with pytest.raises(ResponseError, match="without their e-mail"):
        await bench.vendor.find(ADA)
