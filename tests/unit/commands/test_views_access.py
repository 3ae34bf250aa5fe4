"""The fields of the vendors: Slack takes them, and what comes back is what was put in."""

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from commands.views import access, forms
from commands.views.forms import Filled, ProfileChoice
from sandbox.slack import inputs
from tests.unit.commands.hostile import LONG, TEXTS, TRICKS
from tests.unit.commands.reading import problems_of_view
from tests.unit.vendors.accesses import ANY
from vendors.contract import Choice
from vendors.fields import FormKind, fields_of, filled, present
from workflow.accesses import FieldView

PROFILES = (ProfileChoice("engineer", "Engineer"),)
CHOICES = st.builds(Choice, value=TEXTS.filter(bool), label=TEXTS)


@st.composite
def views(draw: st.DrawFn) -> FieldView:
    """Draw a field of a vendor that is not ours, full of whatever it likes."""
    kind: FormKind = draw(st.sampled_from(get_args(FormKind)))
    least, most = {"listed": (1, 1), "many": (0, 3)}.get(kind, (0, 1))
    chosen = st.lists(CHOICES, min_size=least, max_size=most, unique_by=lambda one: one.value)
    said = tuple(draw(chosen))
    options = (*said, *draw(st.lists(CHOICES, max_size=3)))
    return FieldView(
        profile="engineer",
        vendor="acme",
        vendor_title=draw(TEXTS),
        name="field",
        title=draw(TEXTS),
        hint=draw(TEXTS),
        kind=kind,
        may_be_empty=draw(st.booleans()),
        longest=draw(st.none() | st.integers(1, 10_000)),
        chosen=said,
        options=tuple({one.value: one for one in options}.values()) if kind == "listed" else (),
    )


@given(views())
def test_a_field_of_any_vendor_is_taken_by_slack(field: FieldView) -> None:
    view = forms.onboard(Filled(), PROFILES, None, [field])
    assert problems_of_view(view) == []


def test_what_is_too_long_for_slack_is_left_to_the_profile() -> None:
    long = (Choice("x" * (access.LONGEST_VALUE + 1), "x"),)
    many = tuple(Choice(f"{number}", "x") for number in range(101))
    for said in (long, many):
        field = view_of("many", said)
        view = forms.onboard(Filled(), PROFILES, None, [field])
        assert problems_of_view(view) == []
        back = inputs.initial(view.to_dict()["blocks"])
        assert access.parse(back, [field]) == {}
        assert "stays as the profile says" in str(view.to_dict())


def view_of(kind: FormKind, chosen: tuple[Choice, ...], name: str = "field") -> FieldView:
    return FieldView(
        profile="engineer",
        vendor="acme",
        vendor_title="Acme",
        name=name,
        title="Field",
        hint="",
        kind=kind,
        may_be_empty=True,
        longest=None,
        chosen=chosen,
        options=(),
    )


def test_the_names_of_choices_are_cut_and_never_empty() -> None:
    choices = [Choice(f"{number}", (trick * LONG)[:LONG]) for number, trick in enumerate(TRICKS)]
    for one in access.options(choices):
        assert 0 < len(one.to_dict()["text"]["text"]) <= 75


def test_at_most_a_hundred_choices_are_shown() -> None:
    choices = [Choice(f"{number}", "x") for number in range(250)]
    assert len(access.options(choices)) == 100


@given(ANY)
def test_an_access_that_nobody_changed_comes_back_as_it_was(given_access: BaseModel) -> None:
    """From the vendor's model into blocks, through Slack, and back into the model."""
    fields = [
        FieldView(
            "engineer", "acme", "Acme", one.name, one.title, one.hint, one.kind,
            one.may_be_empty, one.longest, present(given_access, one), one.options,
        )
        for one in fields_of(type(given_access))
    ]  # fmt: skip
    view = forms.onboard(Filled(), PROFILES, None, fields)
    assert problems_of_view(view) == []
    values = inputs.initial(view.to_dict()["blocks"])
    assert not access.changed(values, fields)
    back = access.parse(values, fields)
    assert filled(given_access, {name: texts for (_, name), texts in back.items()}) == given_access


PARTS = st.text(st.characters(exclude_characters=":"), min_size=1, max_size=20)


@given(st.text(min_size=1, max_size=40), PARTS, PARTS)
def test_a_block_is_found_by_its_id_whatever_the_profile_is_called(
    profile: str, vendor: str, field: str
) -> None:
    assert access.place(f"access:{profile}:{vendor}:{field}") == (profile, (vendor, field))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("value", "selected_option", "selected_options", "other")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(("access:engineer:acme:field", "reason")), JSON))
def test_whatever_comes_back_is_read_or_left_out(values: dict[str, Any]) -> None:
    for kind in get_args(FormKind):
        for texts in access.parse(values, [view_of(kind, ())]).values():
            assert all(one.strip() for one in texts)
