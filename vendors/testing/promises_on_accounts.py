"""What every vendor promises about accounts: to find, to give exactly, to take away, to repeat."""

import pytest

from vendors.contract import Choice, Effect, Person, Resending, Result, missing
from vendors.errors import CredentialError, RejectedError
from vendors.fields import fields_of, filled, present
from vendors.testing.asking import (
    assert_discreet,
    deprovision,
    given,
    names,
    provision,
    shouting,
    sure,
)
from vendors.testing.bench import ADA, GRACE, NOBODY, Bench


class AccountPromises:
    """The promises that hold while everything works."""

    async def test_check_accepts_a_good_credential_and_changes_nothing(self, bench: Bench) -> None:
        await bench.vendor.check()
        assert all(call.method == "GET" for call in bench.journal.calls)

    async def test_a_wrong_credential_is_refused(self, bench: Bench) -> None:
        if bench.vendor.traits.check:
            with pytest.raises(CredentialError):
                await bench.impostor.check()
        with pytest.raises(CredentialError):
            await bench.impostor.provision(ADA, bench.access, None)
        assert bench.held(ADA) == []

    async def test_find_is_exact_whatever_the_case(self, bench: Bench) -> None:
        bench.put(shouting(ADA), bench.access)
        bench.put(Person("U1", f"x{ADA.email}", "X", "Y", f"x{ADA.github_login}"), bench.other)
        found = await bench.vendor.find(ADA)
        if not bench.vendor.traits.find:
            assert (found, bench.journal.calls) == (None, [])
            return
        assert found is not None
        assert found.who.casefold() in names(ADA)
        assert await bench.vendor.find(GRACE) is None

    async def test_two_matches_are_refused(self, bench: Bench) -> None:
        bench.put(ADA, bench.access)
        bench.put(shouting(ADA), bench.access)
        if not bench.vendor.traits.find:
            assert await bench.vendor.find(ADA) is None
            return
        with pytest.raises(RejectedError, match="several"):
            await bench.vendor.find(ADA)

    async def test_a_person_gets_exactly_what_was_asked(self, bench: Bench) -> None:
        planned = bench.vendor.plan(ADA, bench.access, None)
        outcome = await provision(bench, ADA)
        assert outcome.result in given(bench)
        assert (outcome.result is Result.INVITED) is (planned.effect is Effect.INVITE)
        assert outcome.account is not None
        assert bench.held(ADA) == [outcome.account.access] == [planned.after]

    async def test_a_step_costs_a_look_up_a_write_and_a_read_back(self, bench: Bench) -> None:
        traits = bench.vendor.traits
        await provision(bench, ADA)
        assert len(bench.journal.calls) == 1 + traits.find + traits.verify
        await deprovision(bench, ADA)
        assert len(bench.journal.calls) == 2 * (1 + traits.find + traits.verify)

    async def test_a_second_provision_is_unchanged(self, bench: Bench) -> None:
        bench.refuse_repeats()
        await provision(bench, ADA)
        before = bench.held(ADA)
        assert (await provision(bench, ADA)).result is Result.UNCHANGED
        assert bench.held(ADA) == before
        assert len(before) == 1

    async def test_a_concurrent_winner_is_unchanged(self, bench: Bench) -> None:
        bench.refuse_repeats()
        found = await bench.vendor.find(ADA)
        bench.put(ADA, bench.access)
        outcome = await bench.vendor.provision(ADA, bench.access, found)
        assert outcome.result is Result.UNCHANGED
        assert len(bench.held(ADA)) == 1

    async def test_other_access_is_changed_to_exactly_what_was_asked(self, bench: Bench) -> None:
        bench.put(ADA, bench.other)
        change = bench.vendor.plan(ADA, bench.access, await bench.vendor.find(ADA))
        assert (change.effect, [change.before]) == (Effect.CHANGE, bench.held(ADA))
        assert (await provision(bench, ADA)).result is sure(bench)
        assert bench.held(ADA) == [change.after]
        assert change.after != change.before

    async def test_an_account_is_taken_away_once(self, bench: Bench) -> None:
        bench.refuse_repeats()
        bench.put(ADA, bench.access)
        bench.put(GRACE, bench.access)
        assert (await deprovision(bench, ADA)).result is sure(bench)
        assert (await deprovision(bench, ADA)).result is Result.UNCHANGED
        assert bench.held(ADA) == []
        assert len(bench.held(GRACE)) == 1

    async def test_a_stranger_is_deprovisioned_unchanged(self, bench: Bench) -> None:
        bench.refuse_repeats()
        bench.put(GRACE, bench.access)
        assert (await deprovision(bench, ADA)).result is Result.UNCHANGED
        assert len(bench.held(GRACE)) == 1

    async def test_an_account_that_has_just_vanished_is_unchanged(self, bench: Bench) -> None:
        bench.refuse_repeats()
        bench.put(ADA, bench.access)
        found = await bench.vendor.find(ADA)
        await deprovision(bench, ADA)
        assert (await bench.vendor.deprovision(ADA, found)).result is Result.UNCHANGED

    async def test_a_plan_is_the_same_every_time_and_names_nobody(self, bench: Bench) -> None:
        bench.put(GRACE, bench.other)
        for person in (ADA, GRACE):
            found = await bench.vendor.find(person)
            plan = bench.vendor.plan(person, bench.access, found)
            removal = bench.vendor.plan_removal(person, found)
            assert plan == bench.vendor.plan(person, bench.access, found)
            assert removal == bench.vendor.plan_removal(person, found)
            assert plan.verifiable is removal.verifiable is bench.vendor.traits.verify
            assert_discreet(bench, repr(plan), repr(removal))

    async def test_a_person_without_what_is_needed_takes_a_hand(self, bench: Bench) -> None:
        assert missing(bench.vendor.needs, NOBODY) == tuple(sorted(bench.vendor.needs))
        assert missing(bench.vendor.needs, ADA) == ()
        assert await bench.vendor.find(NOBODY) is None
        assert bench.vendor.plan(NOBODY, bench.access, None).effect is Effect.BY_HAND
        assert bench.vendor.plan_removal(NOBODY, None).effect is Effect.BY_HAND
        given = await bench.vendor.provision(NOBODY, bench.access, None)
        taken = await bench.vendor.deprovision(NOBODY, None)
        assert given.result is taken.result is Result.ACTION_REQUIRED
        assert bench.journal.calls == []

    async def test_only_an_open_invitation_is_mailed_again(self, bench: Bench) -> None:
        vendor = bench.vendor
        assert isinstance(vendor, Resending) is vendor.traits.resend
        if not isinstance(vendor, Resending):
            return
        assert (await vendor.resend(ADA, None)).result is Result.UNCHANGED
        if (await provision(bench, ADA)).result is Result.INVITED:
            again = await vendor.resend(ADA, await bench.vendor.find(ADA))
            assert again.result is Result.INVITED
            assert len(bench.held(ADA)) == 1

    async def test_everybody_is_listed(self, bench: Bench) -> None:
        bench.put(ADA, bench.access)
        bench.put(GRACE, bench.other)
        if not bench.vendor.traits.list:
            with pytest.raises(RejectedError):
                bench.vendor.accounts()
            return
        listed = {one.who.casefold() async for one in bench.vendor.accounts()}
        assert listed & names(ADA)
        assert listed & names(GRACE)

    async def test_every_field_of_the_access_has_choices(self, bench: Bench) -> None:
        fields = [one.name for one in fields_of(bench.vendor.access) if one.kind != "text"]
        for field in fields:
            every = await bench.vendor.choices(field, "")
            assert every[-1] in await bench.vendor.choices(field, every[-1].label.upper())
            assert await bench.vendor.choices(field, "no such thing") == list[Choice]()
        with pytest.raises(ValueError, match="nonsense"):
            await bench.vendor.choices("nonsense", "")

    async def test_whatever_is_offered_can_be_asked_for(self, bench: Bench) -> None:
        access = bench.vendor.access()
        for field in fields_of(bench.vendor.access):
            for choice in await bench.vendor.choices(field.name, ""):
                if field.kind in {"one", "many"}:
                    asked = filled(access, {field.name: (choice.value,)})
                    assert [one.value for one in present(asked, field)] == [choice.value]
