"""The history for programs and spreadsheets: one entry a request, with ids and no names.

Entries are read some hundred requests at a time, so that a long export holds up nobody.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial

from sqlalchemy.engine import Connection

from rules.values import Verdict
from storage import dossiers, history, requests
from storage.database import Database
from storage.history import Filter
from storage.models import Decision, Request, Step
from workflow.clock import as_datetime
from workflow.spreadsheets import csv_text

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. Moments are ISO 8601 in UTC, empty where they have not come."""

    number: int
    kind: str
    state: str
    subject: str
    requester: str
    on_behalf_of: str
    profile: str
    reason: str
    confidential: str
    created_at: str
    decided_at: str
    ended_at: str
    approved_by: str
    steps: str

    def values(self) -> dict[str, str | int]:
        """Return it by the names of its columns."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries, newest first. ``after`` is where more of them follow; None at the end."""

    entries: tuple[Entry, ...]
    after: int | None = None

    def csv(self) -> str:
        """Return the entries as CSV with a header."""
        header = [one.name for one in fields(Entry)]
        return csv_text(header, [list(one.values().values()) for one in self.entries])


async def collect(database: Database, wanted: Filter, *, after: int | None, most: int) -> Ledger:
    """Return up to ``most`` entries that follow number ``after``, however far back they are."""
    found, more = list[Entry](), True
    while more and len(found) < most:
        size = min(_AT_ONCE, most - len(found))
        read = await database.read(partial(_read, wanted=wanted, after=after, size=size))
        found += read.entries
        after, more = read.after, read.after is not None
    return Ledger(tuple(found), after)


def _read(connection: Connection, wanted: Filter, after: int | None, size: int) -> Ledger:
    page = history.page(
        connection, wanted, after=after, size=size, look_back=max(size, history.LOOK_BACK)
    )
    numbers = [requests.number_of(one) for one in page.requests]
    steps, decisions = dossiers.steps_and_decisions(connection, numbers)
    return Ledger(
        tuple(
            _entry(one, steps[number], decisions[number])
            for number, one in zip(numbers, page.requests, strict=True)
        ),
        page.after,
    )


def _entry(request: Request, steps: Sequence[Step], decisions: Sequence[Decision]) -> Entry:
    return Entry(
        number=requests.number_of(request),
        kind=request.kind,
        state=request.state,
        subject=request.subject,
        requester=request.requester,
        on_behalf_of=request.principal or "",
        profile=request.profile,
        reason=request.reason,
        confidential="yes" if request.confidential else "no",
        created_at=_moment(request.created_at),
        decided_at=_moment(request.decided_at),
        ended_at=_moment(request.ended_at),
        approved_by=" ".join(one.approver for one in decisions if one.verdict == Verdict.APPROVE),
        steps=", ".join(f"{one.vendor}: {one.state}" for one in steps),
    )


def _moment(at: int | None) -> str:
    return "" if at is None else as_datetime(at).isoformat(timespec="seconds")
