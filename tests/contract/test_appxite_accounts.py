"""What becomes of people at AppXite: blocked, removed by hand or by a call, refused with a 500."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from sandbox.vendors import appxite as simulator
from sandbox.vendors.appxite_shape import Removal, Shape
from tests.contract.test_appxite import BY_MAIL, LABS, OWN, AppxiteBench, appxite_bench
from vendors.appxite_access import AppxiteAccess
from vendors.contract import AccountState, Effect, Result
from vendors.errors import AmbiguousError, RejectedError
from vendors.testing.asking import deprovision, provision
from vendors.testing.bench import ADA, GRACE

LISTED = f"GET {simulator.PREFIX}/users/"


@pytest.fixture
async def bench() -> AsyncIterator[AppxiteBench]:
    async with appxite_bench() as bench:
        yield bench


async def test_without_a_call_that_removes_a_person_is_told_what_to_do(bench: AppxiteBench) -> None:
    vendor = bench.open(paths={})
    bench.put(ADA, bench.access)
    found = await vendor.find(ADA)
    removal = vendor.plan_removal(ADA, found)
    outcome = await vendor.deprovision(ADA, found)
    assert (removal.effect, outcome.result) == (Effect.BY_HAND, Result.ACTION_REQUIRED)
    assert "open AppXite → Users, and block the account" in outcome.detail
    assert [call.method for call in bench.journal.calls if "token" not in call.path] == ["GET"]


async def test_whoever_was_blocked_by_hand_is_seen_to_be(bench: AppxiteBench) -> None:
    bench.put(ADA, bench.access)
    bench.appxite.block(ADA.email)
    found = await bench.vendor.find(ADA)
    assert found is not None
    assert found.state is AccountState.INACTIVE
    assert bench.vendor.plan_removal(ADA, found).effect is Effect.ABSENT
    outcome = await bench.vendor.deprovision(ADA, found)
    assert (outcome.result, outcome.detail) == (
        Result.UNCHANGED,
        "The account is blocked at AppXite.",
    )


async def test_whoever_is_blocked_is_let_in_again_by_hand(bench: AppxiteBench) -> None:
    bench.put(ADA, bench.access)
    bench.appxite.block(ADA.email)
    assert (await provision(bench, ADA)).result is Result.ACTION_REQUIRED
    assert bench.journal.asked("POST") == []


async def test_a_call_that_blocks_removes() -> None:
    blocking = Removal("POST", "/users/{id}/block", blocks=True)
    async with appxite_bench(Shape(removal=blocking)) as other:
        path = {"method": "POST", "path": "/users/{id}/block"}
        vendor = other.open(paths={"remove_user": path})
        other.put(ADA, other.access)
        outcome = await vendor.deprovision(ADA, await vendor.find(ADA))
        assert outcome.result is Result.DONE
        assert outcome.account is not None
        assert outcome.account.state is AccountState.INACTIVE


async def test_a_removal_that_changes_nothing_is_not_believed(bench: AppxiteBench) -> None:
    bench.put(ADA, bench.access)
    bench.faults.status(200, body={}, only=bench.removal)
    with pytest.raises(AmbiguousError, match="still"):
        await deprovision(bench, ADA)


async def test_a_500_for_somebody_who_is_there_is_settled_by_the_list(bench: AppxiteBench) -> None:
    bench.put(ADA, bench.access)
    outcome = await bench.vendor.provision(ADA, bench.access, None)
    assert outcome.result is Result.UNCHANGED
    assert "error" in outcome.detail
    assert len(bench.journal.asked("POST")) == 1


async def test_a_500_for_somebody_who_is_invited_says_so(bench: AppxiteBench) -> None:
    await bench.vendor.provision(ADA, BY_MAIL, None)
    outcome = await bench.vendor.provision(ADA, BY_MAIL, None)
    assert outcome.result is Result.INVITED
    assert len(bench.held(ADA)) == 1


async def test_a_500_for_somebody_who_is_not_there_may_have_happened(bench: AppxiteBench) -> None:
    bench.faults.status(500, only=bench.creation)
    with pytest.raises(AmbiguousError) as caught:
        await provision(bench, ADA)
    assert caught.value.status == 500
    assert len(bench.journal.asked("POST")) == 1


async def test_a_500_whose_list_is_down_may_have_happened(bench: AppxiteBench) -> None:
    bench.faults.status(500, only=bench.creation)
    bench.faults.down(only="GET")
    with pytest.raises(AmbiguousError) as caught:
        await bench.vendor.provision(ADA, bench.access, None)
    assert caught.value.status == 500


async def test_whether_the_role_fits_is_left_to_people_where_none_is_shown(
    bench: AppxiteBench,
) -> None:
    bench.put(ADA, bench.other)
    change = bench.vendor.plan(ADA, bench.access, await bench.vendor.find(ADA))
    assert change.effect is Effect.KEEP
    assert len(change.risks) == 1


@pytest.mark.parametrize("by", ["name", "id"])
async def test_a_role_that_the_list_shows_is_compared(bench: AppxiteBench, by: str) -> None:
    vendor = bench.open(user_fields={"role": "Group"})
    manager = bench.appxite.manager
    shown = manager.name if by == "name" else manager.id
    user = {"Id": "7", "Email": ADA.email, "AccountState": "Active", "Group": shown}
    bench.faults.status(200, None, body=[user], only=LISTED)
    found = await vendor.find(ADA)
    assert found is not None
    assert found.access == "Manager"
    assert vendor.plan(ADA, bench.other, found).effect is Effect.KEEP
    change = vendor.plan(ADA, bench.access, found)
    assert change.effect is Effect.BY_HAND
    assert "make it Reader" in change.detail
    with pytest.raises(AmbiguousError, match="Manager"):
        await vendor.provision(ADA, bench.access, None)


async def test_names_are_known_in_any_case_and_ids_too(bench: AppxiteBench) -> None:
    by_id = AppxiteAccess(role=bench.appxite.manager.id.upper())
    assert (await bench.vendor.provision(ADA, by_id, None)).result is Result.INVITED
    by_name = AppxiteAccess(role="MANAGER")
    assert (await bench.vendor.provision(GRACE, by_name, None)).result is Result.INVITED
    assert bench.held(ADA) == bench.held(GRACE) == [f"Manager in {OWN}"]


WRONG = [
    ({"role": "Wizard"}, "no role is called Wizard"),
    ({"role": "Twin"}, "several roles are called Twin"),
    ({"role": "Reader", "identity_provider": "Wizardry"}, "no identity provider is called"),
    ({"role": "Reader", "identity_provider": "Retired"}, "Retired is switched off"),
    (
        {"role": "Reader", "identity_provider": "Account", "activate_by_email": False},
        "by mail only",
    ),
]


@pytest.mark.parametrize(("asked", "words"), WRONG)
async def test_what_appxite_does_not_have_is_refused_before_anything_is_written(
    bench: AppxiteBench, asked: dict[str, object], words: str
) -> None:
    bench.platform.add_role("Twin", 1)
    bench.platform.add_role("Twin", 2)
    bench.platform.add_provider("Retired", "old", enabled=False)
    with pytest.raises(RejectedError, match=words):
        await bench.vendor.provision(ADA, AppxiteAccess.model_validate(asked), None)
    assert bench.journal.asked("POST") == []


async def test_an_external_id_that_nobody_knows_is_refused(bench: AppxiteBench) -> None:
    access = bench.access.model_copy(update={"external_id": "github_login"})
    with pytest.raises(RejectedError, match="id at the identity provider"):
        await bench.vendor.provision(replace(ADA, github_login=None), access, None)


async def test_organizations_are_those_of_the_settings(bench: AppxiteBench) -> None:
    vendor = bench.open(organizations={"Kepler Labs": LABS})
    access = AppxiteAccess(role="Reader", organizations=("kepler labs", OWN))
    assert (await vendor.provision(ADA, access, None)).result is Result.INVITED
    assert bench.held(ADA) == [f"Reader in {LABS}, {OWN}"]
    strange = AppxiteAccess(role="Reader", organizations=("Elsewhere",))
    assert "Elsewhere" in vendor.plan(ADA, strange, None).detail
    assert (await vendor.provision(ADA, strange, None)).result is Result.ACTION_REQUIRED
    offered = {one.label: one.value for one in await vendor.choices("organizations", "")}
    assert offered == {OWN: OWN, "Kepler Labs": "Kepler Labs"}


async def test_a_provider_that_is_switched_off_is_no_choice(bench: AppxiteBench) -> None:
    bench.platform.add_provider("Retired", "old", enabled=False)
    labels = [one.label for one in await bench.vendor.choices("identity_provider", "")]
    assert labels == ["Account", "Single sign-on"]


async def test_a_profile_without_a_role_takes_a_hand(bench: AppxiteBench) -> None:
    assert bench.vendor.plan(ADA, AppxiteAccess(), None).effect is Effect.BY_HAND
    outcome = await bench.vendor.provision(ADA, AppxiteAccess(), None)
    assert outcome.result is Result.ACTION_REQUIRED
    assert bench.journal.calls == []
