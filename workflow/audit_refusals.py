"""Refused and repeated deliveries in the audit trail: counted at the door, recorded once a minute.

Whoever floods the door must neither slow it nor fill the database, so that a refusal is a number in
memory until the next minute; what was not recorded yet dies with the process. What passes again is
noticed by the process that let it through before, is no refusal, and has no second effect.
"""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from storage import audit
from storage.audit import Fact
from storage.database import Database
from workflow.clock import Clock

_log = structlog.get_logger(__name__)

UNSIGNED = "SEC001W"
REPLAYED = "SEC002W"

CODES: Mapping[str, str] = MappingProxyType(
    {"headers": UNSIGNED, "signature": UNSIGNED, "stale": REPLAYED, "again": REPLAYED}
)
"""The fact that each reason is part of; other reasons are in the log and the metrics alone."""

_PASSED = frozenset({"again"})
"""The reasons for which nothing was refused."""


class Refusals:
    """Counts what was refused at the door, or came again."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Record into ``database``; ``clock`` tells when."""
        self._database, self._clock = database, clock
        self._seen = Counter[str]()

    def note(self, reason: str) -> None:
        """Count one, of a reason that the guard has given."""
        if reason in CODES:
            self._seen[reason] += 1

    async def once(self) -> None:
        """Record what was counted since the last time: a fact for each kind, with its numbers."""
        seen, self._seen = self._seen, Counter[str]()
        if not seen:
            return
        try:
            await self._database.write(partial(_record, seen=seen, now=self._clock()))
        except BaseException:
            self._seen += seen
            raise

    async def finish(self) -> None:
        """Record what is left; where the database takes nothing any more, the log tells."""
        try:
            await self.once()
        except SQLAlchemyError as error:
            kind = type(error).__name__
            _log.warning("refusals were not recorded", failure=kind, reasons=dict(self._seen))


def _record(connection: Connection, seen: Counter[str], now: int) -> None:
    for code in sorted({CODES[reason] for reason in seen}):
        mine = sorted(reason for reason in seen if CODES[reason] == code)
        detail = ", ".join(f"{reason} {seen[reason]}" for reason in mine)
        outcome = "ok" if _PASSED.issuperset(mine) else "denied"
        audit.record(connection, Fact(code, now, "aboard", outcome=outcome, detail=detail))
