"""Looking many people up says of each what ``find`` says, at every vendor and in few calls."""

from tests.contract.test_many import bench, crowd
from vendors.contract import Account
from vendors.errors import VendorError
from vendors.listing import Listing, looked_up
from vendors.testing.bench import ADA, GRACE, Bench

__all__ = ["bench"]


async def test_everybody_is_found_as_if_looked_up_alone(bench: Bench) -> None:
    bench.put(GRACE, bench.access)
    people = [ADA, GRACE, *crowd(3)]
    alone = [await bench.vendor.find(one) for one in people]
    assert await looked_up(bench.vendor, people) == alone
    assert bench.vendor.traits.find == isinstance(alone[1], Account)


async def test_a_vendor_that_takes_many_lists_them_at_once(bench: Bench) -> None:
    assert isinstance(bench.vendor, Listing) == bench.vendor.traits.many
    bench.journal.calls.clear()
    await looked_up(bench.vendor, crowd(2))
    few = len(bench.journal.calls)
    bench.journal.calls.clear()
    await looked_up(bench.vendor, crowd(9))
    grows = len(bench.journal.calls) > few
    assert grows == (bench.vendor.traits.find and not bench.vendor.traits.many)


async def test_who_cannot_be_looked_up_is_an_end_for_each_and_raises_nothing(bench: Bench) -> None:
    bench.faults.down()
    looks = await looked_up(bench.vendor, crowd(3))
    assert all(isinstance(one, VendorError) for one in looks) == bench.vendor.traits.find
    assert len(looks) == 3
