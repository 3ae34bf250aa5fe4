"""Waiting for a vendor that is silent, without waiting: the loop's own clock is put forward.

A deadline short enough to wait for is one that a busy machine misses with everything in order. So
deadlines here are long, and as soon as a planted silence has struck, they are over.
"""

import asyncio
from collections.abc import Awaitable
from weakref import WeakKeyDictionary

from sandbox.faults import Faults
from vendors.testing.bench import DEADLINE

SILENCES = ("hang", "latency", "drip")
"""What ``Faults`` calls the mishaps that keep a caller waiting."""

LOOK = 0.005
BREATH = 0.05  # in which a simulator does the work before its silence, and its first bytes arrive

_skipped: WeakKeyDictionary[asyncio.AbstractEventLoop, float] = WeakKeyDictionary()


async def outwaited(asked: Awaitable[object], faults: Faults) -> None:
    """Await ``asked``; a planted silence that strikes lasts as long as any deadline."""
    planted = [name for name in SILENCES if faults.active(name)]
    task = asyncio.ensure_future(asked)
    try:
        while not task.done() and any(faults.active(name) for name in planted):
            await asyncio.wait([task], timeout=LOOK)
        if planted and not task.done():
            await asyncio.wait([task], timeout=BREATH)
            skip(DEADLINE)
        await task
    finally:
        task.cancel()


def skip(seconds: float) -> None:
    """Put the running loop's clock forward: whatever is due by then happens at once."""
    loop = asyncio.get_running_loop()
    if loop not in _skipped:
        real = loop.time
        loop.time = lambda: real() + _skipped[loop]  # type: ignore[method-assign]  # it is asked of the loop at every look
        _skipped[loop] = 0.0
    _skipped[loop] += seconds
