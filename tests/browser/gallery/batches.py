"""Batches: what their card and their answer say from the first line to the last."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from commands.views import several
from rules.states import RequestState, StepState
from rules.values import Verdict
from tests.browser.gallery import data
from tests.browser.gallery.case import Case, cases
from tests.browser.gallery.data import ADA, DAY, HOUR, KENJI, NOW, PLANS, TITLES, TOMAS
from workflow.batch_views import BatchView, PartView, RowView
from workflow.readmodels import DecisionView

WRONG = (
    ("oskar@acme.example", "Slack knows nobody with this e-mail address: check it."),
    ("ada@acme.example", "This person stands in line 1 already."),
    ("", "Say who it is: an e-mail address or a Slack id."),
)


def _part(vendor: str, risks: tuple[str, ...] = ()) -> PartView:
    effect, planned = PLANS[vendor]
    return PartView(TITLES[vendor], effect, planned, risks, StepState.WAITING, "")


def _rows(state: RequestState | None) -> list[RowView]:
    return [
        RowView(line, one.email, one.name, "engineer", "Engineer", one.id, 40 + line, state, None,
                (_part("axiom", (data.ADMIN,) if line == 2 else ()), _part("axolo")))
        for line, one in enumerate((ADA, KENJI, TOMAS), start=1)
    ]  # fmt: skip


def _wrong() -> list[RowView]:
    return [
        RowView(line, who, "", "engineer", "Engineer", None, None, None, problem, ())
        for line, (who, problem) in enumerate(WRONG, start=4)
    ]


def batch(state: str, rows: Sequence[RowView], verdict: str = "") -> BatchView:
    """Return a batch of these lines."""
    return BatchView(
        7, data.REF, state, verdict, data.MANAGER.id, "The spring intake", None, data.terms(),
        NOW, NOW + 3 * DAY, tuple(rows), (),
    )  # fmt: skip


def _decided(state: str, verdict: str, *states: RequestState) -> BatchView:
    rows = [replace(row, state=one) for row, one in zip(_rows(None), states, strict=True)]
    word = Verdict.DENY if verdict == "denied" else Verdict.APPROVE
    said = DecisionView(data.LEAD.id, word, "", NOW + HOUR, "approval")
    return replace(batch(state, rows, verdict), decisions=(said,))


def _left_over(view: BatchView) -> BatchView:
    """Have one vendor's part of whoever needs attention have failed."""
    rows = [
        replace(row, parts=(replace(row.parts[0], state=StepState.FAILED), *row.parts[1:]))
        if row.state is RequestState.COMPLETED_WITH_ERRORS
        else row
        for row in view.rows
    ]
    return replace(view, rows=tuple(rows))


R = RequestState
UNREAD = [replace(row, subject=None, number=None, parts=()) for row in _rows(None)]
WAITS = batch("pending", [*_rows(R.PENDING), *_wrong()])
BATCHES = {
    "reading": batch("reading", [*_rows(R.RECEIVED)[:1], *UNREAD[1:]]),
    "pending": WAITS,
    "under_way": _decided("decided", "approved", R.COMPLETED, R.RUNNING, R.APPROVED),
    "completed": _decided("ended", "approved", R.COMPLETED, R.COMPLETED, R.COMPLETED),
    "attention": _left_over(
        _decided("ended", "approved", R.COMPLETED, R.COMPLETED_WITH_ERRORS, R.COMPLETED)
    ),
    "denied": _decided("ended", "denied", R.DENIED, R.DENIED, R.DENIED),
    "expired": batch("ended", _rows(R.EXPIRED), "expired"),
    "cancelled": batch("ended", _rows(R.CANCELLED), "cancelled"),
    "refused": replace(batch("ended", _wrong(), "refused"), problem="No line can be asked for."),
}

REMINDERS = {
    "waits": partial(several.reminder, WAITS),
    "answered": partial(several.reminder, BATCHES["completed"]),
}


def all_of_them() -> list[Case]:
    """Return the cards of batches, and what the requester reads."""
    return [
        *cases("batch", {name: partial(several.card, view) for name, view in BATCHES.items()}),
        *cases(
            "batch_answer", {name: partial(several.answer, view) for name, view in BATCHES.items()}
        ),
        *cases("batch_reminder", REMINDERS),
    ]
