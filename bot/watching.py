"""Reads from the database what Prometheus is told of the whole Aboard, whenever it asks.

Counts follow the audit trail, which tells everything that happened, whichever replica did it. On
PostgreSQL an event may become visible after one with a higher number: the last few hundred are read
again each time, and what was counted is remembered.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from sqlalchemy.engine import Connection

from bot.metrics import Meters
from rules.states import ALIVE
from storage import stops, watch
from storage.database import Database
from storage.watch import Backlog, Seen
from workflow.clock import SECOND, Clock

_AT_ONCE: Final = 5_000
_LOOK_BACK: Final = 500

_VERDICTS: Mapping[str, str] = MappingProxyType(
    {"DEC001I": "approved", "DEC002I": "denied", "DEC004I": "by_rule", "DEC101W": "refused"}
)
_BY_OUTCOME: Final = frozenset(
    {"STP002I", "STP003W", "STP004E", "STP005I", "STP007W", "STP010W", "STP013W"}
)
"""The facts of how an attempt ended: their outcome is the state that the step is in then."""

_ENDS: Mapping[str, str] = MappingProxyType(
    {"STP008I": "attested", "STP012I": "cancelled", "STP016W": "unknown"}
)
"""The facts of steps that ended without an attempt."""

_UNSAID: Final = "ok"
"""The outcome of facts that name none: a person had the step tried again."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """How the whole Aboard stands at a moment."""

    requests: Mapping[str, int]
    backlog: Backlog
    overdue_since: int | None
    newest: int | None
    anchored_at: int | None
    stopped: frozenset[str]


class Watch:
    """Brings meters up to date with the database. ``begin`` once, then ``look`` at each scrape."""

    def __init__(self, database: Database, clock: Clock, meters: Meters) -> None:
        """Read from ``database`` what ``meters`` show."""
        self.meters = meters
        self._database, self._clock = database, clock
        self._floor = 0
        self._counted: set[int] = set()
        self._looking = asyncio.Lock()

    async def begin(self) -> None:
        """Count from now on; what happened before is not counted again after a restart."""
        newest = await self._database.read(watch.newest_fact)
        self._floor = newest[0] if newest else 0

    async def look(self) -> None:
        """Count what happened since, and read how far Aboard is behind.

        Raises what ``Database.read`` raises; meters keep what they showed then.
        """
        async with self._looking:
            while await self._count() == _AT_ONCE:
                pass
        self._show(await self._database.read(partial(_standing, now=self._clock())))

    async def _count(self) -> int:
        read = partial(watch.facts_after, seq=self._floor, limit=_AT_ONCE)
        facts = await self._database.read(read)
        for fact in facts:
            if fact.seq not in self._counted:
                self._add(fact)
        self._remember(facts)
        return len(facts)

    def _remember(self, facts: Sequence[Seen]) -> None:
        self._counted |= {fact.seq for fact in facts}
        if facts:
            self._floor = max(self._floor, facts[-1].seq - _LOOK_BACK)
        self._counted = {seq for seq in self._counted if seq > self._floor}

    def _add(self, fact: Seen) -> None:
        self.meters.facts.labels(fact.code).inc()
        if fact.code in _VERDICTS:
            self.meters.decisions.labels(_VERDICTS[fact.code]).inc()
        outcome = fact.outcome if fact.code in _BY_OUTCOME else _ENDS.get(fact.code, _UNSAID)
        if fact.vendor is not None and outcome != _UNSAID:
            self.meters.steps.labels(fact.vendor, outcome).inc()

    def _show(self, standing: _Standing) -> None:
        meters, now = self.meters, self._clock()
        for state, number in standing.requests.items():
            meters.requests.labels(state).set(number)
        for vendor in meters.vendors:
            meters.stopped.labels(vendor).set(vendor in standing.stopped)
        meters.outdated.set(standing.backlog.messages)
        meters.outbox_age.set(_age(standing.backlog.since, now))
        meters.overdue_age.set(_age(standing.overdue_since, now))
        meters.audit_age.set(_age(standing.newest, now))
        meters.anchor_age.set(_age(standing.anchored_at, now))


def _standing(connection: Connection, now: int) -> _Standing:
    newest = watch.newest_fact(connection)
    return _Standing(
        watch.requests_by_state(connection, ALIVE),
        watch.backlog(connection, now),
        watch.overdue_since(connection),
        newest[1] if newest else None,
        watch.anchored_at(connection),
        frozenset(one.vendor for one in stops.standing(connection)),
    )


def _age(since: int | None, now: int) -> float:
    """Return for how many seconds something has lasted; 0 where there is nothing."""
    return 0.0 if since is None else max(0, now - since) / SECOND
