"""What every vendor's class promises: that Aboard takes it, and that forms can be made of it."""

from typing import ClassVar

from vendors.declared import flaw
from vendors.registry import VendorClass


class ClassPromises:
    """The promises that need no vendor at all."""

    vendor: ClassVar[VendorClass]

    def test_the_class_says_what_has_to_be_known(self) -> None:
        assert flaw(self.vendor) is None
        assert self.vendor.traits.page.startswith("https://")

    def test_an_access_can_be_asked_for_in_a_form(self) -> None:
        access = self.vendor.access
        assert access() == access.model_validate({})
        assert access.model_validate_json(access().model_dump_json()) == access()
        assert all(one.title for one in access.model_fields.values())
