"""A batch as a file: every line as it was written, and what became of it."""

import hashlib

from commands.views.words import EFFECT_WORDS, REQUEST_WORDS, SEEN_TO, stands, without_sign
from rules.roster import TEMPLATE
from rules.states import RequestState
from workflow.archive import Paper
from workflow.batch_views import BatchView, PartView, RowView
from workflow.spreadsheets import csv_text

HEADER = ("line", "person", "github_login", "profile", "request", "outcome", "details")

SENT_AGAIN = (
    ":warning: Slack did not take the file. I'll send it again by myself; "
    "*List* sends it at any time."
)
"""What is said of the result of a batch that did not arrive."""

_MARK = "\ufeff"
_UNDECIDED = {RequestState.PENDING}
_NEVER_BEGUN = {RequestState.DENIED, RequestState.CANCELLED, RequestState.EXPIRED}


def template() -> Paper:
    """Return the file that shows what a table of people looks like."""
    content = f"{_MARK}{TEMPLATE}".encode()
    digest = hashlib.sha256(content).hexdigest()
    return Paper("people.csv", "Template: several people", content, digest, TEMPLATE.count("\n"))


def result(view: BatchView, tries: int) -> str:
    """Return what introduces the file of a batch that has ended, after so many failed ``tries``."""
    if tries:
        return f"The result of batch {view.number}, sent again."
    return f"Batch {view.number} has ended. Here is what became of every line."


def paper(view: BatchView) -> Paper:
    """Return the file of a batch; corrected, it can be handed in again."""
    content = f"{_MARK}{csv_text(HEADER, [_cells(view, row) for row in view.rows])}".encode()
    digest = hashlib.sha256(content).hexdigest()
    name, title = f"aboard-batch-{view.number}.csv", f"Batch {view.number}"
    return Paper(name, title, content, digest, len(view.rows))


def _cells(view: BatchView, row: RowView) -> list[str | int]:
    number = f"#{row.number}" if row.number else ""
    outcome, details = _outcome(view, row), _details(row)
    return [row.line, row.person, row.github_login, row.profile, number, outcome, details]


def _outcome(view: BatchView, row: RowView) -> str:
    if row.is_seen_to:
        return without_sign(SEEN_TO)
    if row.state is not None:
        return without_sign(REQUEST_WORDS[row.state])
    return "Not asked" if row.problem or view.state == "ended" else "Not read yet"


def _details(row: RowView) -> str:
    if row.problem:
        return row.problem
    if row.state in _NEVER_BEGUN:
        return "Nothing was changed."
    return "; ".join(_part(row, one) for one in row.parts)


def _part(row: RowView, part: PartView) -> str:
    if row.state in _UNDECIDED:
        risks = "".join(f" (risk: {one})" for one in part.risks)
        return f"{part.title}: {without_sign(EFFECT_WORDS[part.effect])}, {part.planned}{risks}"
    said = f", {part.detail}" if part.detail else ""
    return f"{part.title}: {without_sign(stands(part))}{said}"
