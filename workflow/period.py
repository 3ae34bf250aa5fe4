"""Evidence for a span of time: every grant and removal, what is amiss, and that nobody changed it.

It holds ids and no names, and what people wrote as reasons. The proof goes with it: how long the
chain of the audit trail was and its last hash, what was wrong with it if anything was, and the
anchors to compare it with. That it was handed out is on record, with its digest.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta

from sqlalchemy.engine import Connection

from storage import anchors, audit, history, periods
from storage.audit import Fact
from workflow.audit_verify import Verdict
from workflow.clock import as_datetime
from workflow.period_rows import Item, Row, items
from workflow.spreadsheets import csv_text

FORMAT = "aboard-evidence-1"
HANDED_OUT = "EVD002I"
_BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time as it was asked for. ``since`` and ``until`` are microseconds, UTC."""

    typed: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is handed out about a period."""

    period: Period
    workspace: str
    made_at: str
    items: Sequence[Item]
    chain: Verdict
    anchors: Sequence[str]

    def json(self) -> str:
        """Return all of it as one JSON object."""
        flaw = self.chain.flaw
        proof = {
            "links": self.chain.links,
            "hash": self.chain.hash,
            "anchored": self.chain.anchored,
            "first_bad": flaw.seq if flaw else None,
            "problem": flaw.sentence if flaw else None,
        }
        facts = {
            "format": FORMAT,
            "period": self.period.typed,
            "workspace": self.workspace,
            "made_at": self.made_at,
            "rows": [one.row.values() for one in self.items],
            "exceptions": self._exceptions(),
            "chain": proof,
            "anchors": [json.loads(one) for one in self.anchors],
        }
        return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"

    def _exceptions(self) -> list[dict[str, str | int]]:
        return [
            {"request": one.row.request, "vendor": one.row.vendor, "exception": sentence}
            for one in self.items
            for sentence in one.exceptions
        ]

    def csv(self) -> str:
        """Return the rows as CSV with a header; what is amiss is their last column."""
        header = [*(one.name for one in fields(Row)), "exceptions"]
        rows = [
            [*one.row.values().values(), _BETWEEN.join(one.exceptions) or "none"]
            for one in self.items
        ]
        return csv_text(header, rows)


def collect(
    connection: Connection, period: Period, limit: timedelta, chain: Verdict, now: int
) -> Evidence:
    """Return the evidence for ``period``; a removal may take as long as ``limit``."""
    numbers = periods.acted_on(connection, period.since, period.until)
    found = [
        one
        for number in numbers
        for one in items(connection, number, period.since, period.until, limit)
    ]
    made = as_datetime(now).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    team = history.workspace(connection) or ""
    return Evidence(period, team, made, found, chain, anchors.lines(connection))


def handed_out(connection: Connection, evidence: Evidence, content: str, by: str, now: int) -> str:
    """Record that ``content`` was handed out to ``by``; return its SHA-256."""
    digest = hashlib.sha256(content.encode()).hexdigest()
    detail = f"{evidence.period.typed}, {len(evidence.items)} rows, sha256 {digest}"
    audit.record(connection, Fact(HANDED_OUT, now, by, detail=detail))
    return digest
