"""The ways to write to Ambition: CSV, the User API, and both directions at once."""

from collections.abc import AsyncIterator, Sequence

import pytest

from sandbox.vendors.ambition import AmbitionTenant
from sandbox.vendors.ambition_user_api import UserApi
from tests.contract.test_ambition import (
    ACCOUNTS,
    EXECUTIVE,
    TOKEN,
    AmbitionBench,
    ambition_bench,
)
from vendors.ambition_access import AmbitionAccess, Deactivation
from vendors.contract import End, Outcome, Person, Result
from vendors.errors import (
    AmbiguousError,
    RejectedError,
)
from vendors.testing.bench import ADA, GRACE

GONE = Deactivation()
EDSGER = Person("U0EDSGER", "edsger@kepler.example", "Edsger", "Dijkstra")
LINUS = Person("U0LINUS", "linus@kepler.example", "Linus, the “first”", "O'Torvalds")
MAPPED = {
    "username": "login",
    "email": "mail",
    "first_name": "given",
    "last_name": "family",
    "is_active": "works_here",
}


def results(ends: Sequence[End]) -> list[Result]:
    return [end.result for end in ends if isinstance(end, Outcome)]


@pytest.fixture
async def bench() -> AsyncIterator[AmbitionBench]:
    async with ambition_bench() as bench:
        yield bench


async def test_rows_may_go_as_csv(bench: AmbitionBench) -> None:
    vendor = bench.open(content_type="csv")
    outcome = await vendor.provision(LINUS, EXECUTIVE, None)
    assert outcome.result is Result.UNVERIFIED
    assert bench.held(LINUS) == [EXECUTIVE.text]
    account = bench.written()[0]
    assert account.headers["content-type"] == "text/csv"
    assert account.body == (
        "username,email,first_name,last_name,is_active\r\n"
        'linus@kepler.example,linus@kepler.example,"Linus, the “first”",O\'Torvalds,true\r\n'
    )
    assert (await vendor.deprovision(LINUS, await vendor.find(LINUS))).result is Result.DONE
    assert bench.held(LINUS) == []
    assert "false" in str(bench.written()[-1].body)


async def test_csv_never_has_an_empty_cell(bench: AmbitionBench) -> None:
    vendor = bench.open(content_type="csv")
    dogs = AmbitionAccess(groups={"Team": "Dogs"})
    ends = await vendor.provision_many([(ADA, EXECUTIVE, None), (GRACE, dogs, None)])
    assert [end.result for end in ends if isinstance(end, Outcome)] == [Result.UNVERIFIED] * 2
    assert (bench.held(ADA), bench.held(GRACE)) == ([EXECUTIVE.text], ["Team: Dogs"])
    sent = [call.body for call in bench.written()]
    assert len(sent) == 3
    assert all(",," not in str(body) and ",\r\n" not in str(body) for body in sent)


@pytest.mark.parametrize("kind", ["json", "csv"])
async def test_the_user_api_takes_one_flat_row_with_the_customers_names(kind: str) -> None:
    integration = UserApi("/hooks/users/7/", kind == "csv", MAPPED, {"Role": "job", "Team": "crew"})
    async with ambition_bench(AmbitionTenant(TOKEN, integration)) as bench:
        groups = {"Role": "job", "Team": "crew"}
        api = {"endpoint": f"{bench.url}/hooks/users/7", "fields": MAPPED, "groups": groups}
        vendor = bench.open(mode="user_api", content_type=kind, user_api=api)
        assert (await vendor.provision(ADA, EXECUTIVE, None)).result is Result.UNVERIFIED
        assert bench.held(ADA) == [EXECUTIVE.text]
        [call] = bench.written()
        assert call.path == "/hooks/users/7/"
        found = await vendor.find(ADA)
        assert (await vendor.deprovision(ADA, found)).result is Result.DONE
        assert bench.held(ADA) == []


async def test_a_type_that_the_user_api_does_not_carry_takes_a_hand(bench: AmbitionBench) -> None:
    api = {"endpoint": "/hooks/users/7/", "groups": {"Role": "job"}}
    vendor = bench.open(mode="user_api", user_api=api)
    outcome = await vendor.provision(ADA, EXECUTIVE, None)
    assert outcome.result is Result.ACTION_REQUIRED
    assert "Team" in outcome.detail


async def test_some_come_and_some_go_by_a_single_request(bench: AmbitionBench) -> None:
    bench.put(GRACE, bench.access)
    grace = await bench.vendor.find(GRACE)
    ends = await bench.vendor.exchange([(GRACE, GONE, grace), (ADA, AmbitionAccess(), None)])
    assert results(ends) == [Result.DONE] * 2
    assert (len(bench.held(ADA)), bench.held(GRACE)) == (1, [])
    [call] = bench.written()
    assert isinstance(call.body, list)
    assert [row["is_active"] for row in call.body] == [False, True]


async def test_who_leaves_and_who_comes_stand_in_one_csv_as_the_page_has_it(
    bench: AmbitionBench,
) -> None:
    bench.put(GRACE, bench.access)
    vendor = bench.open(content_type="csv")
    grace = await vendor.find(GRACE)
    ends = await vendor.exchange([(ADA, AmbitionAccess(), None), (GRACE, GONE, grace)])
    assert results(ends) == [Result.DONE] * 2
    [call] = bench.written()
    assert call.body == (
        "username,email,first_name,last_name,is_active\r\n"
        f"{ADA.email},{ADA.email},Ada,Lovelace,true\r\n"
        f"{GRACE.email},{GRACE.email},Grace,Hopper,false\r\n"
    )


async def test_a_refused_exchange_ends_for_each_alone(bench: AmbitionBench) -> None:
    bench.put(GRACE, bench.access)
    grace = await bench.vendor.find(GRACE)
    wrong = Person("U1", "no-address", "No", "Address")
    ends = await bench.vendor.exchange(
        [(wrong, AmbitionAccess(), None), (GRACE, GONE, grace), (ADA, AmbitionAccess(), None)]
    )
    assert [type(end) for end in ends] == [RejectedError, Outcome, Outcome]
    assert (len(bench.held(ADA)), bench.held(GRACE)) == (1, [])


async def test_an_exchange_that_is_lost_may_have_happened_for_everybody(
    bench: AmbitionBench,
) -> None:
    bench.put(GRACE, bench.access)
    grace = await bench.vendor.find(GRACE)
    bench.faults.lose_answer(only=ACCOUNTS)
    ends = await bench.vendor.exchange([(ADA, AmbitionAccess(), None), (GRACE, GONE, grace)])
    assert [type(end) for end in ends] == [AmbiguousError, AmbiguousError]


async def test_an_exchange_writes_nothing_for_those_who_need_nothing(bench: AmbitionBench) -> None:
    bench.put(ADA, bench.access)
    bench.put(GRACE, bench.access)
    found = {one: await bench.vendor.find(one) for one in (ADA, GRACE)}
    ends = await bench.vendor.exchange(
        [
            (ADA, AmbitionAccess(), found[ADA]),
            (LINUS, GONE, None),
            (GRACE, GONE, found[GRACE]),
            (EDSGER, AmbitionAccess(), None),
        ]
    )
    assert results(ends) == [Result.UNCHANGED, Result.UNCHANGED, Result.DONE, Result.DONE]
    [call] = bench.written()
    assert isinstance(call.body, list)
    assert [row["username"] for row in call.body] == [GRACE.email, EDSGER.email]


async def test_nobody_comes_and_leaves_in_one_exchange(bench: AmbitionBench) -> None:
    first, second = await bench.vendor.exchange([(ADA, AmbitionAccess(), None), (ADA, GONE, None)])
    assert isinstance(first, Outcome)
    assert isinstance(second, RejectedError)
    assert "named twice" in second.sentence
