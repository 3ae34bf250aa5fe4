"""Nobody bends a promise: adapters inherit them all, and deviate only by data with a reason."""

import importlib
from pathlib import Path

from tests.contract.promises import VendorPromises
from vendors.registry import BUILT_IN

FEWEST_WORDS_OF_A_REASON = 5


def kept() -> list[type[VendorPromises]]:
    """Import every adapter's tests, and return the classes in them that keep the promises."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        importlib.import_module(f"tests.contract.{path.stem}")
    return [one for one in VendorPromises.__subclasses__() if "<locals>" not in one.__qualname__]


def promises() -> set[str]:
    return {name for name in dir(VendorPromises) if not name.startswith("__")}


def overridden(adapter: type[VendorPromises]) -> set[str]:
    return promises() & set(vars(adapter)) - {"deviations", "vendor"}


def test_every_vendor_keeps_the_promises() -> None:
    vendors = {one.vendor.name for one in kept() if one.vendor is not None}
    assert vendors == set(BUILT_IN)


def test_no_adapter_overrides_a_promise() -> None:
    assert {one.__name__: overridden(one) for one in kept() if overridden(one)} == {}


def test_a_deviation_is_of_a_promise_and_has_a_reason() -> None:
    for one in kept():
        assert set(one.deviations) <= promises()
        for reason in one.deviations.values():
            assert len(reason.split()) >= FEWEST_WORDS_OF_A_REASON


def test_an_overridden_promise_would_be_seen() -> None:
    class Bent(VendorPromises):
        async def test_two_matches_are_refused(self) -> None:  # type: ignore[override]  # the point of the test
            """Promise nothing."""

    assert overridden(Bent) == {"test_two_matches_are_refused"}
