"""What every vendor promises about failures: the named error, in time, telling nobody's secrets."""

import pytest

from vendors.contract import Result
from vendors.errors import (
    AmbiguousError,
    ConflictError,
    NotFoundError,
    RateLimitError,
    UnavailableError,
)
from vendors.testing.asking import assert_discreet, deprovision, failure, given, provision
from vendors.testing.bench import ADA, GRACE, Bench
from vendors.testing.failures import (
    ANSWERS,
    BODIES,
    LOSSES,
    NO_ANSWERS,
    ODD_BODIES,
    READ_ANSWERS,
    Fault,
)

SHORTEST_WAIT, LONGEST_WAIT = 1, 3600


def each(*faults: Fault) -> pytest.MarkDecorator:
    """Run a promise once for every fault."""
    return pytest.mark.parametrize("fault", [pytest.param(one, id=one.name) for one in faults])


class FailurePromises:
    """The promises that hold while nothing works."""

    @each(*READ_ANSWERS, *ANSWERS, *LOSSES, *BODIES)
    async def test_a_failed_look_up_is_sorted(self, bench: Bench, fault: Fault) -> None:
        bench.put(GRACE, bench.access)
        fault.plant(bench.faults, "GET")
        if not bench.vendor.traits.find:
            assert await bench.vendor.find(ADA) is None
            return
        assert type(await failure(bench.vendor.find(ADA), bench)) is fault.on_read

    @each(*ANSWERS, *LOSSES)
    async def test_a_failed_provision_is_sorted(self, bench: Bench, fault: Fault) -> None:
        fault.plant(bench.faults, bench.creation)
        assert type(await failure(provision(bench, ADA), bench)) is fault.on_write

    @each(*ANSWERS, *(one for one in LOSSES if not one.in_body))
    async def test_a_failed_deprovision_is_sorted(self, bench: Bench, fault: Fault) -> None:
        bench.put(ADA, bench.access)
        fault.plant(bench.faults, bench.removal)
        assert type(await failure(deprovision(bench, ADA), bench)) is fault.on_write

    async def test_a_removal_that_is_refused_is_none(self, bench: Bench) -> None:
        bench.put(ADA, bench.access)
        bench.faults.status(409, only=bench.removal)
        assert type(await failure(deprovision(bench, ADA), bench)) is ConflictError
        assert len(bench.held(ADA)) == 1

    @each(*NO_ANSWERS)
    async def test_a_web_page_and_a_flood_are_no_yes(self, bench: Bench, fault: Fault) -> None:
        fault.plant(bench.faults, bench.creation)
        assert type(await failure(provision(bench, ADA), bench)) is AmbiguousError

    @each(*ODD_BODIES)
    async def test_a_yes_with_an_unusable_body_may_have_happened(
        self, bench: Bench, fault: Fault
    ) -> None:
        fault.plant(bench.faults, bench.creation)
        assert type(await failure(provision(bench, ADA), bench)) is AmbiguousError

    @each(*LOSSES)
    async def test_what_may_have_happened_is_settled_by_looking(
        self, bench: Bench, fault: Fault
    ) -> None:
        bench.refuse_repeats()
        fault.plant(bench.faults, bench.creation)
        await failure(provision(bench, ADA), bench)
        bench.faults.clear()
        assert (await provision(bench, ADA)).result in {*given(bench), Result.UNCHANGED}
        assert len(bench.held(ADA)) == 1

    async def test_what_was_never_sent_has_not_happened(self, bench: Bench) -> None:
        asked = bench.away.provision(ADA, bench.access, None)
        assert type(await failure(asked, bench)) is UnavailableError
        if bench.vendor.traits.find:
            assert type(await failure(bench.away.find(ADA), bench)) is UnavailableError
        assert bench.held(ADA) == []

    async def test_a_read_back_that_fails_may_have_happened(self, bench: Bench) -> None:
        if not bench.vendor.traits.verify:
            assert (await provision(bench, ADA)).result is Result.UNVERIFIED
            return
        bench.faults.down(only="GET")
        asked = bench.vendor.provision(ADA, bench.access, None)
        assert type(await failure(asked, bench)) is AmbiguousError
        bench.faults.clear()
        found = await bench.vendor.find(ADA)
        bench.faults.down(only="GET")
        asked = bench.vendor.deprovision(ADA, found)
        assert type(await failure(asked, bench)) is AmbiguousError

    async def test_what_the_vendor_does_not_know_is_not_provisioned(self, bench: Bench) -> None:
        bench.faults.status(404, only=bench.creation)
        assert type(await failure(provision(bench, ADA), bench)) is NotFoundError

    @pytest.mark.parametrize("hint", ["retry-after", "retry-after-date", "reset"])
    async def test_a_hint_how_long_to_wait_is_heeded(self, bench: Bench, hint: str) -> None:
        bench.faults.rate_limit(hint=hint, seconds=90, only=bench.creation)
        error = await failure(provision(bench, ADA), bench)
        assert isinstance(error, RateLimitError)
        assert error.retry_after == 90

    @pytest.mark.parametrize("hint", ["", "soon", "-5", "0", "1e9", "9" * 30])
    async def test_a_hint_that_cannot_be_heeded_ends_in_a_bounded_wait(
        self, bench: Bench, hint: str
    ) -> None:
        headers = {"Retry-After": hint, "X-RateLimit-Reset": hint} if hint else {}
        bench.faults.status(429, headers=headers, only=bench.creation)
        error = await failure(provision(bench, ADA), bench)
        assert isinstance(error, RateLimitError)
        assert SHORTEST_WAIT <= error.retry_after <= LONGEST_WAIT

    async def test_a_refusal_is_told_without_a_secret_or_an_email(self, bench: Bench) -> None:
        said = f"{ADA.email} {ADA.name} {' '.join(bench.secrets)} is refused"
        body = {"message": said, "error": said}
        bench.faults.status(422, body=body, only=bench.creation)
        assert "is refused" in str(await failure(provision(bench, ADA), bench))

    async def test_every_call_is_observed_and_nobody_named(self, bench: Bench) -> None:
        await provision(bench, ADA)
        bench.put(GRACE, bench.access)
        bench.faults.down(only=bench.removal)
        await failure(deprovision(bench, GRACE), bench)
        assert len(bench.watch.seen) == len(bench.journal.calls)
        assert [one.failure for one in bench.watch.seen if one.status == 503] == ["ambiguous"]
        assert {one.vendor for one in bench.watch.seen} == {bench.vendor.name}
        assert_discreet(bench, repr(bench.watch.seen))
