"""SIGTERM and SIGINT while a start is under way.

As the first process of a container, whoever has no handler for a signal does not even get it.
"""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def asked_to_stop() -> asyncio.Event:
    """Return what SIGTERM and SIGINT set from now on."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def unless(stop: asyncio.Event, doing: Coroutine[Any, Any, T]) -> T | None:
    """Return what ``doing`` returns; None where ``stop`` comes first, and it is cancelled."""
    work, stopping = asyncio.create_task(doing), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        work.cancel()
        await asyncio.wait({work, stopping})
    return None if work.cancelled() else work.result()
