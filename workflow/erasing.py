"""Erasing what is kept of a person: at once, or by itself when it was kept long enough.

Nobody is erased of whom something is still to come, who has accounts, or whose data is held. What
happened stays, and who asked for it and decided it: the evidence is not about the person.

The words are looked for without a transaction that writes, which takes its time, and are taken out
some rows at a time, before what leads to them is emptied: whatever stops in between is done again.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from rules.values import ERASED_PREFIX
from storage import audit, erasure, holds, needed, people, sweeping
from storage.audit import Fact
from storage.database import Database
from storage.erasure import Traces
from storage.sweeping import Place
from workflow.clock import HOUR
from workflow.means import Means

_log = structlog.get_logger(__name__)

_DAY = 24 * HOUR
_AT_ONCE = 20
_ROWS_AT_ONCE = 20

BY_ITSELF = "aboard"


@dataclass(frozen=True, slots=True)
class Order:
    """When somebody is erased, in microseconds since the epoch, and on whose word."""

    at: int
    why: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of somebody: how many requests were about them, and whether a hold left some."""

    requests: int
    is_rest_held: bool


def obstacle(connection: Connection, team_id: str, slack_id: str) -> str | None:
    """Return why somebody cannot be erased now, and what to do; None where they can."""
    hold = holds.of_person(connection, team_id, slack_id)
    if hold is not None:
        return f"A legal hold is on this data ({hold.reason}): `aboard person release` lifts it."
    numbers = needed.unfinished(connection, team_id, slack_id)
    if numbers:
        listed = ", ".join(f"#{one}" for one in sorted(numbers)[:_AT_ONCE])
        what = "let it end, cancel it, or offboard the person"
        return f"Something is still to come of {listed}: {what}."
    batches = needed.unfinished_batches(connection, team_id, slack_id)
    if batches:
        return f"Batch {min(batches)} has not ended."
    accounts = people.held_by(connection, team_id, slack_id)
    if accounts:
        vendors = ", ".join(one.vendor for one in accounts)
        return f"There are accounts at {vendors}: offboard the person first."
    return None


async def erase(
    database: Database, team_id: str, slack_ids: Sequence[str], order: Order
) -> dict[str, Erased | str]:
    """Erase people; return what became of each, or why they stay; nobody of whom nothing is kept.

    A fact about each of their requests has its cards drawn anew, without the name.
    """
    ends: dict[str, Erased | str] = {}
    found = await database.read(partial(_found, team_id=team_id, slack_ids=slack_ids, stay=ends))
    words = {one.slack_id: one.words for one in found}
    places = await database.read(partial(sweeping.search, team_id=team_id, words=words))
    for one in found:
        ends[one.slack_id] = await _erase(database, one, places[one.slack_id], order)
    return ends


def _found(
    connection: Connection, team_id: str, slack_ids: Sequence[str], stay: dict[str, Erased | str]
) -> list[Traces]:
    found = [erasure.traces(connection, team_id, one) for one in slack_ids]
    known = [one for one in found if one is not None]
    obstacles = {one.slack_id: obstacle(connection, team_id, one.slack_id) for one in known}
    stay.update({name: why for name, why in obstacles.items() if why is not None})
    return [one for one in known if one.slack_id not in stay]


async def _erase(
    database: Database, who: Traces, places: Sequence[Place], order: Order
) -> Erased | str:
    for first in range(0, len(places), _ROWS_AT_ONCE):
        some = places[first : first + _ROWS_AT_ONCE]
        why_not = await database.write(partial(_sweep, who=who, places=some))
        if why_not is not None:
            return why_not
    is_held = any(one.held for one in places)
    return await database.write(partial(_end, who=who, order=order, is_held=is_held))


def _sweep(connection: Connection, who: Traces, places: Sequence[Place]) -> str | None:
    why_not = obstacle(connection, who.team_id, who.slack_id)
    if why_not is None:
        words = sweeping.pattern(who.words)
        for place in places:
            sweeping.take_out(connection, who.team_id, place, words)
    return why_not


def _end(connection: Connection, who: Traces, order: Order, *, is_held: bool) -> Erased | str:
    now = erasure.traces(connection, who.team_id, who.slack_id, who.lines)
    if now is None or not now.words <= who.words:
        return "What is kept changed in the meantime: erase the person once more."
    why_not = obstacle(connection, who.team_id, who.slack_id)
    if why_not is not None:
        return why_not
    is_left = erasure.erase(connection, now, f"{ERASED_PREFIX}{secrets.token_hex(5).upper()}")
    for number in now.requests or (None,):
        audit.record(connection, Fact("PER001I", order.at, BY_ITSELF, number, detail=order.why))
    return Erased(len(now.requests), is_held or is_left)


def hold(connection: Connection, team_id: str, slack_id: str, reason: str, now: int) -> None:
    """Have somebody's data stay until the hold is lifted."""
    holds.put(connection, team_id, slack_id, reason, now)
    _record_hold(connection, "PER002I", (team_id, slack_id), reason, now)


def _record_hold(
    connection: Connection, code: str, person: tuple[str, str], reason: str, now: int
) -> None:
    """Record whose hold it is, and why, as digests: nobody is to read of it in a request's thread.

    So the requests are told in the detail, and the fact is about none of them.
    """
    found = erasure.traces(connection, *person, ())
    numbers = " ".join(f"#{one}" for one in found.requests) if found else ""
    detail = f"person sha256 {_digest(person[1])}, reason sha256 {_digest(reason)}"
    told = f"{detail}, requests {numbers}" if numbers else detail
    audit.record(connection, Fact(code, now, BY_ITSELF, detail=told))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def release(connection: Connection, team_id: str, slack_id: str, now: int) -> bool:
    """Lift a hold; False where there is none."""
    held = holds.of_person(connection, team_id, slack_id)
    if held is None:
        return False
    holds.lift(connection, team_id, slack_id)
    _record_hold(connection, "PER003I", (team_id, slack_id), held.reason, now)
    return True


class Retention:
    """Erases people by themselves. ``once`` is called by a loop."""

    def __init__(self, means: Means, team_id: str, days: int | None) -> None:
        """Keep people of ``team_id`` for ``days`` after their last request; for ever with None."""
        self._means, self._team, self._days = means, team_id, days
        self._last = ""

    async def once(self) -> float | None:
        """Erase those who were kept long enough, some at a time, and go on after them."""
        if self._days is None:
            return None
        now, database = self._means.clock(), self._means.database
        before = now - self._days * _DAY
        read = partial(needed.over, before=before, limit=_AT_ONCE, after=self._last)
        found = await database.read(partial(read, team_id=self._team))
        order = Order(now, f"by itself, kept for {self._days} days")
        ends = await erase(database, self._team, found, order) if found else {}
        self._tell(sum(isinstance(one, Erased) for one in ends.values()))
        self._last = found[-1] if len(found) == _AT_ONCE else ""
        return 1.0 if self._last else None

    def _tell(self, gone: int) -> None:
        if gone:
            _log.info("people were erased who were kept long enough", people=gone)
            self._means.bells.outdated.ring()
