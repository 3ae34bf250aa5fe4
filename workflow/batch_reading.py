"""The lines of a batch become requests, or keep the sentence that says what is wrong with them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection

from rules import roster
from rules.values import Kind, is_person_id
from storage import batches
from storage.batch_models import Batch, BatchRow
from workflow import submitting
from workflow.clock import MINUTE
from workflow.directory import DirectoryError, Resident
from workflow.drafts import Receipt, Refusal, RequestDraft
from workflow.means import Means

_AT_ONCE = 40
_PATIENCE = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Upload:
    """What stands in an uploaded file; ``problem`` says why it cannot be used."""

    text: str
    problem: str | None = None


async def take_apart(
    batch: Batch, upload: Callable[[str], Awaitable[Upload]], means: Means
) -> None:
    """Write one row for each line. Raises ``DirectoryError`` where Slack gives no file just now."""
    text, problem = batch.source, None
    if batch.file is not None:
        try:
            found = await upload(batch.file)
        except DirectoryError as error:
            if means.clock() - batch.created_at < _PATIENCE:
                raise
            found = Upload("", str(error))
        text, problem = f"{found.text}\n{text}", found.problem
    work = partial(_take_apart, batch=batch, text=text, problem=problem)
    await means.database.write(work)


def _take_apart(connection: Connection, batch: Batch, text: str, problem: str | None) -> None:
    number, entries = batches.number_of(batch), roster.parse(text)
    if problem is None and not entries:
        problem = "There is nobody in it. Please give one person a line."
    if not batches.move(connection, number, "received", "reading", {"problem": problem}):
        return
    rows: list[dict[str, str | int | None]] = [
        {
            "batch_number": number,
            "line": one.line,
            "person": one.person,
            "github_login": one.github_login,
            "profile": one.profile,
            "problem": one.problem if place < roster.MOST else _TOO_MANY,
        }
        for place, one in enumerate(entries)
    ]
    batches.insert_rows(connection, rows)


_TOO_MANY = f"A batch holds {roster.MOST} people. Please ask for this one in another batch."


async def read_some(
    batch: Batch, by_email: Callable[[str], Awaitable[Resident | None]], means: Means
) -> bool:
    """Read some more lines; False where none is left. Raises ``DirectoryError`` at the end.

    What Slack answered for is kept; the rest is asked for again.
    """
    number = batches.number_of(batch)
    rows = await means.database.read(partial(batches.unread, number=number, limit=_AT_ONCE))
    await means.directory.get_to_know([row.person for row in rows])
    found = await asyncio.gather(*(_subject(row, by_email) for row in rows), return_exceptions=True)
    for row, one in zip(rows, found, strict=True):
        if isinstance(one, BaseException):
            continue
        await means.database.write(partial(_settle, row=row, batch=batch, subject=one, means=means))
    failed = [one for one in found if isinstance(one, BaseException)]
    if failed:
        raise failed[0]
    return bool(rows)


async def _subject(
    row: BatchRow, by_email: Callable[[str], Awaitable[Resident | None]]
) -> str | Refusal:
    if is_person_id(row.person):
        return row.person
    if "@" not in row.person.strip("@"):
        return Refusal("Please give an e-mail address or a Slack id, such as U0123456789.")
    resident = await by_email(row.person)
    if resident is None:
        return Refusal("Slack knows nobody with this e-mail address. Please check it.")
    return resident.slack_id


def _settle(
    connection: Connection, row: BatchRow, batch: Batch, subject: str | Refusal, means: Means
) -> None:
    end = subject if isinstance(subject, Refusal) else _ask(connection, row, batch, subject, means)
    if isinstance(end, Refusal):
        batches.settle_row(connection, row, {"problem": end.sentence})
    else:
        values: dict[str, str | int | None] = {
            "request_number": end.number,
            "subject": str(subject),
        }
        batches.settle_row(connection, row, values)


def _ask(
    connection: Connection, row: BatchRow, batch: Batch, subject: str, means: Means
) -> Receipt | Refusal:
    other = batches.earlier_line(connection, row, subject)
    if other is not None:
        return Refusal(f"Line {other} is about the same person. Please keep one of them.")
    draft = _draft(row, batch, subject)
    return submitting.what_is_wrong(draft, means) or submitting.record(connection, draft, means)


def _draft(row: BatchRow, batch: Batch, subject: str) -> RequestDraft:
    number = batches.number_of(batch)
    return RequestDraft(
        kind=Kind.ONBOARD,
        team_id=batch.team_id,
        requester=batch.requester,
        subject=subject,
        github_login=row.github_login or None,
        profile=row.profile or None,
        reason=batch.reason,
        asked_in=None,
        delivery=f"batch:{number}:{row.line}",
        batch=number,
        principal=batch.principal,
    )
