"""Which signatures have passed the guard lately, so that one that comes again is noticed.

That it has no second effect, the database sees to (``storage.inbox``); this is for the audit trail.
"""

from collections import OrderedDict

MOST = 20_000
"""So many are remembered at most, some four megabytes: thirty a second for ten minutes."""


class Passed:
    """Remembers signatures for ``seconds``."""

    def __init__(self, seconds: float) -> None:
        """Remember none yet."""
        self._seconds = seconds
        self._seen: OrderedDict[bytes, float] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._seen)

    def before(self, signature: bytes, now: float) -> bool:
        """Remember a signature that passes at ``now``; tell whether it has passed before."""
        while self._seen and self._is_over(next(iter(self._seen.values())), now):
            self._seen.popitem(last=False)
        known = signature in self._seen
        self._seen.setdefault(signature, now)
        return known

    def _is_over(self, first: float, now: float) -> bool:
        return first < now - self._seconds or len(self._seen) >= MOST
