"""Forms: Slack takes them whatever they are filled with, and what comes back is what was put in."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from commands.ids import Block, Form
from commands.views import forms
from commands.views.forms import Filled, ProfileChoice
from commands.views.text import storable
from rules.plans import Effect, PlannedStep
from sandbox.slack import inputs
from tests.unit.commands.hostile import IDS, LONG, TEXTS, TRICKS, VENDORS
from tests.unit.commands.reading import problems_of_view

MAYBE = st.none() | TEXTS.filter(bool)
LOGINS = st.none() | st.from_regex(r"[a-z][a-z0-9-]{0,38}", fullmatch=True)
FILLED = st.builds(
    Filled,
    subject=st.none() | st.sampled_from(IDS),
    github_login=LOGINS,
    profile=st.none() | st.sampled_from(("engineer", "analyst", "gone")),
    reason=TEXTS,
)
PROFILES = (ProfileChoice("engineer", "Engineer <&>"), ProfileChoice("analyst", "x" * 200))
PLANNED = st.builds(
    PlannedStep,
    vendor=st.sampled_from(VENDORS),
    effect=st.sampled_from(Effect),
    detail=TEXTS,
    before=MAYBE,
    after=MAYBE,
    risks=st.lists(TEXTS, max_size=2).map(tuple),
    access=st.just(""),
)
TITLES = {vendor: vendor.title() for vendor in VENDORS}
CHANNELS = st.none() | st.just("C0123456789")


@given(FILLED, CHANNELS)
def test_the_onboarding_form_is_taken_by_slack(filled: Filled, asked_in: str | None) -> None:
    view = forms.onboard(filled, PROFILES, asked_in)
    assert problems_of_view(view) == []
    assert view.callback_id == Form.ONBOARD


@given(FILLED, st.lists(PLANNED, max_size=5), CHANNELS)
def test_the_offboarding_form_is_taken_by_slack(
    filled: Filled, removals: list[PlannedStep], asked_in: str | None
) -> None:
    view = forms.offboard(filled, removals, TITLES, asked_in)
    assert problems_of_view(view) == []
    assert view.callback_id == Form.OFFBOARD


def test_the_offboarding_form_is_taken_however_long_its_texts_are() -> None:
    for trick in TRICKS:
        text = (trick * LONG)[:LONG]
        step = PlannedStep("axiom", Effect.REMOVE, text, text, text, (text,) * 3, "")
        assert problems_of_view(forms.offboard(Filled(reason=text), [step], TITLES, None)) == []


def test_a_reason_is_never_longer_than_its_field() -> None:
    for view in (
        forms.onboard(Filled(reason="x" * LONG), PROFILES, None),
        forms.offboard(Filled(reason="x" * LONG), [], TITLES, None),
    ):
        field = next(one for one in view.to_dict()["blocks"] if one["block_id"] == Block.REASON)
        assert len(field["element"]["initial_value"]) <= field["element"]["max_length"]


@given(st.integers(1, 10**12))
def test_the_denial_form_is_taken_by_slack(number: int) -> None:
    view = forms.deny("r" * 22, number)
    assert problems_of_view(view) == []
    assert view.private_metadata == "r" * 22


@given(st.integers(1, 10**12))
def test_the_details_are_taken_by_slack(number: int) -> None:
    assert problems_of_view(forms.details(number, "*words*")) == []


@given(FILLED)
def test_what_a_form_was_filled_with_comes_back(filled: Filled) -> None:
    """Slack sends the state of the inputs; nobody changed them here."""
    view = forms.onboard(filled, PROFILES, None).to_dict()
    back = forms.parse(inputs.initial(view["blocks"]))
    assert back.subject == filled.subject
    assert back.github_login == filled.github_login
    assert back.profile == (
        filled.profile if filled.profile in {"engineer", "analyst"} else "engineer"
    )
    assert back.reason == storable(filled.reason).strip()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS | st.sampled_from(IDS),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(("subject", "github", "profile", "reason", "value", "selected_user",
                         "selected_option", "other")),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([block.value for block in Block]), JSON, max_size=4))
def test_whatever_comes_back_is_read_or_left_out(values: dict[str, Any]) -> None:
    filled = forms.parse(values)
    assert filled.subject is None or filled.subject in IDS
    assert filled.github_login is None or filled.github_login.strip()
    assert isinstance(filled.reason, str)
