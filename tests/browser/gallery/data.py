"""Requests to draw: people of the sandbox's company, and what the vendors say of their accounts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from rules.states import RequestState, StepState
from rules.terms import Stage, Terms
from rules.values import Kind, Verdict
from sandbox.cast import ADA, FEMI, IT_OPS, JONAS, KENJI, LEAD, LEADS, MANAGER, NOAH, PRIYA, TOMAS
from storage.audit import CODES
from workflow import addresses
from workflow.readmodels import AttestedView, DecisionView, EndView, Line, RequestView, StepView

__all__ = ["ADA", "FEMI", "JONAS", "KENJI", "LEAD", "MANAGER", "NOAH", "PRIYA", "TOMAS"]

HOUR = 3_600_000_000
DAY = 24 * HOUR
NOW = 1_772_442_000_000_000
"""2 March 2026, 09:00 UTC, in microseconds."""

ZONE = "Europe/Warsaw"
REF = "r" * 22
TITLES = {
    "axolo": "Axolo",
    "axiom": "Axiom",
    "ixon": "IXON",
    "appxite": "AppXite",
    "ambition": "Ambition",
}
PLANS = {
    "axolo": ("create", "Onboard the GitHub login in acme. Axolo offers no way to look."),
    "axiom": ("create", "Create an account with the role user; Axiom mails an invitation."),
    "ixon": (
        "invite",
        "Invite as Engineer in Company. IXON mails an invitation that expires.",
    ),
    "appxite": (
        "invite",
        "Invite as Viewer in Acme; AppXite mails a link, and the person must confirm.",
    ),
    "ambition": ("create", "Create an account, and assign Role: Account Executive; Team: Dogs."),
}
REMOVALS = {
    "axolo": ("remove", "Take the GitHub login out of acme. Axolo offers no way to look."),
    "axiom": ("remove", "Delete the account with the role user."),
    "ixon": ("remove", "Remove the user from Company, and take back invitations."),
    "appxite": ("by_hand", "No call of AppXite's removes a user: block the account there."),
    "ambition": ("remove", "Deactivate the account."),
}
LAST_OWNER = "This is the only owner of the organization: nobody could let others in afterwards."
ADMIN = "Admin at Axiom may create tokens and change everybody's access."
LOOK_ALIKE, ELSEWHERE = addresses.strange("no\u0430h@\u0430cme.example", ["acme.example"])
EVERY_VENDOR = tuple(TITLES)


def terms(*stages: Stage, automatic: str | None = None, is_confidential: bool = False) -> Terms:
    """Return terms with these stages; with one for IT where none are named."""
    usual = () if automatic else (Stage("approval", "IT operations", (IT_OPS.id,), 1),)
    return Terms(
        rules=("approval",) if not automatic else (automatic,),
        stages=stages or usual,
        automatic=automatic,
        requesters=(),
        expires_after=timedelta(hours=72),
        valid_for=timedelta(hours=24),
        confidential=is_confidential,
    )


LEADS_FIRST = Stage("sellers", "Team leads", (LEADS.id,), 1)
THEN_IT = Stage("approval", "IT operations", (IT_OPS.id,), 2)


def step(vendor: str, state: StepState = StepState.WAITING, **facts: Any) -> StepView:  # noqa: ANN401 - any field
    """Return a vendor's part, planned as the vendor would plan it for a seller."""
    effect, planned = PLANS[vendor]
    made = StepView(
        f"s{REF}"[:22], vendor, TITLES[vendor], state, effect, planned, None, None, (), "", None
    )
    return replace(made, **facts)


def removal(vendor: str, state: StepState = StepState.WAITING, **facts: Any) -> StepView:  # noqa: ANN401 - any field
    """Return a vendor's part of an offboarding."""
    effect, planned = REMOVALS[vendor]
    return step(vendor, state, **({"effect": effect, "planned": planned} | facts))


PLANNED = tuple(step(one) for one in EVERY_VENDOR)
REMOVED = tuple(removal(one) for one in EVERY_VENDOR)


def onboarding(state: RequestState, *steps: StepView, **facts: Any) -> RequestView:  # noqa: ANN401 - any field
    """Return the onboarding of a seller."""
    view = RequestView(
        12, REF, Kind.ONBOARD, state, MANAGER.id, NOAH.id, NOAH.real_name, NOAH.email,
        "noahweiss", "Seller", "Sells in the north from Monday", None, terms(), "0f" * 32,
        "1e" * 32, NOW, NOW + 3 * DAY, None, steps or PLANNED, (), zone=ZONE,
    )  # fmt: skip
    return replace(view, **facts)


def offboarding(state: RequestState, *steps: StepView, **facts: Any) -> RequestView:  # noqa: ANN401 - any field
    """Return the offboarding of the same person."""
    usual: dict[str, Any] = {"kind": Kind.OFFBOARD, "number": 31, "reason": "Leaves for a new job"}
    return onboarding(state, *(steps or REMOVED), **(usual | facts))


def approved(view: RequestView) -> RequestView:
    """Return the request with an approval."""
    decision = DecisionView(LEAD.id, Verdict.APPROVE, "", NOW + HOUR, "approval")
    return replace(view, decisions=(*view.decisions, decision))


def denied(view: RequestView) -> RequestView:
    """Return the request with a denial."""
    reason = "No seat is free before April; ask again then."
    decision = DecisionView(JONAS.id, Verdict.DENY, reason, NOW + HOUR, "approval")
    return replace(view, decisions=(decision,))


ATTESTED = AttestedView(FEMI.id, "Blocked in the portal, see ticket IT-4711", NOW + 2 * HOUR)
ENDS = EndView(12, NOW + 30 * DAY, "2026-04-01T18:00", ZONE)

EVERY_END = (
    step("axolo", StepState.UNVERIFIED, detail="Axolo accepted, and offers no way to look."),
    step("axiom", StepState.DONE, detail="The account has the role user."),
    step("ixon", StepState.INVITED, detail="IXON shows the invitation.", expires_at=NOW + 14 * DAY,
         resends=True),
    step("appxite", StepState.UNCHANGED, effect="keep", detail="The user is a Viewer in Acme."),
    step("ambition", StepState.ATTESTED, attested=ATTESTED),
)  # fmt: skip
UNDER_WAY = (
    step("axolo", StepState.RUNNING),
    step("axiom", StepState.DONE, detail="The account has the role user."),
    step("ixon", StepState.WAITING, next_at=NOW + HOUR,
         detail="IXON asks us to wait: too many requests."),
    step("appxite", StepState.WAITING, has_not_begun=True),
    step("ambition", StepState.UNKNOWN, next_at=NOW + HOUR,
         detail="Ambition gave no whole answer: the change may have happened."),
)  # fmt: skip
TROUBLED = (
    removal("axolo", StepState.UNKNOWN,
            detail="Axolo gave no whole answer: the change may have happened."),
    removal("axiom", StepState.FAILED, detail="Axiom refused: the token may not delete users."),
    removal("ixon", StepState.DONE, detail="IXON shows neither a user nor an invitation any more."),
    removal("appxite", StepState.ACTION_REQUIRED, hands=(FEMI.id, IT_OPS.id),
            detail="No call of AppXite's removes a user: open AppXite → Users, and block the "
            "account."),
    removal("ambition", StepState.FAILED, detail="Ambition did not answer for an hour."),
)  # fmt: skip
STORY = tuple(
    Line(number, code, NOW + number * 60_000_000, actor, title, outcome, rule, CODES[code], asked)
    for number, (code, actor, title, outcome, rule, asked) in enumerate(
        (
            ("REQ001I", MANAGER.id, None, "ok", None, ()),
            ("REQ002I", "aboard", None, "ok", None, ()),
            ("DEC003I", "aboard", None, "ok", "sellers", (IT_OPS.id,)),
            ("DEC001I", LEAD.id, None, "ok", "sellers", ()),
            ("STP001I", "aboard", "Axiom", "ok", None, ()),
            ("STP002I", "aboard", "Axiom", "done", None, ()),
            ("STP004E", "aboard", "IXON", "refused", None, ()),
        )
    )
)
