"""What ``aboard evidence --period`` does: reads a span of days, collects, records, prints."""

from dataclasses import dataclass
from datetime import UTC
from functools import partial

from sqlalchemy.engine import Connection

from bot import audit_desk, existing
from bot.reader import ConfigurationError
from bot.settings import Settings
from rules.values import is_person_id
from workflow import period, searching
from workflow.clock import system_clock
from workflow.period import Evidence, Period
from workflow.searching import Search

NOBODY = "aboard"
"""Whom the audit trail names where nobody says who they are."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What is handed out, and its SHA-256."""

    content: str
    digest: str
    rows: int
    exceptions: int
    genuine: bool


def days(typed: str) -> Period:
    """Read ``FROM..TO`` in UTC; ``ConfigurationError`` where an end is missing or wrong."""
    read = searching.read(typed, {}, UTC)
    asked = read.days if isinstance(read, Search) else None
    if asked is None or asked.since is None or asked.until is None:
        raise ConfigurationError(["The period must look like 2026-01-01..2026-03-31."])
    return Period(asked.typed, asked.since, asked.until)


async def pack(settings: Settings, typed: str, by: str, *, as_csv: bool) -> Pack:
    """Collect the evidence of a period, and record that it was handed out to ``by``.

    ``ConfigurationError`` where ``by`` is neither a person's Slack id nor ``aboard``.
    """
    if not (is_person_id(by) or by == NOBODY):
        raise ConfigurationError(["--by must be a Slack id (U… or W…): who runs this."])
    asked, now = days(typed), system_clock()
    with existing.opened(settings) as database:
        held = audit_desk.sources(settings, (), ())
        chain = await audit_desk.verdict(settings, database, held)
        limit = settings.catalog.rhythm.overdue_after[0]
        found = await database.read(
            partial(period.collect, period=asked, limit=limit, chain=chain, now=now)
        )
        content = found.csv() if as_csv else found.json()
        return await database.write(partial(_handed, found=found, content=content, by=by, now=now))


def _handed(connection: Connection, found: Evidence, content: str, by: str, now: int) -> Pack:
    digest = period.handed_out(connection, found, content, by, now)
    amiss = sum(len(one.exceptions) for one in found.items)
    return Pack(content, digest, len(found.items), amiss, found.chain.flaw is None)
