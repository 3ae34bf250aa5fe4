"""The cards of requests: every state, every end of a step, and what else a card has to say."""

from dataclasses import replace
from functools import partial

from commands.views import card, notice
from rules.states import RequestState, StepState
from tests.browser.gallery import data
from tests.browser.gallery.case import Case, cases
from tests.browser.gallery.data import (
    DAY,
    ENDS,
    EVERY_END,
    LEADS_FIRST,
    NOW,
    THEN_IT,
    TROUBLED,
    UNDER_WAY,
    ZONE,
    approved,
    denied,
    offboarding,
    onboarding,
    removal,
    step,
    terms,
)

WAITS = onboarding(RequestState.PENDING)
COMPLETED = approved(onboarding(RequestState.COMPLETED, *EVERY_END))
NEEDS_ATTENTION = approved(offboarding(RequestState.COMPLETED_WITH_ERRORS, *TROUBLED))
SCHEDULED = approved(
    onboarding(RequestState.SCHEDULED, starts_at=NOW + 7 * DAY, starts_wall="2026-03-09T10:00")
)
REMOVED = approved(
    offboarding(
        RequestState.COMPLETED,
        removal("axolo", StepState.UNVERIFIED, detail="Axolo accepted; it offers no way to look."),
        removal("axiom", StepState.DONE, detail="The account was deleted."),
        removal("ixon", StepState.DONE, detail="IXON shows nobody of this address any more."),
        removal("appxite", StepState.ATTESTED, attested=data.ATTESTED),
        removal("ambition", StepState.UNCHANGED, effect="absent", detail="Nobody was there."),
        ended_at=NOW + data.HOUR,
    )
)
LAPSED = approved(
    onboarding(
        RequestState.COMPLETED,
        step("ixon", StepState.EXPIRED, resends=True, expires_at=NOW + 14 * DAY,
             detail="IXON shows the invitation no more."),
        step("appxite", StepState.WITHDRAWN, detail="#31 took the invitation back."),
        step("axiom", StepState.DONE, detail="The account has the role user."),
    )
)  # fmt: skip
CHANGE = onboarding(
    RequestState.PENDING,
    step("axiom", effect="change", planned="Change the role from user to admin.",
         risks=(data.ADMIN, data.LAST_OWNER)),
    removal("axolo"),
    step("ixon", effect="keep", planned="Engineer in Company already."),
    step("appxite", changed="Role: Editor, instead of Viewer"),
    removal("ambition", effect="absent", planned="Nobody of this address is there."),
    changes_from="Engineer", profile="Platform admin",
)  # fmt: skip
WITH_AN_END = onboarding(
    RequestState.PENDING,
    starts_at=NOW + 7 * DAY,
    starts_wall="2026-03-09T10:00",
    until_at=NOW + 30 * DAY,
    until_wall="2026-04-01T11:00",
    terms=terms(LEADS_FIRST, THEN_IT),
)
RISKY = offboarding(
    RequestState.PENDING,
    removal("axiom", risks=(data.LAST_OWNER, data.ADMIN)),
    removal("appxite", hands=(data.FEMI.id,)),
)
PARTLY = approved(
    onboarding(
        RequestState.PARTLY_DONE,
        step("axiom", StepState.DONE, detail="The account has the role user."),
        step("ixon", StepState.CANCELLED),
        step("appxite", StepState.CANCELLED),
    )
)
LOOKS_ALIKE = onboarding(
    RequestState.PENDING,
    step("axiom", risks=(data.LOOK_ALIKE, data.ELSEWHERE)),
    email="no\u0430h@\u0430cme.example",
)
LONG = onboarding(
    RequestState.PENDING,
    step("axiom", risks=(f"A risk that takes {'long-' * 24}words to tell.",)),
    name="Wolfeschlegelsteinhausenbergerdorff " * 3,
    email=f"{'wolfeschlegelsteinhausen' * 4}@acme.example",
    reason="Because " + "of everything that has to be said about it, " * 20,
)  # fmt: skip

STATES = {
    "received": onboarding(RequestState.RECEIVED, steps=()),
    "refused": onboarding(RequestState.REFUSED, steps=(), problem="Oskar Berg is deactivated."),
    "pending": WAITS,
    "scheduled": SCHEDULED,
    "approved": approved(onboarding(RequestState.APPROVED)),
    "running": approved(onboarding(RequestState.RUNNING, *UNDER_WAY)),
    "completed": COMPLETED,
    "needs_attention": NEEDS_ATTENTION,
    "partly_done": PARTLY,
    "denied": denied(onboarding(RequestState.DENIED)),
    "cancelled": onboarding(RequestState.CANCELLED, problem="Marta Nowak withdrew it."),
    "expired": onboarding(RequestState.EXPIRED),
}
OTHERS = {
    "offboarding_pending": RISKY,
    "offboarding_completed": REMOVED,
    "handed_over": approved(
        offboarding(
            RequestState.COMPLETED_WITH_ERRORS,
            removal("appxite", StepState.ACTION_REQUIRED, handed_to=data.FEMI.id),
            taken_by=data.JONAS.id,
        )
    ),
    "invitation_expired": LAPSED,
    "change_of_profile": CHANGE,
    "on_behalf": onboarding(RequestState.PENDING, principal=data.JONAS.id),
    "with_start_and_end": WITH_AN_END,
    "second_stage": approved(onboarding(RequestState.PENDING, terms=terms(LEADS_FIRST, THEN_IT))),
    "extension": onboarding(
        RequestState.PENDING, origin=8, standing=replace(ENDS, number=8), until_at=NOW + 60 * DAY,
        until_wall="2026-05-01T18:00",
    ),
    "end_of_access": offboarding(RequestState.RUNNING, origin=12),
    "with_a_standing_end": replace(COMPLETED, standing=ENDS, until_at=ENDS.at),
    "strange_address": LOOKS_ALIKE,
    "longest_words": LONG,
}  # fmt: skip
CONFIDENTIAL = {
    state.value: offboarding(state, ended_at=NOW + DAY, zone=ZONE) for state in RequestState
}


def all_of_them() -> list[Case]:
    """Return the cards, and what everybody reads of a confidential request."""
    return [
        *cases("card", {name: partial(card.card, view) for name, view in STATES.items()}),
        *cases("card", {name: partial(card.card, view) for name, view in OTHERS.items()}),
        *cases("notice", {name: partial(notice.notice, one) for name, one in CONFIDENTIAL.items()}),
    ]
