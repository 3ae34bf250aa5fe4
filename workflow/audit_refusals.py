"""Refusals that may come in floods, in the audit trail: counted, and recorded once a minute.

They are of deliveries at the door, and of what somebody asks for beyond what one person may.

Whoever floods the door must neither slow it nor fill the database, so that a refusal is a number in
memory until the next minute; what was not recorded yet dies with the process. What passes again is
noticed by the process that let it through before, is no refusal, and has no second effect.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
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
TOO_MUCH = "SEC003W"

CODES: Mapping[str, str] = MappingProxyType(
    {"headers": UNSIGNED, "signature": UNSIGNED, "stale": REPLAYED, "again": REPLAYED}
)
"""The fact that each reason is part of; other reasons are in the log and the metrics alone."""

_PASSED = frozenset({"again"})
"""The reasons for which nothing was refused."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was counted: reasons of the door, and who asked too much under which rule."""

    reasons: Counter[str] = field(default_factory=Counter)
    asks: Counter[tuple[str, str]] = field(default_factory=Counter)


class Refusals:
    """Counts what was refused at the door, or came again, and who asked for too much."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Record into ``database``; ``clock`` tells when."""
        self._database, self._clock = database, clock
        self._seen = _Seen()

    def note(self, reason: str) -> None:
        """Count one, of a reason that the guard has given."""
        if reason in CODES:
            self._seen.reasons[reason] += 1

    def note_ask(self, who: str, rule: str) -> None:
        """Count an ask that was refused under a rule of ``workflow.limiting``."""
        self._seen.asks[who, rule] += 1

    async def once(self) -> None:
        """Record what was counted since the last time: a fact for each kind, with its numbers.

        Of those who asked for too much each has a fact.
        """
        seen, self._seen = self._seen, _Seen()
        if not (seen.reasons or seen.asks):
            return
        try:
            await self._database.write(partial(_record, seen=seen, now=self._clock()))
        except BaseException:
            self._seen.reasons.update(seen.reasons)
            self._seen.asks.update(seen.asks)
            raise

    async def finish(self) -> None:
        """Record what is left; where the database takes nothing any more, the log tells."""
        try:
            await self.once()
        except SQLAlchemyError as error:
            kind, asks = type(error).__name__, self._seen.asks.total()
            reasons = dict(self._seen.reasons)
            _log.warning("refusals were not recorded", failure=kind, reasons=reasons, asks=asks)


def _record(connection: Connection, seen: _Seen, now: int) -> None:
    reasons = seen.reasons
    for code in sorted({CODES[reason] for reason in reasons}):
        mine = sorted(reason for reason in reasons if CODES[reason] == code)
        outcome = "ok" if _PASSED.issuperset(mine) else "denied"
        detail = _told({reason: reasons[reason] for reason in mine})
        audit.record(connection, Fact(code, now, "aboard", outcome=outcome, detail=detail))
    for who in sorted({who for who, _ in seen.asks}):
        detail = _told({rule: many for (one, rule), many in seen.asks.items() if one == who})
        audit.record(connection, Fact(TOO_MUCH, now, who, outcome="denied", detail=detail))


def _told(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {numbers[name]}" for name in sorted(numbers))
