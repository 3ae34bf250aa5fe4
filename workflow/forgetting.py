"""What nobody asks for any more is dropped: deliveries, and the engine's old attempts.

The engine keeps a row of every attempt. An attempt that ended is never looked at again: whoever
goes on with its step goes by the step, and a retry has a name of its own.
"""

from functools import partial
from typing import Protocol

from storage import inbox
from storage.database import Database
from workflow.clock import HOUR, Clock

_REMEMBERED = 24 * HOUR
_KEPT = 30 * 24 * HOUR
"""Attempts older than that tell nobody anything: what became of a step stands in the history."""

_AT_ONCE = 500
_SOON = 0.1


class Attempted(Protocol):
    """The part of the runner that knows the attempts."""

    async def drop_ended(self, before: int, most: int) -> int:
        """Drop at most so many attempts that began before a moment and ended; return how many."""


class Forgetting:
    """``once`` is called by a loop, every hour."""

    def __init__(self, database: Database, clock: Clock, attempted: Attempted) -> None:
        """Drop what is in ``database``, and what ``attempted`` keeps."""
        self._database, self._clock, self._attempted = database, clock, attempted

    async def once(self) -> float | None:
        """Drop the deliveries that Slack no longer repeats, and attempts that ended long ago."""
        now = self._clock()
        await self._database.write(partial(inbox.forget, before=now - _REMEMBERED))
        dropped = await self._attempted.drop_ended(now - _KEPT, _AT_ONCE)
        return _SOON if dropped == _AT_ONCE else None
