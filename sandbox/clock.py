"""Time and names as Slack writes them: message timestamps and upper-case ids.

A timestamp is seconds and microseconds since 1970, and the name of the message within its
channel: two of them are never the same. Ids are opaque; only their first letter means something.
"""

import base64
import hashlib
import itertools
from collections.abc import Callable

Clock = Callable[[], float]

MICROSECONDS = 1_000_000


class Timestamps:
    """Mints timestamps that always grow, whatever the clock does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def new(self) -> str:
        """Return the next timestamp, such as `1503435956.000247`."""
        self._last = max(self._last + 1, int(self._clock() * MICROSECONDS))
        return f"{self._last // MICROSECONDS}.{self._last % MICROSECONDS:06d}"


class Ids:
    """Mints ids in a repeatable order: the same seed gives the same names."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._numbers = itertools.count(1)

    def new(self, prefix: str, length: int = 10) -> str:
        """Return `prefix` and `length` upper-case letters and digits."""
        digest = hashlib.sha256(f"{self._seed}/{next(self._numbers)}".encode()).digest()
        return prefix + base64.b32encode(digest).decode()[:length]
