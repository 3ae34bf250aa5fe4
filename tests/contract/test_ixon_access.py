"""IXON's access: roles in groups, by name and by id, changed to exactly what was asked."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.test_ixon import (
    ADMINISTRATOR,
    OPERATOR,
    IxonBench,
    ixon_bench,
)
from vendors.contract import AccountState, Choice, Effect, Result
from vendors.errors import (
    RejectedError,
)
from vendors.ixon_access import Grant, IxonAccess
from vendors.testing.bench import ADA, NOW


@pytest.fixture
async def bench() -> AsyncIterator[IxonBench]:
    """Lend a vendor that knows the names of roles and groups, as it does after its check."""
    async with ixon_bench() as bench:
        yield bench


async def test_grants_groups_and_roles_have_choices(bench: IxonBench) -> None:
    pairs = await bench.vendor.choices("grants", "operator")
    assert [one.label for one in pairs] == ["Operator in Kepler"]
    assert IxonAccess.model_validate({"grants": [pairs[0].value]}).grants[0].role in pairs[0].value
    groups = await bench.vendor.choices("grants.group", "")
    assert [one.label for one in groups] == ["Kepler"]
    roles = await bench.vendor.choices("grants.role", "ADMIN")
    assert [one.label for one in roles] == ["Administrator"]
    assert await bench.vendor.choices("grants", "no such thing") == list[Choice]()
    assert await bench.vendor.choices("message", "") == list[Choice]()
    with pytest.raises(ValueError, match="nonsense"):
        await bench.vendor.choices("nonsense", "")


async def test_a_choice_is_a_pair_that_ixon_allows(bench: IxonBench) -> None:
    bench.company.add_group("Workshop")
    labels = [one.label for one in await bench.vendor.choices("grants", "")]
    assert labels[0].endswith("in Kepler")
    assert "Operator in Workshop" in labels
    assert "Administrator in Workshop" not in labels


async def test_public_ids_are_names_too(bench: IxonBench) -> None:
    group, role = bench.ixon.company_group.public_id, bench.ixon.operator.public_id
    access = IxonAccess(grants=(Grant(group=group, role=role),))
    outcome = await bench.vendor.provision(ADA, access, None)
    assert (outcome.result, bench.held(ADA)) == (Result.INVITED, ["Operator in Kepler"])
    again = await bench.vendor.provision(ADA, access, await bench.vendor.find(ADA))
    assert again.result is Result.UNCHANGED


async def test_names_are_known_in_any_case(bench: IxonBench) -> None:
    access = IxonAccess(grants=(Grant(group="kepler", role="OPERATOR"),))
    outcome = await bench.vendor.provision(ADA, access, None)
    assert outcome.result is Result.INVITED
    found = await bench.vendor.find(ADA)
    assert bench.vendor.plan(ADA, access, found).effect is Effect.KEEP


WRONG = [
    (Grant(group="Kepler", role="Wizard"), "no role is called Wizard"),
    (Grant(group="Atlantis", role="Operator"), "no group is called Atlantis"),
    (Grant(group="Workshop", role="Administrator"), "does not let the role Administrator"),
    (Grant(group="Twins", role="Operator"), "several groups are called Twins"),
]


@pytest.mark.parametrize(("grant", "words"), WRONG)
async def test_what_ixon_does_not_have_is_refused_before_anything_is_written(
    bench: IxonBench, grant: Grant, words: str
) -> None:
    for name in ("Workshop", "Twins", "Twins"):
        bench.company.add_group(name)
    with pytest.raises(RejectedError, match=words):
        await bench.vendor.provision(ADA, IxonAccess(grants=(OPERATOR, grant)), None)
    assert bench.journal.asked("POST") == []


async def test_a_new_name_is_looked_up_before_it_is_refused(bench: IxonBench) -> None:
    bench.company.add_group("Workshop")
    access = IxonAccess(grants=(Grant(group="Workshop", role="Operator"),))
    outcome = await bench.vendor.provision(ADA, access, None)
    assert outcome.result is Result.INVITED


async def test_names_are_read_again_after_a_minute(bench: IxonBench) -> None:
    await bench.vendor.find(ADA)
    assert bench.journal.asked("GET", "/roles") == []
    bench.now += timedelta(minutes=1)
    await bench.vendor.find(ADA)
    assert len(bench.journal.asked("GET", "/roles")) == 1


async def test_a_profile_without_a_group_takes_a_hand(bench: IxonBench) -> None:
    assert bench.vendor.plan(ADA, IxonAccess(), None).effect is Effect.BY_HAND
    outcome = await bench.vendor.provision(ADA, IxonAccess(), None)
    assert outcome.result is Result.ACTION_REQUIRED
    assert bench.journal.calls == []


async def test_an_invitation_with_other_access_is_changed_and_stays_one(bench: IxonBench) -> None:
    for name in ("Workshop", "Harbour"):
        bench.company.add_group(name)
    workshop, harbour = (Grant(group=one, role="Operator") for one in ("Workshop", "Harbour"))
    invite = bench.invited(ADA, IxonAccess(grants=(ADMINISTRATOR, workshop)))
    wanted = IxonAccess(grants=(OPERATOR, harbour))
    found = await bench.vendor.find(ADA)
    change = bench.vendor.plan(ADA, wanted, found)
    assert (change.effect, change.before) == (Effect.CHANGE, bench.held(ADA)[0])
    outcome = await bench.vendor.provision(ADA, wanted, found)
    assert outcome.result is Result.INVITED
    assert bench.held(ADA) == [change.after]
    assert [one.public_id for one in bench.ixon.invites(ADA.email)] == [invite.public_id]
    methods = [call.method for call in bench.journal.calls if call.method != "GET"]
    assert methods == ["PATCH", "POST", "DELETE"]


async def test_access_that_ends_is_not_what_was_asked(bench: IxonBench) -> None:
    user = bench.company.add_user(ADA.name, ADA.email)
    group, role = bench.ixon.company_group, bench.ixon.operator
    end = NOW + timedelta(days=3)
    bench.company.grant(user.public_id, group.public_id, role.public_id, end.timestamp())
    found = await bench.vendor.find(ADA)
    assert found is not None
    assert found.expires_at == end
    change = bench.vendor.plan(ADA, bench.access, found)
    assert (change.effect, change.before) == (
        Effect.CHANGE,
        "Operator in Kepler until 2026-11-05 09:30 UTC",
    )
    assert (await bench.vendor.provision(ADA, bench.access, found)).result is Result.DONE
    assert bench.company.held_by(user.public_id)[0].expires_on is None


async def test_an_expired_invitation_is_mailed_again(bench: IxonBench) -> None:
    invite = bench.invited(ADA, bench.access)
    bench.now += timedelta(days=15)
    found = await bench.vendor.find(ADA)
    assert found is not None
    assert found.state is AccountState.INACTIVE
    assert bench.vendor.plan(ADA, bench.access, found).effect is Effect.INVITE
    outcome = await bench.vendor.provision(ADA, bench.access, found)
    assert outcome.result is Result.INVITED
    assert outcome.account is not None
    assert outcome.account.expires_at == bench.now + timedelta(days=14)
    assert invite.mails == 2
    assert len(bench.held(ADA)) == 1


async def test_an_access_left_over_from_an_invitation_is_cleared(bench: IxonBench) -> None:
    bench.put(ADA, bench.access)
    bench.invited(ADA, bench.other)
    found = await bench.vendor.find(ADA)
    assert bench.vendor.plan(ADA, bench.access, found).effect is Effect.CHANGE
    assert (await bench.vendor.provision(ADA, bench.access, found)).result is Result.DONE
    assert bench.held(ADA) == ["Operator in Kepler"]


async def test_an_end_is_told_in_utc(bench: IxonBench) -> None:
    invite = bench.invited(ADA, bench.access)
    found = await bench.vendor.find(ADA)
    assert found is not None
    assert found.expires_at == datetime.fromtimestamp(invite.expires_on, UTC)


async def test_an_expired_invitation_with_other_access_is_changed_and_mailed(
    bench: IxonBench,
) -> None:
    invite = bench.invited(ADA, bench.other)
    bench.now += timedelta(days=15)
    found = await bench.vendor.find(ADA)
    assert bench.vendor.plan(ADA, bench.access, found).effect is Effect.CHANGE
    assert (await bench.vendor.provision(ADA, bench.access, found)).result is Result.INVITED
    assert (bench.held(ADA), invite.mails) == (["Operator in Kepler"], 2)


async def test_an_invitation_to_access_that_ends_is_made_one_for_good(bench: IxonBench) -> None:
    invite = bench.company.add_invite(ADA.email)
    group, role = bench.ixon.company_group, bench.ixon.operator
    end = (NOW + timedelta(days=3)).timestamp()
    bench.company.grant(invite.public_id, group.public_id, role.public_id, end)
    found = await bench.vendor.find(ADA)
    assert (await bench.vendor.provision(ADA, bench.access, found)).result is Result.INVITED
    [membership] = bench.company.held_by(invite.public_id)
    assert membership.expires_on is None
