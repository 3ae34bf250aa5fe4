"""Every modal: empty, filled in, with fields of every kind."""

from functools import partial

from commands.views import answers, forms, handing, several_form
from commands.views.forms import Filled, ProfileChoice
from rules.plans import Effect, PlannedStep
from rules.states import RequestState, StepState
from tests.browser.gallery import data
from tests.browser.gallery.batches import WAITS as BATCH
from tests.browser.gallery.cards import WITH_AN_END
from tests.browser.gallery.case import Case, cases
from tests.browser.gallery.data import ENDS, ZONE, approved, onboarding, removal
from vendors.contract import Choice
from vendors.fields import FormKind
from workflow.accesses import FieldView

PROFILES = [
    ProfileChoice("engineer", "Engineer"),
    ProfileChoice("analyst", "Analyst"),
    ProfileChoice("seller", "Seller"),
]


def field(kind: FormKind, title: str, vendor: str, *chosen: str, hint: str = "") -> FieldView:
    """Return a field of the seller's access, set to ``chosen``."""
    return FieldView(
        "seller", vendor, data.TITLES[vendor], title.lower(), title, hint, kind,
        may_be_empty=True, longest=200, chosen=tuple(Choice(one, one) for one in chosen),
        options=tuple(Choice(one, one) for one in (*chosen, "Another")) if kind == "listed" else (),
    )  # fmt: skip


FIELDS = (
    field("one", "Role", "axiom", "user", hint="What the person may do."),
    field("many", "Groups and roles", "ixon", "Company: Engineer", "Site north: Viewer"),
    field("text", "Message", "ixon", "Welcome to the north."),
    field("listed", "Role", "appxite", "Viewer"),
    field("switch", "Activation by mail", "appxite", "true"),
)
TOO_LONG = field("one", "Role", "axiom", "r" * 200)
FILLED = Filled(
    data.NOAH.id, "noahweiss", "seller", "Sells in the north from Monday", "2026-03-09T10:00",
    "2026-04-01T18:00", principal=data.JONAS.id,
)  # fmt: skip
NOTE = "Noah Weiss has the profile Engineer. This asks for a change."
REMOVALS = [
    PlannedStep(one, Effect(effect), planned, None, None, risks, "{}")
    for (one, (effect, planned)), risks in zip(
        data.REMOVALS.items(), ((), (data.LAST_OWNER,), (), (), ()), strict=True
    )
]
TASK = removal(
    "appxite",
    StepState.ACTION_REQUIRED,
    detail="No call of AppXite's removes a user: open AppXite → Users, and block the account.",
)
EXTENDED = onboarding(
    RequestState.COMPLETED, until_at=ENDS.at, until_wall="2026-04-01T18:00", zone=ZONE
)

FORMS = {
    "onboard": partial(forms.onboard, Filled(), PROFILES, None),
    "onboard_filled": partial(forms.onboard, FILLED, PROFILES, None, FIELDS, NOTE),
    "onboard_long_access": partial(forms.onboard, FILLED, PROFILES, None, (TOO_LONG,)),
    "offboard": partial(forms.offboard, Filled(), [], {}, None),
    "offboard_filled": partial(forms.offboard, FILLED, REMOVALS, data.TITLES, None),
    "extension": partial(forms.extension, EXTENDED),
    "deny": partial(forms.deny, data.REF, 12),
    "by_hand": partial(handing.by_hand, TASK),
    "hand_over": partial(handing.hand_over, TASK),
    "details": partial(forms.details, 12, answers.why(approved(WITH_AN_END), data.STORY)),
    "several": partial(several_form.form, ["engineer", "analyst", "seller"], "engineer"),
    "deny_batch": partial(several_form.denial, BATCH),
}


def all_of_them() -> list[Case]:
    """Return every modal."""
    return cases("form", FORMS)
