"""Something changed in the rows: who draws, plans or counts is woken.

A bell loses nothing when nobody listens: what is outdated stands in the rows, and every listener
looks there by itself from time to time.
"""

import asyncio
import contextlib


class Bell:
    """Wakes one listener, now or as soon as it listens. Rings from the event loop only."""

    def __init__(self) -> None:
        """Make a bell that nobody has rung."""
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the listener."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when the bell was rung, at the latest after ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()


class Bells:
    """One bell for each kind of listener."""

    def __init__(self) -> None:
        """Make silent bells."""
        self.received = Bell()
        self.outdated = Bell()
        self.invitations = Bell()
        self.batches = Bell()
        self.shown = Bell()
        self.stops = Bell()
        self.alerts = Bell()
