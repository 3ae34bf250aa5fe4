"""Erasing what is kept of a person: at once, or by itself when it was kept long enough.

Nobody is erased of whom something is still to come, who has accounts, or whose data is held. What
happened stays, and who asked for it and decided it: the evidence is not about the person.
"""

import secrets
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from rules.values import ERASED_PREFIX
from storage import audit, erasure, holds, people
from storage.audit import Fact
from storage.erasure import Traces
from workflow.clock import HOUR
from workflow.means import Means

_log = structlog.get_logger(__name__)

_DAY = 24 * HOUR
_AT_ONCE = 20

BY_ITSELF = "aboard"


def obstacle(connection: Connection, team_id: str, slack_id: str) -> str | None:
    """Return why somebody cannot be erased now, and what to do; None where they can."""
    hold = holds.of_person(connection, team_id, slack_id)
    if hold is not None:
        return f"A legal hold is on this data ({hold.reason}): `aboard person release` lifts it."
    numbers = erasure.unfinished(connection, team_id, slack_id)
    if numbers:
        listed = ", ".join(f"#{one}" for one in sorted(numbers)[:_AT_ONCE])
        return f"Something is still to come of {listed}: let it end, or cancel it."
    batches = erasure.unfinished_batches(connection, team_id, slack_id)
    if batches:
        return f"Batch {min(batches)} has not ended."
    accounts = people.held_by(connection, team_id, slack_id)
    if accounts:
        vendors = ", ".join(one.vendor for one in accounts)
        return f"There are accounts at {vendors}: offboard the person first."
    return None


def erase(connection: Connection, team_id: str, slack_id: str, now: int) -> Traces | str | None:
    """Erase somebody; return what was kept of them, or why they stay; None where nothing was.

    A fact about each of their requests has its cards drawn anew, without the name.
    """
    found = erasure.traces(connection, team_id, slack_id)
    if found is None:
        return None
    why_not = obstacle(connection, team_id, slack_id)
    if why_not is not None:
        return why_not
    erasure.erase(connection, found, f"{ERASED_PREFIX}{secrets.token_hex(5).upper()}")
    for number in found.requests:
        audit.record(connection, Fact("PER001I", now, BY_ITSELF, number))
    if not found.requests:
        audit.record(connection, Fact("PER001I", now, BY_ITSELF))
    return found


def hold(connection: Connection, team_id: str, slack_id: str, reason: str, now: int) -> None:
    """Have somebody's data stay until the hold is lifted."""
    holds.put(connection, team_id, slack_id, reason, now)
    audit.record(connection, Fact("PER002I", now, BY_ITSELF))


def release(connection: Connection, team_id: str, slack_id: str, now: int) -> bool:
    """Lift a hold; False where there is none."""
    if not holds.lift(connection, team_id, slack_id):
        return False
    audit.record(connection, Fact("PER003I", now, BY_ITSELF))
    return True


class Retention:
    """Erases people by themselves. ``once`` is called by a loop."""

    def __init__(self, means: Means, team_id: str, days: int | None) -> None:
        """Keep people of ``team_id`` for ``days`` after their last request; for ever with None."""
        self._means, self._team, self._days = means, team_id, days

    async def once(self) -> float | None:
        """Erase those who were kept long enough, some at a time."""
        if self._days is None:
            return None
        now, database = self._means.clock(), self._means.database
        before = now - self._days * _DAY
        read = partial(erasure.over, team_id=self._team, before=before, limit=_AT_ONCE)
        gone = 0
        for one in await database.read(read):
            work = partial(erase, team_id=self._team, slack_id=one, now=now)
            gone += isinstance(await database.write(work), Traces)
        if gone:
            _log.info("people were erased who were kept long enough", people=gone)
            self._means.bells.outdated.ring()
        return 1.0 if gone == _AT_ONCE else None
