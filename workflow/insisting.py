"""What must not be lost is read and written however long the database cannot.

An attempt knows what a vendor answered, and a delivery where a message stands. If that were dropped
because the disk is full, nobody would know, and what goes on by itself would stand still: nothing
but a look at what went quiet would find it, minutes later.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import stamina
from sqlalchemy.exc import DBAPIError

from storage.passing import is_passing

T = TypeVar("T")

_FIRST, _LONGEST = 0.25, 2.0
"""Seconds between two tries; the second is how late anything goes on once the database is well."""


async def insist(does: Callable[[], Awaitable[T]]) -> T:
    """Return what ``does`` returns, which is called until the database itself is well.

    Every other failure is raised. ``does`` may have had its effect although it failed: it must be
    idempotent, as every write is. The first try goes without what repeats, as it mostly can.
    """
    try:
        return await does()
    except DBAPIError as error:
        if not is_passing(error):
            raise
    async for attempt in stamina.retry_context(
        on=is_passing, attempts=None, timeout=None, wait_initial=_FIRST, wait_max=_LONGEST
    ):
        with attempt:
            return await does()
    raise AssertionError("a retry ends by returning or raising")
