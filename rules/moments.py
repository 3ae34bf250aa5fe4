"""Moments that people name: a date and a time of day where somebody lives, and the instant meant.

Zones are those of the tz database (https://www.iana.org/time-zones). A time of day that the clock
skips there is read with the offset before the gap, and falls as long after it as it was meant after
its beginning; one that comes twice is the first of the two. So says RFC 5545 in section 3.3.5
(https://www.rfc-editor.org/rfc/rfc5545), and so do calendars. Instants are in microseconds since
the epoch, UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NO_ZONE = "UTC"
"""The zone of somebody whose own is not known."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST, _LAST = date(1970, 1, 2), date(2200, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Wall:
    """What a calendar and a clock on the wall show; to the minute, and without a zone."""

    day: date
    clock: time

    def text(self) -> str:
        """Return this as ``2026-03-01T09:00``."""
        return f"{self.day.isoformat()}T{self.clock:%H:%M}"

    def days_before(self, days: int) -> "Wall":
        """Return the same time of day, so many days earlier."""
        return Wall(self.day - timedelta(days=days), self.clock)


def wall(day: str, clock: str) -> Wall:
    """Return what ``2026-03-01`` and ``09:00`` name; ``ValueError`` where they name nothing."""
    found = Wall(date.fromisoformat(day), time.fromisoformat(clock))
    if found.clock.tzinfo is not None or not _FIRST <= found.day < _LAST:
        raise ValueError("This is no date and time of day that anybody means.")
    return Wall(found.day, found.clock.replace(second=0, microsecond=0))


def wall_from(text: str) -> Wall:
    """Return the wall time that ``Wall.text`` wrote; ``ValueError`` where it did not."""
    day, _, clock = text.partition("T")
    return wall(day, clock)


def known_zone(name: str | None) -> str:
    """Return ``name`` where the tz database knows it, otherwise ``UTC``."""
    try:
        return ZoneInfo(name or NO_ZONE).key
    except (OSError, ValueError, LookupError):  # what names a file, a folder or nothing at all
        return NO_ZONE


def instant(at: Wall, zone: str) -> int:
    """Return when the clocks of ``zone`` show ``at``, resolved as the module says."""
    local = datetime.combine(at.day, at.clock, ZoneInfo(zone))
    return (local - _EPOCH) // _MICROSECOND


def reading(moment: int, zone: str) -> Wall:
    """Return what the clocks of ``zone`` show at an instant."""
    local = (_EPOCH + moment * _MICROSECOND).astimezone(ZoneInfo(zone))
    return Wall(local.date(), local.timetz().replace(second=0, microsecond=0, tzinfo=None))


def notices(end: Wall, zone: str, days: Iterable[int]) -> list[int]:
    """Return the instants so many calendar days before ``end``, oldest first.

    A day may have 23 or 25 hours: the notice comes at the same time of day as the end.
    """
    return sorted(instant(end.days_before(one), zone) for one in set(days))


def first_after(instants: Iterable[int], now: int) -> int | None:
    """Return the earliest of ``instants`` that is still to come; what was missed stays missed."""
    return min((one for one in instants if one > now), default=None)


def due_after(began: int, waits: Sequence[timedelta], turn: int) -> int | None:
    """Return when the reminder number ``turn`` (from 0) is due; None after the last of them."""
    if turn >= len(waits):
        return None
    return began + waits[turn] // _MICROSECOND


def due_again(began: int, waits: Sequence[timedelta], turn: int) -> int:
    """Return when a reminder without an end is due: the last of ``waits`` repeats itself."""
    repeats = max(0, turn + 1 - len(waits))
    last = waits[-1] // _MICROSECOND
    return began + waits[min(turn, len(waits) - 1)] // _MICROSECOND + repeats * last
