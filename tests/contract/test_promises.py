"""Nobody bends a promise: adapters inherit them all, and deviate only by data with a reason."""

import pytest

from tests.contract.keepers import keepers
from vendors.registry import BUILT_IN
from vendors.testing.promises import VendorPromises


class Helpful:
    """Something a test class may inherit besides."""

    async def test_two_matches_are_refused(self) -> None:
        """Promise nothing."""


def test_every_vendor_keeps_the_promises() -> None:
    assert {name: one.vendor for name, one in keepers().items()} == dict(BUILT_IN)


def test_a_promise_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="Bent overrides test_two_matches_are_refused"):

        class Bent(VendorPromises):
            async def test_two_matches_are_refused(self) -> None:  # type: ignore[override]  # the point of the test
                """Promise nothing."""


def test_a_promise_cannot_be_overridden_by_another_base() -> None:
    with pytest.raises(TypeError, match="Bent overrides test_two_matches_are_refused"):

        class Bent(Helpful, VendorPromises):  # type: ignore[misc]  # the point of the test
            """Bends it from the side."""


def test_what_holds_a_class_to_the_promises_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="Blind overrides _discreet"):

        class Blind(VendorPromises):
            @pytest.fixture(autouse=True)
            def _discreet(self) -> None:
                """Look away."""


@pytest.mark.parametrize(
    ("deviations", "words"),
    [
        ({"test_two_matches_are_refused": "does not fit"}, "without a reason"),
        ({"test_nothing_of_the_kind": "it is a promise that nobody made"}, "no promise"),
    ],
)
def test_a_deviation_is_of_a_promise_and_has_a_reason(
    deviations: dict[str, str], words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        type("Deviant", (VendorPromises,), {"deviations": deviations})
