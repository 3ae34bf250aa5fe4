"""What leaves the house as a file: exports of the history, and leavers' certificates.

Who may have them is ruled on before. That somebody asked is on disk before anything is made, and a
delivery of Slack counts once; what became of it follows in the audit log. The making itself is not
durable: who gets nothing is told, or asks again.
"""

import hashlib
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Connection

from storage import audit, inbox, requests
from storage.audit import Fact
from storage.database import Database
from storage.history import Filter
from workflow import certificate, evidence
from workflow.clock import Clock
from workflow.entries import Ledger, collect

MOST = 10_000
"""How many requests an export holds at most."""

_MARK = "\ufeff"
"""Without this mark, spreadsheets take UTF-8 for something else."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file for one person. ``digest`` is its SHA-256, or that of the facts in it."""

    filename: str
    title: str
    content: bytes
    digest: str
    rows: int = 1
    is_cut: bool = False


class Archive:
    """Makes files, and records that it did."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Read and record in ``database``."""
        self._database, self._clock = database, clock

    async def begin_export(self, by: str, words: str, delivery: str) -> bool:
        """Record that somebody asked for an export; False where this delivery was here before."""
        fact = Fact("EXP001I", self._clock(), by, detail=words)
        return await self._database.write(partial(_begin, fact=fact, delivery=delivery))

    async def refuse_export(self, by: str, rule: str) -> None:
        """Record that somebody asked who may not."""
        fact = Fact("EXP101W", self._clock(), by, outcome="denied", rule=rule)
        await self._database.write(partial(audit.record, fact=fact))

    async def export(self, wanted: Filter, after: int | None) -> Paper:
        """Make an export of at most ``MOST`` requests."""
        ledger = await collect(self._database, wanted, after=after, most=MOST)
        return _export(ledger)

    async def end_export(self, by: str, paper: Paper, *, arrived: bool) -> None:
        """Record whether an export reached the one who asked."""
        code, outcome = ("EXP002I", "ok") if arrived else ("EXP003E", "error")
        detail = f"{paper.rows} requests, sha256 {paper.digest}"
        fact = Fact(code, self._clock(), by, outcome=outcome, detail=detail)
        await self._database.write(partial(audit.record, fact=fact))

    async def certify(self, number: int, by: str, delivery: str = "") -> Paper | None:
        """Make the certificate of an offboarding, and record its digest.

        ``by`` is a Slack id, or ``aboard`` for the command line. Returns None where there is
        nothing to certify, or where this delivery was answered before.
        """
        work = partial(_certify, number=number, by=by, delivery=delivery, now=self._clock())
        return await self._database.write(work)


def _begin(connection: Connection, fact: Fact, delivery: str) -> bool:
    if not inbox.first_time(connection, delivery, fact.at):
        return False
    audit.record(connection, fact)
    return True


def _export(ledger: Ledger) -> Paper:
    content = f"{_MARK}{ledger.csv()}".encode()
    digest = hashlib.sha256(content).hexdigest()
    rows, is_cut = len(ledger.entries), ledger.after is not None
    return Paper("aboard-history.csv", "History of Aboard", content, digest, rows, is_cut)


def _certify(connection: Connection, number: int, by: str, delivery: str, now: int) -> Paper | None:
    request = requests.by_number(connection, number)
    facts = evidence.facts_of(connection, request) if request else None
    if facts is None or (delivery and not inbox.first_time(connection, delivery, now, number)):
        return None
    digest = facts.digest()
    audit.record(connection, Fact(evidence.CERTIFIED, now, by, number, detail=digest))
    content = certificate.document(facts).encode()
    return Paper(f"aboard-certificate-{number}.txt", f"Certificate #{number}", content, digest)
