"""Ambition's groups: one of each type, only allowed ones, and seldom shown."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.vendors import ambition as simulator
from tests.contract.test_ambition import (
    ALLOWED,
    EXECUTIVE,
    MEMBERSHIPS,
    AmbitionBench,
    ambition_bench,
)
from vendors.ambition import Ambition
from vendors.ambition_access import AmbitionAccess
from vendors.contract import AccountState, Effect, Result
from vendors.errors import AmbiguousError, PermanentError, RejectedError
from vendors.testing.bench import ADA, GRACE

CATS = AmbitionAccess(groups={"Team": "Cats"})
SHOWN = f"GET {simulator.PREFIX}{MEMBERSHIPS}"


@pytest.fixture
async def bench() -> AsyncIterator[AmbitionBench]:
    async with ambition_bench() as bench:
        yield bench


def open_with_groups(bench: AmbitionBench, **given: object) -> Ambition:
    """Have the instance list its memberships, which no document promises."""

    async def listed(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        rows = [
            {"username": one.username, "group_type": kind, "group_name": group}
            for one in bench.instance.accounts.values()
            for kind, group in one.groups.items()
        ]
        return web.json_response(rows)

    bench.faults.plant("groups", listed, None, SHOWN)
    return bench.open(lists_memberships=True, **given)


async def test_groups_that_are_not_shown_are_given_and_not_called_done(
    bench: AmbitionBench,
) -> None:
    planned = bench.vendor.plan(ADA, EXECUTIVE, None)
    outcome = await bench.vendor.provision(ADA, EXECUTIVE, None)
    assert (planned.effect, planned.verifiable) == (Effect.CREATE, False)
    assert outcome.result is Result.UNVERIFIED
    assert outcome.account is not None
    assert bench.held(ADA) == [outcome.account.access] == [planned.after]


async def test_groups_that_are_not_shown_are_given_again_and_move_nobody(
    bench: AmbitionBench,
) -> None:
    bench.put(ADA, EXECUTIVE)
    found = await bench.vendor.find(ADA)
    change = bench.vendor.plan(ADA, CATS, found)
    assert (change.effect, change.verifiable) == (Effect.CHANGE, False)
    assert "into Cats (Team), and out of any other Team" in change.detail
    assert (await bench.vendor.provision(ADA, CATS, found)).result is Result.UNVERIFIED
    assert bench.held(ADA) == ["Role: Account Executive; Team: Cats"]
    assert (await bench.vendor.provision(ADA, CATS, found)).result is Result.UNVERIFIED
    assert [call.path for call in bench.written()] == [MEMBERSHIPS, MEMBERSHIPS]


async def test_a_second_assignment_of_a_type_is_shown_as_a_move(bench: AmbitionBench) -> None:
    vendor = open_with_groups(bench)
    bench.put(ADA, EXECUTIVE)
    found = await vendor.find(ADA)
    change = vendor.plan(ADA, CATS, found)
    assert (change.effect, [change.before]) == (Effect.CHANGE, bench.held(ADA))
    assert change.detail == "Move the person from Dogs to Cats (Team)."
    assert change.verifiable
    outcome = await vendor.provision(ADA, CATS, found)
    assert (outcome.result, bench.held(ADA)) == (Result.DONE, [change.after])
    again = await vendor.provision(ADA, CATS, await vendor.find(ADA))
    assert again.result is Result.UNCHANGED


async def test_a_type_that_is_not_asked_for_stays(bench: AmbitionBench) -> None:
    vendor = open_with_groups(bench)
    bench.put(ADA, CATS)
    access = AmbitionAccess(groups={"Role": "Support"})
    found = await vendor.find(ADA)
    assert vendor.plan(ADA, access, found).detail == "Put the person into Support (Role)."
    assert (await vendor.provision(ADA, access, found)).result is Result.DONE
    assert bench.held(ADA) == ["Role: Support; Team: Cats"]


async def test_groups_that_are_shown_and_differ_are_not_called_done(bench: AmbitionBench) -> None:
    vendor = open_with_groups(bench)
    bench.put(ADA, EXECUTIVE)
    found = await vendor.find(ADA)
    bench.faults.status(201, body={"errors": []}, only=f"POST {simulator.PREFIX}{MEMBERSHIPS}")
    with pytest.raises(AmbiguousError, match="Dogs"):
        await vendor.provision(ADA, CATS, found)


async def test_memberships_that_are_not_listed_after_all_are_a_wrong_setting(
    bench: AmbitionBench,
) -> None:
    vendor = bench.open(lists_memberships=True)
    with pytest.raises(PermanentError, match="set lists_memberships to false"):
        await vendor.find(ADA)


@pytest.mark.parametrize("groups", [{"Team": "Dog"}, {"Squad": "Dogs"}])
async def test_a_group_that_is_not_allowed_is_never_sent(
    bench: AmbitionBench, groups: dict[str, str]
) -> None:
    access = AmbitionAccess(groups=groups)
    change = bench.vendor.plan(ADA, access, None)
    outcome = await bench.vendor.provision(ADA, access, None)
    assert (change.effect, outcome.result) == (Effect.BY_HAND, Result.ACTION_REQUIRED)
    assert next(iter(groups)) in outcome.detail
    assert bench.journal.calls == []


async def test_groups_of_profiles_can_be_allowed_too(bench: AmbitionBench) -> None:
    birds = AmbitionAccess(groups={"Team": "Birds", "Office": "Oslo"})
    settings = bench.settings().allowing([birds])
    vendor = Ambition(settings, bench.tools())
    bench.opened.append(vendor)
    assert (await vendor.provision(ADA, birds, None)).result is Result.UNVERIFIED
    offered = [one.value for one in await vendor.choices("groups", "")]
    assert {"Team: Birds", "Office: Oslo", "Team: Dogs"} <= set(offered)
    assert bench.vendor.plan(ADA, birds, None).effect is Effect.BY_HAND


async def test_a_group_is_sent_in_the_case_in_which_it_is_allowed(bench: AmbitionBench) -> None:
    await bench.vendor.provision(ADA, AmbitionAccess(groups={"team": "DOGS"}), None)
    assert bench.held(ADA) == ["Team: Dogs"]


async def test_a_choice_can_be_asked_for(bench: AmbitionBench) -> None:
    [choice] = await bench.vendor.choices("groups", "dogs")
    access = AmbitionAccess.model_validate({"groups": [choice.value]})
    assert access.groups == {"Team": "Dogs"}


async def test_a_membership_may_be_sent_as_the_pages_table_has_it(bench: AmbitionBench) -> None:
    vendor = bench.open(membership_shape="rows")
    await vendor.provision(ADA, CATS, None)
    row = {"username": ADA.email, "group_type": "Team", "group_name": "Cats"}
    assert bench.written()[-1].body == [row]
    assert bench.held(ADA) == ["Team: Cats"]


async def test_a_membership_is_revoked_by_a_delete_with_a_body(bench: AmbitionBench) -> None:
    bench.put(ADA, EXECUTIVE)
    outcome = await bench.vendor.revoke(ADA, {"Team": "Dogs"})
    assert outcome.result is Result.UNVERIFIED
    assert bench.held(ADA) == ["Role: Account Executive"]
    [call] = bench.journal.asked("DELETE")
    assert (call.path, call.body) == (MEMBERSHIPS, [{"username": ADA.email, "Team": "Dogs"}])
    assert (await bench.vendor.revoke(GRACE, {"Team": "Dogs"})).result is Result.UNCHANGED


async def test_a_revocation_is_seen_where_groups_are_shown(bench: AmbitionBench) -> None:
    vendor = open_with_groups(bench)
    bench.put(ADA, EXECUTIVE)
    assert (await vendor.revoke(ADA, {"Team": "Dogs"})).result is Result.DONE
    bench.put(ADA, EXECUTIVE)
    bench.faults.status(204, only="DELETE")
    with pytest.raises(AmbiguousError, match="still"):
        await vendor.revoke(ADA, {"Team": "Dogs"})


async def test_whoever_leaves_can_be_taken_out_of_groups_too(bench: AmbitionBench) -> None:
    vendor = open_with_groups(bench, revoke_groups=True)
    bench.put(ADA, EXECUTIVE)
    outcome = await vendor.deprovision(ADA, await vendor.find(ADA))
    assert outcome.result is Result.DONE
    account = bench.ambition.account(ADA.email)
    assert account is not None
    assert (account.is_active, account.groups) == (False, {})


async def test_types_and_groups_are_created_by_two_calls(bench: AmbitionBench) -> None:
    bench.ambition.quirks.creates_groups = False
    with pytest.raises(RejectedError, match="Team Group … does not exist"):
        await bench.vendor.provision(ADA, EXECUTIVE, None)
    await bench.vendor.create_groups()
    assert bench.instance.groups == {kind: set(names) for kind, names in ALLOWED.items()}
    found = await bench.vendor.find(ADA)
    assert (await bench.vendor.provision(ADA, EXECUTIVE, found)).result is Result.UNVERIFIED
    assert bench.held(ADA) == [EXECUTIVE.text]


async def test_whoever_was_deactivated_is_brought_back(bench: AmbitionBench) -> None:
    bench.put(ADA, CATS)
    await bench.vendor.deprovision(ADA, await bench.vendor.find(ADA))
    found = await bench.vendor.find(ADA)
    assert found is not None
    assert found.state is AccountState.INACTIVE
    change = bench.vendor.plan(ADA, AmbitionAccess(), found)
    assert (change.effect, change.before) == (Effect.CHANGE, "a deactivated account")
    outcome = await bench.vendor.provision(ADA, AmbitionAccess(), found)
    assert (outcome.result, bench.held(ADA)) == (Result.DONE, ["Team: Cats"])
