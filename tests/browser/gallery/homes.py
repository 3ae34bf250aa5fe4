"""Home: of an approver, a requester, a guest, somebody for whom nothing is there, and a search."""

from dataclasses import replace
from functools import partial
from typing import Any

from commands.views import daily, home
from commands.views.home import Home
from commands.views.places import Places
from rules.pages import Span
from rules.states import RequestState, StepState
from rules.values import Kind
from tests.browser.gallery import data
from tests.browser.gallery.case import Case, cases
from tests.browser.gallery.data import DAY, NOW, PLANS, REF, TITLES, ZONE
from workflow.daily import Agenda
from workflow.homeviews import Asked, BatchList, HomeBatch, HomeList, HomeRow, Planned, Trouble

SORRY = "Guests can't do this: they do not belong to this workspace for good."
OLDER, NEWER = Span((NOW, 7)), Span((NOW, 12), back=True)


def row(number: int, state: RequestState, kind: Kind = Kind.ONBOARD, **facts: Any) -> HomeRow:  # noqa: ANN401 - any field
    """Return a line about the seller."""
    made = HomeRow(
        number, REF, kind, state, data.MANAGER.id, data.NOAH.id, data.NOAH.real_name, NOW
    )  # fmt: skip
    return replace(made, **facts)


PLAN = tuple(
    Planned(TITLES[one], effect, planned, (data.ADMIN,) if one == "axiom" else ())
    for one, (effect, planned) in PLANS.items()
)
ASKED = Asked(
    data.NOAH.email, "noahweiss", "Sells in the north", NOW + DAY, NOW + 30 * DAY, ZONE
)  # fmt: skip
WAITS = row(12, RequestState.PENDING, plan=PLAN, asked=ASKED)
TOO_LONG = row(
    13, RequestState.PENDING, plan=(Planned("Axiom", "create", "x " * 150, (), "y " * 1500),) * 2,
    asked=ASKED,
)  # fmt: skip
TROUBLES = (
    Trouble(REF, "axiom", "Axiom", StepState.FAILED),
    Trouble(REF, "appxite", "AppXite", StepState.ACTION_REQUIRED, handed_to=data.FEMI.id),
    Trouble(REF, "axolo", "Axolo", StepState.UNKNOWN),
)
LAPSED = (Trouble(REF, "ixon", "IXON", StepState.EXPIRED, resends=True),)
TROUBLE = row(31, RequestState.COMPLETED_WITH_ERRORS, Kind.OFFBOARD, troubles=TROUBLES)
OVERDUE = row(
    29, RequestState.COMPLETED_WITH_ERRORS, Kind.OFFBOARD, troubles=TROUBLES[:1], is_overdue=True
)
INVITED = row(27, RequestState.COMPLETED, troubles=LAPSED, principal=data.JONAS.id)
DONE = row(26, RequestState.COMPLETED)
LEAVES = row(12, RequestState.COMPLETED, due_at=NOW + 30 * DAY)
GOES = row(30, RequestState.SCHEDULED, Kind.OFFBOARD, due_at=NOW + 3 * DAY)
EMPTY = HomeList()
LISTS = ("waiting", "trouble", "mine", "leaving", "on_board")

WAYS = {("Axiom", *PLANS["axiom"]): 3, ("Axolo", *PLANS["axolo"]): 2}
BATCH = HomeBatch(
    7, REF, "pending", "", data.MANAGER.id, "The spring intake", NOW,
    {RequestState.PENDING: 3}, 1, {"Engineer": 2, "Analyst": 1}, WAYS, {data.ADMIN: 1},
    (data.ADA.id, data.KENJI.id, data.TOMAS.id),
)  # fmt: skip
BATCH_UNDER_WAY = replace(
    BATCH, number=6, state="decided", verdict="approved",
    states={RequestState.COMPLETED: 2, RequestState.RUNNING: 1},
)  # fmt: skip
FULL: dict[str, HomeList | BatchList] = {
    "waiting": HomeList((WAITS, TOO_LONG), None, OLDER),
    "batches": BatchList((BATCH,), None, OLDER),
    "trouble": HomeList((OVERDUE, TROUBLE, INVITED), NEWER, OLDER),
    "mine": HomeList((DONE, TROUBLE), NEWER),
    "my_batches": BatchList((BATCH, BATCH_UNDER_WAY), NEWER),
    "leaving": HomeList((GOES, LEAVES), NEWER, OLDER),
    "on_board": HomeList((DONE, INVITED)),
}
HOMES = {
    "approver": partial(home.home, Home(None, lists=FULL)),
    "approver_empty": partial(home.home, Home(None, lists=dict.fromkeys(LISTS, EMPTY))),
    "requester": partial(home.home, Home(None, lists={"mine": HomeList((DONE, TROUBLE), NEWER)})),
    "requester_empty": partial(home.home, Home(None, lists={"mine": EMPTY})),
    "guest": partial(home.home, Home(SORRY, lists={"mine": EMPTY})),
    "search": partial(
        home.home,
        Home(None, Places({}, data.NOAH.id, 1), {"about": HomeList((WAITS, DONE), NEWER, OLDER)}),
    ),
    "search_empty": partial(home.home, Home(None, Places({}, data.ADA.id, 2), {"about": EMPTY})),
}

DIGESTS = {
    "approver": partial(
        daily.digest,
        Agenda(data.JONAS.id, (WAITS, TOO_LONG), (OVERDUE, TROUBLE), (GOES, LEAVES), (BATCH,)),
    ),
    "channel": partial(
        daily.digest, Agenda("C0GENERAL1", (WAITS,), (OVERDUE, TROUBLE), (GOES, LEAVES))
    ),
    "nothing": partial(daily.digest, Agenda(data.JONAS.id)),
}


def digests() -> list[Case]:
    """Return the daily digests: messages with what Home shows."""
    return cases("digest", DIGESTS)


def all_of_them() -> list[Case]:
    """Return every Home."""
    return cases("home", HOMES)
