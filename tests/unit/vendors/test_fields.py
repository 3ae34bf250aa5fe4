"""The fields of an access: kinds follow from the model, and what stands in them goes both ways."""

from collections.abc import Mapping
from typing import Literal

import pytest
from hypothesis import given
from pydantic import BaseModel, Field, ValidationError

from tests.unit.vendors.accesses import ANY
from vendors.ambition_access import AmbitionAccess
from vendors.appxite_access import AppxiteAccess
from vendors.contract import Choice
from vendors.fields import FREE_TEXT, fields_of, filled, present
from vendors.ixon_access import Grant, IxonAccess


class Odd(BaseModel):
    """An access of somebody else's vendor."""

    note: str = Field(default="", title="Note", json_schema_extra=FREE_TEXT, max_length=200)
    paid: bool = Field(default=False, title="Paid")
    size: Literal["small", "very_large"] | None = Field(default=None, title="Size")
    only: Literal["this"] = Field(default="this", title="Only")
    seat: str | None = Field(default=None, title="Seat", description="Where.")
    tags: tuple[str, ...] = Field(default=(), title="Tags")
    teams: Mapping[str, str] = Field(default_factory=dict, title="Teams")
    weight: int = Field(default=0, title="Weight")
    either: int | str = Field(default="", title="Either")


def test_the_kind_of_a_field_follows_from_its_annotation() -> None:
    kinds = {one.name: one.kind for one in fields_of(Odd)}
    assert kinds == {
        "note": "text",
        "paid": "switch",
        "size": "listed",
        "only": "listed",
        "seat": "one",
        "tags": "many",
        "teams": "many",
        "weight": None,
        "either": None,
    }


def test_a_field_says_its_title_its_limits_and_whether_nothing_is_an_answer() -> None:
    fields = {one.name: one for one in fields_of(Odd)}
    assert (fields["seat"].title, fields["seat"].hint) == ("Seat", "Where.")
    assert fields["note"].longest == 200
    assert fields["size"].options == (
        Choice("small", "small"),
        Choice("very_large", "very large"),
    )
    empty = {one.name for one in fields.values() if one.may_be_empty}
    assert empty == {"paid", "size", "seat", "tags", "teams"}


@given(ANY)
def test_what_an_access_says_in_a_form_is_read_back_as_the_same(access: BaseModel) -> None:
    said = {
        field.name: tuple(one.value for one in present(access, field))
        for field in fields_of(type(access))
    }
    assert filled(type(access)(), said) == access


@given(ANY)
def test_what_is_not_given_stays_as_it_was(access: BaseModel) -> None:
    assert filled(access, {}) == access


def test_a_grant_is_chosen_by_its_names_or_its_ids() -> None:
    field = fields_of(IxonAccess)[0]
    access = IxonAccess(grants=(Grant(group="A/B", role="50%"),))
    assert present(access, field) == (Choice("A%2FB/50%25", "50% in A/B"),)
    by_id = filled(IxonAccess(), {"grants": ("GroupGroup01/RoleRoleRo01",)})
    assert by_id.grants == (Grant(group="GroupGroup01", role="RoleRoleRo01"),)


WRONGS: list[tuple[BaseModel, dict[str, tuple[str, ...]], str]] = [
    (IxonAccess(), {"grants": ("Kepler",)}, "grants"),
    (IxonAccess(), {"grants": ("A/B", "a/b")}, "grants"),
    (AmbitionAccess(), {"groups": ("Team: Dogs", "Team: Cats")}, "groups"),
    (AmbitionAccess(), {"groups": ("Team: Dogs", "team: Cats")}, "groups"),
    (AmbitionAccess(), {"groups": ("Dogs",)}, "groups"),
    (AppxiteAccess(), {"activate_by_email": ()}, "activate_by_email"),
    (AppxiteAccess(), {"external_id": ("passport",)}, "external_id"),
]


@pytest.mark.parametrize(("access", "texts", "field"), WRONGS)
def test_a_wrong_value_is_refused_at_its_own_field(
    access: BaseModel, texts: dict[str, tuple[str, ...]], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        filled(access, texts)
    assert {one["loc"][0] for one in caught.value.errors()} == {field}
