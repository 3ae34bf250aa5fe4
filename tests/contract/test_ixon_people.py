"""Who is somebody at IXON: users, the invited, and those whom Aboard leaves alone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contract.test_ixon import (
    TOKEN,
    IxonBench,
    ixon_bench,
)
from vendors.contract import Effect, Result
from vendors.errors import (
    AmbiguousError,
    RejectedError,
)
from vendors.testing.asking import deprovision, provision, shouting
from vendors.testing.bench import ADA, GRACE


@pytest.fixture
async def bench() -> AsyncIterator[IxonBench]:
    """Lend a vendor that knows the names of roles and groups, as it does after its check."""
    async with ixon_bench() as bench:
        yield bench


async def test_an_open_invitation_can_be_mailed_again(bench: IxonBench) -> None:
    invite = bench.invited(ADA, bench.access)
    outcome = await bench.vendor.resend(ADA, await bench.vendor.find(ADA))
    assert (outcome.result, invite.mails) == (Result.INVITED, 2)
    [call] = bench.journal.asked("POST")
    assert call.path == f"/invites/{invite.public_id}/resend"
    assert call.headers["api-branding"] == "portal.ixon.cloud"


async def test_without_an_open_invitation_nothing_is_mailed(bench: IxonBench) -> None:
    bench.put(ADA, bench.access)
    for person in (ADA, GRACE):
        found = await bench.vendor.find(person)
        assert (await bench.vendor.resend(person, found)).result is Result.UNCHANGED
    assert bench.journal.asked("POST") == []


async def test_offboarding_clears_both_lists(bench: IxonBench) -> None:
    bench.put(ADA, bench.access)
    bench.invited(ADA, bench.other)
    bench.invited(GRACE, bench.access)
    found = await bench.vendor.find(ADA)
    removal = bench.vendor.plan_removal(ADA, found)
    assert "Remove the user." in removal.detail
    assert "Take the invitation back." in removal.detail
    assert (await bench.vendor.deprovision(ADA, found)).result is Result.DONE
    assert bench.held(ADA) == []
    assert len(bench.held(GRACE)) == 1


async def test_whoever_never_accepted_is_offboarded(bench: IxonBench) -> None:
    invite = bench.invited(ADA, bench.access)
    bench.now += timedelta(days=15)
    outcome = await deprovision(bench, ADA)
    assert (outcome.result, bench.held(ADA)) == (Result.DONE, [])
    [call] = bench.journal.asked("DELETE")
    assert (call.path, call.body) == ("/invites", [{"publicId": invite.public_id}])


async def test_exactly_one_user_is_named_in_a_removal(bench: IxonBench) -> None:
    bench.put(ADA, bench.access)
    bench.put(GRACE, bench.access)
    user = bench.ixon.user(ADA.email)
    assert user is not None
    await deprovision(bench, ADA)
    [call] = bench.journal.asked("DELETE")
    assert (call.path, call.body) == ("/users", [{"publicId": user.public_id}])


async def test_a_removal_that_ixon_refuses_is_no_removal(bench: IxonBench) -> None:
    bench.put(ADA, bench.access)
    bench.faults.status(404, only=bench.removal)
    with pytest.raises(RejectedError):
        await deprovision(bench, ADA)
    assert len(bench.held(ADA)) == 1


async def test_service_accounts_and_support_staff_are_nobody(bench: IxonBench) -> None:
    bench.ixon.add_support("Support", ADA.email)
    assert await bench.vendor.find(ADA) is None
    bench.put(GRACE, bench.access)
    assert [one.who async for one in bench.vendor.accounts()] == [GRACE.email]
    removed = await deprovision(bench, ADA)
    assert removed.result is Result.UNCHANGED
    assert bench.journal.asked("DELETE") == []


async def test_whose_token_it_is_stays(bench: IxonBench) -> None:
    bench.put(ADA, bench.other)
    user = bench.ixon.user(ADA.email)
    assert user is not None
    credential = replace(bench.ixon.headers.credentials[TOKEN], owner=user.public_id)
    bench.ixon.headers.credentials[TOKEN] = credential
    vendor = bench.open()
    found = await vendor.find(ADA)
    assert vendor.plan(ADA, bench.access, found).effect is Effect.BY_HAND
    outcome = await vendor.deprovision(ADA, found)
    assert outcome.result is Result.ACTION_REQUIRED
    assert "token" in outcome.detail
    assert len(bench.held(ADA)) == 1


async def test_two_invitations_to_one_address_are_refused(bench: IxonBench) -> None:
    bench.invited(ADA, bench.access)
    bench.invited(shouting(ADA), bench.access)
    with pytest.raises(RejectedError, match="several invitations"):
        await bench.vendor.find(ADA)


async def test_everybody_is_listed_also_where_an_address_is_several_peoples(
    bench: IxonBench,
) -> None:
    for one in (ADA, shouting(ADA), GRACE):
        bench.put(one, bench.access)
    bench.invited(ADA, bench.access)
    listed = [(one.id.split("/")[0], one.who) async for one in bench.vendor.accounts()]
    assert sorted(listed) == sorted(
        [
            ("users", ADA.email),
            ("users", shouting(ADA).email),
            ("invites", ADA.email),
            ("users", GRACE.email),
        ]
    )
    with pytest.raises(RejectedError, match="several users"):
        await bench.vendor.find(ADA)


async def test_a_winner_with_other_access_is_looked_at_again(bench: IxonBench) -> None:
    bench.refuse_repeats()
    bench.invited(ADA, bench.other)
    with pytest.raises(AmbiguousError, match="Administrator in Kepler"):
        await bench.vendor.provision(ADA, bench.access, None)
    assert bench.held(ADA) == ["Administrator in Kepler"]


async def test_an_account_that_vanishes_before_it_changes_is_looked_at_again(
    bench: IxonBench,
) -> None:
    for give in (bench.put, bench.invited):
        give(ADA, bench.other)
        found = await bench.vendor.find(ADA)
        await deprovision(bench, ADA)
        with pytest.raises(AmbiguousError):
            await bench.vendor.provision(ADA, bench.access, found)


async def test_a_list_that_lags_is_not_taken_for_a_no(bench: IxonBench) -> None:
    bench.faults.lag(2)
    with pytest.raises(AmbiguousError, match="neither"):
        await provision(bench, ADA)
    assert len(bench.held(ADA)) == 1
