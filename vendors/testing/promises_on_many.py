"""What every vendor promises about many people at once: an end for each of them, as if alone."""

from collections.abc import Sequence

from vendors.contract import Outcome, Person, Result
from vendors.errors import RejectedError
from vendors.testing.asking import given
from vendors.testing.bench import ADA, GRACE, NOBODY, Bench

BOTH = (ADA, GRACE)


async def results(bench: Bench, people: Sequence[Person]) -> list[Result]:
    """Look everybody up, provision them together, and return how each of them ended."""
    asked = [(one, bench.access, await bench.vendor.find(one)) for one in people]
    ends = await bench.vendor.provision_many(asked)
    assert len(ends) == len(people)
    return [one.result for one in ends if isinstance(one, Outcome)]


class ManyPromises:
    """The promises about ``provision_many``."""

    async def test_many_get_what_was_asked_and_then_nothing_changes(self, bench: Bench) -> None:
        bench.refuse_repeats()
        assert set(await results(bench, BOTH)) <= given(bench)
        assert [len(bench.held(one)) for one in BOTH] == [1, 1]
        assert await results(bench, BOTH) == [Result.UNCHANGED, Result.UNCHANGED]
        assert [len(bench.held(one)) for one in BOTH] == [1, 1]

    async def test_of_many_one_who_needs_a_hand_holds_up_nobody(self, bench: Bench) -> None:
        first, last = await results(bench, (NOBODY, ADA))
        assert first is Result.ACTION_REQUIRED
        assert last in given(bench)
        assert len(bench.held(ADA)) == 1

    async def test_whoever_is_named_twice_is_provisioned_once(self, bench: Bench) -> None:
        asked = [(ADA, bench.access, None), (ADA, bench.access, None)]
        first, second = await bench.vendor.provision_many(asked)
        assert isinstance(first, Outcome)
        assert isinstance(second, RejectedError)
        assert len(bench.held(ADA)) == 1

    async def test_nobody_at_all_is_no_call(self, bench: Bench) -> None:
        assert await bench.vendor.provision_many([]) == []
        assert bench.journal.calls == []
