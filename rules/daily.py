"""The daily digest: one message a day about everything that waits, and when the next one is due.

A digest is due at a time of day on the clocks of its reader's zone, so that it comes at the same
time of day all year round (``rules.moments`` says what happens where the clocks change).
"""

from dataclasses import dataclass
from datetime import time, timedelta

from rules import moments
from rules.moments import NO_ZONE, Wall

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""How the settings call the days of the week, in the order of ``date.weekday``."""

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Daily:
    """When a digest comes, and to whom.

    ``readers`` are people and user groups, each told in their own zone; ``channels`` are
    conversations, told in ``zone``. ``days`` are numbers of weekdays, Monday is 0. ``replaces``:
    whoever gets one is not reminded of each request besides.
    """

    at: time
    days: frozenset[int] = frozenset(range(5))
    readers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    zone: str = NO_ZONE
    replaces: bool = False

    def due_after(self, moment: int, zone: str) -> int:
        """Return when the first digest after ``moment`` is due (both microseconds) in ``zone``."""
        today = moments.reading(moment, zone).day
        walls = (Wall(today + timedelta(days=ahead), self.at) for ahead in range(-1, _WEEK + 2))
        due = (moments.instant(one, zone) for one in walls if one.day.weekday() in self.days)
        return next(one for one in due if one > moment)
