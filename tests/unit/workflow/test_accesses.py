"""What may be asked for beyond a profile's name: offered, believed, refused, told apart."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, Self, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, model_validator

from rules.catalog import ApprovalRule, Catalog, Profile
from tests.unit.vendors.accesses import ANY
from vendors.contract import AnyVendor, Choice
from vendors.fields import FREE_TEXT
from workflow.accesses import Accesses, Asked, Given, Wrongs, difference, together
from workflow.offers import Offers


class Seat(BaseModel):
    """An access with a field of each kind, and one that no form knows."""

    floor: str = Field(default="first", title="Floor")
    rooms: tuple[str, ...] = Field(default=(), title="Meeting rooms")
    size: Literal["small", "large"] = Field(default="small", title="Size")
    window: bool = Field(default=False, title="Window")
    note: str | None = Field(default=None, title="Note", json_schema_extra=FREE_TEXT, max_length=9)
    weight: int = Field(default=70, title="Weight")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.window and self.size == "large":
            raise ValueError("has no large seat at the window")
        return self


@dataclass
class Office:
    """A vendor that offers floors and rooms, as long as it is open."""

    name: str = "office"
    title: str = "The Office"
    access: type[BaseModel] = Seat
    offered: dict[str, list[str]] = field(
        default_factory=lambda: {"floor": ["first", "Second"], "rooms": ["Oslo", "Bergen"]}
    )

    async def choices(self, name: str, query: str) -> list[Choice]:
        assert query == ""
        return [Choice(one, one) for one in self.offered[name]]


OLD = Seat(rooms=("Oslo",), note="Hello", weight=80)


def catalog(access: BaseModel, vendor: str = "office") -> Catalog:
    profile = Profile("engineer", "Engineer", {vendor: access.model_dump_json()})
    return Catalog({"engineer": profile}, ApprovalRule((), 1, timedelta(hours=1)))


def accesses(office: Office, access: BaseModel = OLD) -> Accesses:
    vendors = {"office": cast("AnyVendor", office)}
    return Accesses(vendors, catalog(access), Offers(vendors, lambda: 0))


@pytest.fixture
def office() -> Office:
    return Office()


def given_(**texts: tuple[str, ...]) -> Given:
    return {("office", name): value for name, value in texts.items()}


async def read(office: Office, **texts: tuple[str, ...]) -> Asked | Wrongs:
    return await accesses(office).read("engineer", given_(**texts))


def test_a_field_that_no_form_knows_is_not_shown_and_stays(office: Office) -> None:
    names = [one.name for one in accesses(office).fields("engineer")]
    assert names == ["floor", "rooms", "size", "window", "note"]


async def test_what_was_changed_is_kept_and_the_rest_stays(office: Office) -> None:
    asked = await read(office, floor=("Second",), window=("true",))
    assert isinstance(asked, Asked)
    seat = Seat.model_validate_json(asked.accesses["office"])
    assert seat == Seat(floor="Second", rooms=("Oslo",), window=True, note="Hello", weight=80)


async def test_what_is_as_the_profile_has_it_asks_for_nothing_of_its_own(office: Office) -> None:
    same: dict[str, tuple[str, ...]] = {
        "floor": ("first",),
        "rooms": ("Oslo",),
        "size": ("small",),
        "window": (),
        "note": ("Hello",),
    }
    assert await read(office, **same) == Asked({})
    assert await read(office) == Asked({})


async def test_the_order_makes_no_difference(office: Office) -> None:
    both = accesses(office, Seat(rooms=("Oslo", "Bergen")))
    assert await both.read(None, given_(rooms=("Bergen", "Oslo"))) == Asked({})


WRONGS: list[tuple[dict[str, tuple[str, ...]], str, str]] = [
    ({"floor": ("Roof",)}, "floor", "Please choose from the list."),
    ({"rooms": ("Oslo", "Roof")}, "rooms", "Please choose from the list."),
    ({"floor": ()}, "floor", "Must not be empty."),
    ({"size": ("huge",)}, "size", "Input should be 'small' or 'large'."),
    ({"note": ("a note too long",)}, "note", "String should have at most 9 characters."),
    (
        {"size": ("large",), "window": ("true",)},
        "size",
        "Has no large seat at the window.",
    ),
]


@pytest.mark.parametrize(("texts", "name", "sentence"), WRONGS)
async def test_a_wrong_value_is_told_at_its_own_field(
    office: Office, texts: dict[str, tuple[str, ...]], name: str, sentence: str
) -> None:
    assert await read(office, **texts) == Wrongs({("office", name): sentence})


async def test_every_wrong_value_is_told_at_once(office: Office) -> None:
    wrong = await read(office, floor=("Roof",), size=("huge",))
    assert isinstance(wrong, Wrongs)
    assert {name for _, name in wrong.sentences} == {"floor", "size"}


async def test_nothing_new_is_believed_of_a_vendor_that_says_nothing(office: Office) -> None:
    office.offered = {"floor": [], "rooms": []}
    wrong = await read(office, floor=("Second",))
    assert isinstance(wrong, Wrongs)
    assert wrong.sentences["office", "floor"].startswith("The Office does not say now")
    assert await read(office, floor=("first",)) == Asked({})


async def test_choices_are_searched_by_name_and_the_profiles_come_first(office: Office) -> None:
    desk = accesses(office)
    assert await labels(desk, "rooms") == ["Oslo", "Bergen"]
    assert await labels(desk, "rooms", " BERG ") == ["Bergen"]
    assert await labels(desk, "size") == []
    assert await labels(desk, "weight") == []
    assert await labels(desk, "nonsense") == []


async def labels(desk: Accesses, name: str, query: str = "") -> list[str]:
    return [one.label for one in await desk.suggest("engineer", ("office", name), query)]


def test_one_thing_under_two_spellings_is_listed_once() -> None:
    first, second = Choice("user", "User"), Choice("r-1", "user")
    assert together([first], [second, Choice("r-2", "Admin")]) == (first, Choice("r-2", "Admin"))


def test_two_things_of_one_name_are_both_listed() -> None:
    first, others = Choice("user", "User"), [Choice("r-1", "user"), Choice("r-2", "USER")]
    assert together([first], others) == (first, *others)


def test_a_difference_is_told_field_by_field() -> None:
    new = Seat(floor="Second", rooms=(), window=True, note="{Bye}", weight=90)
    assert difference(OLD, new) == (
        "floor Second instead of first; meeting rooms nothing instead of Oslo; "
        "window yes instead of no; note “{Bye}” instead of “Hello”"
    )


class Named(BaseModel):
    """An access whose title begins with a name."""

    place: str = Field(default="a", title="GitHub organization")


def test_a_name_in_a_title_keeps_its_capital() -> None:
    assert difference(Named(), Named(place="b")) == "GitHub organization b instead of a"


@given(ANY, st.data())
def test_two_accesses_are_told_apart_exactly_where_they_differ(
    one: BaseModel, data: st.DataObject
) -> None:
    other: Any = data.draw(ANY.filter(lambda two: type(two) is type(one)))
    assert difference(one, one) == ""
    if difference(one, other) == "":
        assert _sorted(one) == _sorted(other)


def _sorted(access: BaseModel) -> dict[str, object]:
    values = access.model_dump().items()
    return {
        name: sorted(map(repr, value)) if isinstance(value, tuple) else value
        for name, value in values
    }
