"""What every vendor promises: inherited by each adapter's tests, overridden by none.

What a vendor cannot do is in its traits, and then the other half of a promise holds. What remains
is a deviation: data in the adapter's tests, with its reason.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest

from tests.contract.asking import assert_discreet
from tests.contract.bench import Bench
from tests.contract.promises_on_accounts import AccountPromises
from tests.contract.promises_on_failures import FailurePromises
from vendors.contract import AnyVendor

SIMULATORS_LOGS = ("aiohttp.access", "aiohttp.server", "aiohttp.web")


class VendorPromises(AccountPromises, FailurePromises):
    """Give it a ``bench`` fixture and the ``vendor``'s class, and it holds it to the contract.

    ``deviations`` maps a promise that does not fit the vendor to the reason.
    """

    vendor: ClassVar[type[AnyVendor] | None] = None
    deviations: ClassVar[Mapping[str, str]] = {}

    @pytest.fixture(autouse=True)
    def _fitting(self, request: pytest.FixtureRequest) -> None:
        reason = self.deviations.get(request.node.originalname)
        if reason is not None:
            pytest.skip(reason)

    @pytest.fixture(autouse=True)
    def _discreet(self, bench: Bench, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
        """Let no promise leave a secret or an e-mail in a log line of ours."""
        caplog.set_level(logging.DEBUG)
        yield
        ours = [one for one in caplog.records if one.name not in SIMULATORS_LOGS]
        assert_discreet(bench, *(one.getMessage() for one in ours))
