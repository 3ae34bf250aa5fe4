"""What every vendor promises: inherited by each adapter's tests, overridden by none.

What a vendor cannot do is in its traits, and then the other half of a promise holds. What remains
is a deviation: data in the adapter's tests, with its reason.
"""

import logging
from collections.abc import Iterator, Mapping
from inspect import getattr_static
from typing import TYPE_CHECKING, ClassVar

import pytest

from vendors.testing.asking import assert_discreet
from vendors.testing.promises_on_accounts import AccountPromises
from vendors.testing.promises_on_failures import FailurePromises
from vendors.testing.promises_on_many import ManyPromises
from vendors.testing.promises_on_the_product import ProductPromises

if TYPE_CHECKING:
    from vendors.testing.bench import Bench

SIMULATORS_LOGS = ("aiohttp.access", "aiohttp.server", "aiohttp.web")
FEWEST_WORDS_OF_A_REASON = 5
HELD = ("_fitting", "_discreet", "__init_subclass__", "real")


class VendorPromises(AccountPromises, ManyPromises, FailurePromises, ProductPromises):
    """Give it a ``bench`` fixture and the ``vendor``'s class, and it holds it to the contract.

    ``deviations`` maps a promise that does not fit the vendor to the reason. A class that overrides
    a promise, or deviates from none or without a reason, is refused with ``TypeError``.
    """

    deviations: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        kept = {name: getattr_static(VendorPromises, name) for name in (*promises(), *HELD)}
        bent = [name for name, one in kept.items() if getattr_static(cls, name) is not one]
        if bent:
            raise TypeError(f"{cls.__name__} overrides {', '.join(bent)}: deviate, with a reason")
        for name, reason in cls.deviations.items():
            if name not in promises():
                raise TypeError(f"{cls.__name__} deviates from {name}, which is no promise")
            if len(reason.split()) < FEWEST_WORDS_OF_A_REASON:
                raise TypeError(f"{cls.__name__} deviates from {name} without a reason")

    @pytest.fixture(autouse=True)
    def _fitting(self, request: pytest.FixtureRequest) -> None:
        reason = self.deviations.get(request.node.originalname)
        if reason is not None:
            pytest.skip(reason)

    @pytest.fixture(autouse=True)
    def _discreet(
        self, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
    ) -> Iterator[None]:
        """Let no promise leave a secret or an e-mail in a log line of ours."""
        caplog.set_level(logging.DEBUG)
        used = "bench" in request.fixturenames
        bench: Bench | None = request.getfixturevalue("bench") if used else None
        yield
        if bench is not None:
            ours = [one for one in caplog.records if one.name not in SIMULATORS_LOGS]
            assert_discreet(bench, *(one.getMessage() for one in ours))


def promises() -> list[str]:
    """Return the names of all promises, sorted."""
    return [name for name in dir(VendorPromises) if name.startswith("test_")]
