"""Every access can be shown in a form, prefilled, and explained."""

import pytest

from vendors.fields import fields_of
from vendors.registry import VendorClass, known_vendors

VENDORS = list(known_vendors().values())


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda one: one.name)
def test_every_field_of_an_access_has_a_title_a_default_and_a_known_kind(
    vendor: VendorClass,
) -> None:
    for name, field in vendor.access.model_fields.items():
        assert field.title, f"{vendor.name}.{name} has no title"
        assert not field.is_required(), f"{vendor.name}.{name} has no default"
    unknown = [one.name for one in fields_of(vendor.access) if one.kind is None]
    assert unknown == []
    vendor.access()


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda one: one.name)
def test_the_names_of_vendors_and_fields_fit_into_the_id_of_a_block(vendor: VendorClass) -> None:
    for name in (vendor.name, *vendor.access.model_fields):
        assert name.isidentifier()
