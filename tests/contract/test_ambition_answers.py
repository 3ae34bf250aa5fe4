"""What Ambition answers: errors in any shape, lists in pages, and what its lists leave out."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from sandbox.vendors import ambition as simulator
from tests.contract.test_ambition import (
    ACCOUNTS,
    EXECUTIVE,
    MEMBERSHIPS,
    AmbitionBench,
    ambition_bench,
)
from vendors.ambition_access import AmbitionAccess
from vendors.contract import Effect, Result
from vendors.errors import (
    AmbiguousError,
    PermanentError,
    RejectedError,
    ResponseError,
    UnavailableError,
)
from vendors.testing.asking import deprovision, provision, shouting
from vendors.testing.bench import ADA

SHOWN = f"GET {simulator.PREFIX}/api/v1/account/"


@pytest.fixture
async def bench() -> AsyncIterator[AmbitionBench]:
    async with ambition_bench() as bench:
        yield bench


@pytest.mark.parametrize("path", [ACCOUNTS, f"POST {simulator.PREFIX}{MEMBERSHIPS}"])
async def test_errors_inside_a_yes_are_a_no(bench: AmbitionBench, path: str) -> None:
    bench.ambition.report_errors([{"email": [f"Not allowed: {ADA.email}."]}], only=path)
    with pytest.raises(RejectedError, match="email Not allowed") as caught:
        await bench.vendor.provision(ADA, EXECUTIVE, None)
    assert ADA.email not in str(caught.value)


ERRORS: list[tuple[object, str]] = [
    ({"detail": "Malformed request."}, "Malformed request"),
    ({"non_field_errors": ["Out of seats."]}, "Out of seats"),
    ({"first_name": ["This field is required."]}, "This field is required"),
    ([{}, {"first_name": ["May not be blank."]}], "May not be blank"),
]


@pytest.mark.parametrize(("body", "words"), ERRORS)
async def test_an_error_is_told_in_any_shape(
    bench: AmbitionBench, body: object, words: str
) -> None:
    bench.faults.status(400, body=body, only=ACCOUNTS)
    with pytest.raises(RejectedError, match=words):
        await provision(bench, ADA)


async def test_only_200_to_205_are_a_yes(bench: AmbitionBench) -> None:
    bench.faults.status(207, body={"errors": []}, only=ACCOUNTS)
    with pytest.raises(AmbiguousError, match="207"):
        await provision(bench, ADA)
    bench.faults.status(206, body=[], only=SHOWN)
    with pytest.raises(UnavailableError, match="206"):
        await bench.vendor.find(ADA)


async def test_an_account_is_named_as_ambition_names_it(bench: AmbitionBench) -> None:
    bench.put(shouting(ADA), bench.access)
    outcome = await deprovision(bench, ADA)
    assert outcome.result is Result.DONE
    assert len(bench.instance.accounts) == 1


async def test_somebody_is_found_by_the_email_beside_another_username(bench: AmbitionBench) -> None:
    bench.put(ADA, bench.access)
    account = bench.instance.accounts.pop(ADA.email)
    bench.instance.accounts["sf-ada"] = replace(account, username="sf-ada")
    found = await bench.vendor.find(ADA)
    assert found is not None
    assert (found.id, found.who) == ("sf-ada", ADA.email)
    assert (await bench.vendor.deprovision(ADA, found)).result is Result.DONE
    assert list(bench.instance.accounts) == ["sf-ada"]


async def test_a_name_that_we_do_not_know_is_left_as_it_is(bench: AmbitionBench) -> None:
    bench.put(ADA, bench.access)
    nameless = replace(ADA, given_name="", family_name="")
    await bench.vendor.deprovision(nameless, await bench.vendor.find(nameless))
    account = bench.ambition.account(ADA.email)
    assert account is not None
    assert (account.first_name, account.last_name) == ("Ada", "Lovelace")


async def test_a_list_that_hides_who_is_active_is_not_believed(bench: AmbitionBench) -> None:
    bench.ambition.quirks.hides_is_active = True
    bench.put(ADA, bench.access)
    found = await bench.vendor.find(ADA)
    change = bench.vendor.plan(ADA, AmbitionAccess(), found)
    assert (change.effect, change.verifiable) == (Effect.CHANGE, False)
    outcome = await bench.vendor.provision(ADA, AmbitionAccess(), found)
    assert outcome.result is Result.UNVERIFIED
    assert (await bench.vendor.deprovision(ADA, found)).result is Result.UNVERIFIED
    assert bench.held(ADA) == []


async def test_an_instance_that_lists_nobody_is_written_to_unseen(bench: AmbitionBench) -> None:
    vendor = bench.open(lists_accounts=False)
    assert await vendor.find(ADA) is None
    assert not vendor.plan(ADA, AmbitionAccess(), None).verifiable
    assert (await vendor.provision(ADA, AmbitionAccess(), None)).result is Result.UNVERIFIED
    assert len(bench.held(ADA)) == 1
    removal = vendor.plan_removal(ADA, None)
    assert (removal.effect, removal.verifiable) == (Effect.REMOVE, False)
    assert (await vendor.deprovision(ADA, None)).result is Result.UNVERIFIED
    assert bench.held(ADA) == []
    assert bench.journal.asked("GET") == []
    with pytest.raises(PermanentError, match="proves"):
        await vendor.check()
    with pytest.raises(RejectedError, match="lists no accounts"):
        [one async for one in vendor.accounts()]


async def test_a_list_in_pages_is_read_to_its_end(bench: AmbitionBench) -> None:
    vendor = bench.open(accounts_path="/api/v3/account/")
    for number in range(150):
        bench.ambition.add(f"Person {number}", f"person-{number}@kepler.example")
    bench.put(ADA, bench.access)
    assert await vendor.find(ADA) is not None
    assert [call.path for call in bench.journal.asked("GET")] == [
        "/api/v3/account/",
        "/api/v3/account/?page=2",
    ]


async def test_an_account_that_two_pages_show_is_one(bench: AmbitionBench) -> None:
    shown = {"username": ADA.email, "email": ADA.email, "is_active": True}
    following = "https://elsewhere.example/api/v1/account/?page=2"
    for after in (following, None):
        body = {"results": [shown], "next": after}
        bench.faults.status(200, body=body, only=SHOWN)
    found = await bench.vendor.find(ADA)
    assert found is not None
    assert found.id == ADA.email


async def test_pages_without_an_end_are_not_believed(bench: AmbitionBench) -> None:
    body = {"results": [], "next": "https://elsewhere.example/api/v1/account/?page=2"}
    bench.faults.status(200, None, body=body, only=SHOWN)
    with pytest.raises(ResponseError, match="end"):
        await bench.vendor.find(ADA)
    assert len(bench.journal.calls) == 2


async def test_a_list_that_is_not_offered_is_a_wrong_setting(bench: AmbitionBench) -> None:
    bench.faults.status(405, only=SHOWN)
    with pytest.raises(PermanentError, match="set lists_accounts to false"):
        await bench.vendor.find(ADA)


async def test_every_path_ends_with_a_slash(bench: AmbitionBench) -> None:
    await bench.vendor.provision(ADA, EXECUTIVE, None)
    await bench.vendor.create_groups()
    await bench.vendor.revoke(ADA, {"Team": "Dogs"})
    paths = {call.path.partition("?")[0] for call in bench.journal.calls}
    assert len(paths) == 4
    assert all(path.endswith("/") for path in paths)


async def test_a_list_that_lags_makes_no_second_account(bench: AmbitionBench) -> None:
    bench.faults.lag(2)
    with pytest.raises(AmbiguousError, match="does not show"):
        await provision(bench, ADA)
    await provision(bench, ADA)
    assert len(bench.held(ADA)) == 1
