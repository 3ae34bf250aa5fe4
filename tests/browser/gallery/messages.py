"""The messages that are no cards: answers, outcomes, tasks, threads, reminders, lists, receipts."""

from dataclasses import replace
from functools import partial

from commands.views import answers, greetings, history, reminders
from rules.states import RequestState, StepState
from tests.browser.gallery import data
from tests.browser.gallery.cards import (
    COMPLETED,
    LAPSED,
    NEEDS_ATTENTION,
    PARTLY,
    REMOVED,
    RISKY,
    SCHEDULED,
    STATES,
    WAITS,
    WITH_AN_END,
)
from tests.browser.gallery.case import Case, cases
from tests.browser.gallery.data import ENDS, STORY, approved, denied, offboarding, onboarding
from workflow.archive import MOST, Paper
from workflow.readmodels import PageView
from workflow.searching import Search

PAGE = PageView((NEEDS_ATTENTION, COMPLETED, SCHEDULED, WAITS), 12)
NOBODY = PageView((), None)
PAPER = Paper("aboard-history.csv", "History", b"", "9f86d081884c7d65" * 4, rows=41)

OVERDUE = offboarding(
    RequestState.COMPLETED_WITH_ERRORS,
    data.removal("axiom", StepState.FAILED, detail="Axiom refused: the token may not do this."),
    data.removal("appxite", StepState.ACTION_REQUIRED, detail="Block the account there."),
)
TAKEN = replace(OVERDUE, taken_by=data.JONAS.id)
HANDED = replace(OVERDUE, steps=tuple(replace(s, handed_to=data.FEMI.id) for s in OVERDUE.steps))
ANSWERS = {
    "plan": partial(answers.plan, WAITS),
    "plan_with_an_end": partial(answers.plan, WITH_AN_END),
    "plan_on_behalf": partial(answers.plan, replace(WAITS, principal=data.JONAS.id)),
    "plan_refused": partial(answers.plan, STATES["refused"]),
    "outcome_completed": partial(answers.outcome, COMPLETED),
    "outcome_attention": partial(answers.outcome, NEEDS_ATTENTION),
    "outcome_denied": partial(answers.outcome, denied(onboarding(RequestState.DENIED))),
    "outcome_expired": partial(answers.outcome, STATES["expired"]),
    "outcome_cancelled": partial(answers.outcome, STATES["cancelled"]),
    "outcome_partly_done": partial(answers.outcome, PARTLY),
    "outcome_scheduled": partial(answers.outcome, SCHEDULED),
    "outcome_invitation_expired": partial(answers.outcome, LAPSED),
    "task": partial(answers.task, NEEDS_ATTENTION, data.FEMI.id),
    "task_of_somebody_else": partial(answers.task, HANDED, data.TOMAS.id),
    "task_done": partial(answers.task, REMOVED, data.FEMI.id),
    "thread": partial(answers.thread, STORY),
}
TEXTS = {
    "received": partial(answers.received, 12),
    "received_again": partial(answers.received, 12, repeated=True),
    "help": partial(str, answers.HELP),
    "listing": partial(answers.listing, "Open", PAGE),
    "listing_empty": partial(answers.listing, "Open", NOBODY),
    "why": partial(answers.why, approved(WITH_AN_END), STORY),
    "export_begun": partial(history.begun, Search(vendor="axiom"), data.TITLES),
    "exported": partial(history.exported, PAPER),
    "exported_cut": partial(history.exported, replace(PAPER, rows=MOST, is_cut=True)),
    "certified": partial(history.certified, 31, PAPER),
}
SEARCH = Search(person=data.NOAH.id, vendor="axiom", state=RequestState.COMPLETED)
PAGES = {
    "newest": partial(history.page, "History", Search(), PAGE, data.TITLES),
    "older": partial(history.page, "History", replace(SEARCH, after=40), PAGE, data.TITLES),
    "looks_further": partial(
        history.page, "History", replace(SEARCH, after=900), PageView((), 40), data.TITLES
    ),
    "nothing": partial(history.page, "History", SEARCH, NOBODY, data.TITLES),
}
REMINDERS = {
    "waits": partial(reminders.reminder, WAITS),
    "waits_risky": partial(reminders.reminder, RISKY),
    "answered": partial(reminders.reminder, COMPLETED),
    "ending": partial(reminders.ending, replace(COMPLETED, standing=ENDS)),
    "ending_moved": partial(
        reminders.ending, replace(COMPLETED, standing=replace(ENDS, number=31))
    ),
    "ending_over": partial(reminders.ending, COMPLETED),
    "overdue": partial(reminders.overdue, OVERDUE),
    "overdue_taken": partial(reminders.overdue, TAKEN),
    "overdue_handed": partial(reminders.overdue, HANDED),
    "overdue_over": partial(reminders.overdue, REMOVED),
}
GREETINGS = {
    "nudge": partial(greetings.nudge, COMPLETED),
    "welcome": partial(greetings.welcome, COMPLETED),
}


def all_of_them() -> list[Case]:
    """Return every message but the cards."""
    return [
        *cases("answer", ANSWERS),
        *cases("text", TEXTS),
        *cases("history", PAGES),
        *cases("reminder", REMINDERS),
        *cases("greeting", GREETINGS),
    ]
