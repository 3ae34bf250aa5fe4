"""IXON's lock-out: whoever calls too often is refused for ten minutes, and no header says so.

The limits count per source address, 50 calls a second over five seconds and 40 over two minutes:
https://developer.ixon.cloud/docs/api-rate-limits, read 2026-11. Calling on would bring nothing and
could prolong it, so that after a 429 this process stays silent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from vendors.errors import RateLimitError

LOCKED_OUT = timedelta(minutes=10)


class LockOut:
    """Whether this process may call IXON now; ``clock`` gives the time with its zone."""

    def __init__(self, vendor: str, title: str, clock: Callable[[], datetime]) -> None:
        self._vendor = vendor
        self._title = title
        self._clock = clock
        self._until: datetime | None = None

    def check(self) -> None:
        """Raise ``RateLimitError`` with the seconds that remain, if any do."""
        remaining = (self._until - self._clock()).total_seconds() if self._until else 0.0
        if remaining > 0:
            sentence = f"{self._title} has locked us out for calling too often; nothing was sent."
            raise RateLimitError(self._vendor, sentence, retry_after=remaining)

    def begun(self, error: RateLimitError) -> RateLimitError:
        """Note that IXON answered 429 just now; return the error with the seconds that it lasts."""
        self._until = self._clock() + LOCKED_OUT
        return RateLimitError(
            self._vendor,
            f"{self._title} is being called too often, and locks us out for ten minutes.",
            error.status,
            error.trace,
            retry_after=LOCKED_OUT.total_seconds(),
        )
