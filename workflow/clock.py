"""Time as the rows hold it: microseconds since the epoch, UTC. A clock is handed in, never read."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], int]
"""Returns the present moment in microseconds since the epoch."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


def system_clock() -> int:
    """Return the present moment by the machine's clock."""
    return time.time_ns() // 1_000


def as_datetime(moment: int) -> datetime:
    """Return ``moment`` as an aware datetime in UTC."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=moment)


def as_micros(length: timedelta) -> int:
    """Return a length of time in microseconds."""
    return length // timedelta(microseconds=1)
