"""The rows as they stand in the file, read past everything that the bot has for it."""

import sqlite3
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Ask:
    """A row of `request`, as far as it is judged."""

    number: int
    ref: str
    kind: str
    state: str
    requester: str
    requester_email: str | None
    subject: str
    email: str | None
    github_login: str | None
    terms: str
    plan_digest: str | None
    starts_at: int | None
    until_at: int | None
    origin: int | None
    expires_at: int
    decided_at: int | None


@dataclass(frozen=True)
class Part:
    """A row of `step`, as far as it is judged."""

    id: int
    ref: str
    request_number: int
    vendor: str
    title: str
    state: str
    access: str
    effect: str
    before: str | None
    after: str | None
    attempts: int
    next_at: int | None
    made_good_by: int | None


@dataclass(frozen=True)
class Said:
    """A row of `decision`."""

    id: int
    request_number: int
    approver: str
    verdict: str
    plan_digest: str
    rule: str
    at: int


@dataclass(frozen=True)
class Oath:
    """A row of `attestation`."""

    id: int
    step_id: int
    by: str


@dataclass(frozen=True)
class Event:
    """A row of `auditevent`."""

    seq: int
    code: str
    at: int
    actor: str
    request_number: int | None
    vendor: str | None
    outcome: str
    rule: str | None
    detail: str


class Rows:
    """Reads the file."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False)

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def asks(self) -> dict[int, Ask]:
        """Return every request by its number."""
        return {one.number: one for one in self._all(Ask, "request", "number > ?", 0)}

    def parts(self) -> list[Part]:
        """Return every step."""
        return self._all(Part, "step", "id > ?", 0)

    def said(self, after: int = 0) -> list[Said]:
        """Return the decisions, those that were written after one of them."""
        return self._all(Said, "decision", "id > ?", after)

    def oaths(self, after: int = 0) -> list[Oath]:
        """Return the attestations, those that were written after one of them."""
        return self._all(Oath, "attestation", "id > ?", after)

    def events(self, after: int = 0) -> list[Event]:
        """Return the audit trail, what was written after one event of it."""
        return self._all(Event, "auditevent", "seq > ?", after)

    def _all(self, kind: type[RowT], table: str, where: str, value: int) -> list[RowT]:
        names = [one.name for one in fields(kind)]  # type: ignore[arg-type] # every kind here is a dataclass
        columns = ", ".join(f'"{name}"' for name in names)
        query = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY 1"  # noqa: S608 - names from above alone
        return [kind(*row) for row in self._connection.execute(query, (value,))]
