"""What every vendor promises of the product itself: run with ``-m live``, and reading only.

ABOARD_LIVE_ACME holds the settings of the vendor ``acme`` as a JSON object, secrets too; where it
is not set, these promises are skipped.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from vendors.contract import AnyVendor, Person
from vendors.errors import CredentialError, RejectedError
from vendors.registry import VendorClass
from vendors.testing.promises_of_the_class import ClassPromises
from vendors.tools import Observation, Tools

STRANGER = Person("U0NOBODY", "nobody-at-all@aboard.invalid", "Nobody", "AtAll", "nobody-at-all-x0")
SOMEBODY = Person("U0SOMEBODY", "", "", "")
WRONG = "aboard-0000-nobodys-credential"


@dataclass
class Real:
    """A vendor at the product that its settings name, and every call it makes."""

    kind: VendorClass
    settings: BaseModel
    seen: list[Observation] = field(default_factory=list)
    opened: list[AnyVendor] = field(default_factory=list)

    def open(self, **secrets: str) -> AnyVendor:
        """Build the adapter, some of its secrets exchanged."""
        given = self.settings.model_dump(exclude=set(secrets)) | secrets
        tools = Tools(lambda: datetime.now(UTC), observer=self.seen.append)
        self.opened.append(self.kind(self.kind.settings.model_validate(given), tools))
        return self.opened[-1]

    @property
    def vendor(self) -> AnyVendor:
        """The adapter with the credential that was given."""
        return self.opened[0]


class ProductPromises(ClassPromises):
    """The promises that can be kept where every account is somebody's."""

    @pytest.fixture
    async def real(self) -> AsyncIterator[Real]:
        """Open the product, warmed by a check; skip where no settings are given."""
        name = f"ABOARD_LIVE_{self.vendor.name.upper()}"
        given = os.environ.get(name)
        if given is None:
            pytest.skip(f"{name} is not set")
        real = Real(self.vendor, self.vendor.settings.model_validate_json(given))
        try:
            await real.open().check()
            real.seen.clear()
            yield real
        finally:
            for one in real.opened:
                await one.aclose()
        assert {one.method for one in real.seen} <= {"GET"}

    @pytest.mark.live
    async def test_the_product_knows_no_stranger(self, real: Real) -> None:
        assert await real.vendor.find(STRANGER) is None

    @pytest.mark.live
    async def test_the_product_refuses_another_credential(self, real: Real) -> None:
        if not self.vendor.traits.check:
            pytest.skip("the credential can be proven only by using it")
        given = [one for one in self.vendor.secrets if getattr(real.settings, one) is not None]
        impostor = real.open(**dict.fromkeys(given, WRONG))
        with pytest.raises(CredentialError):
            await impostor.check()
        real.seen.clear()

    @pytest.mark.live
    async def test_whom_the_product_lists_is_found_whatever_the_case(self, real: Real) -> None:
        if not self.vendor.traits.list:
            with pytest.raises(RejectedError):
                real.vendor.accounts()
            return
        async for listed in real.vendor.accounts():
            known_by: dict[str, Any] = dict.fromkeys(self.vendor.needs, listed.who.swapcase())
            person = replace(SOMEBODY, **known_by)
            found = await real.vendor.find(person)
            assert found is not None
            assert found.id == listed.id
            return
        pytest.skip("nobody has an account there")

    @pytest.mark.live
    async def test_the_product_offers_choices(self, real: Real) -> None:
        for name in self.vendor.access.model_fields:
            for choice in await real.vendor.choices(name, ""):
                assert choice.value
                assert choice.label
