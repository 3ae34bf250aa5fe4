"""A silence lasts as long as any deadline without being waited for: the loop's clock leaps."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from vendors.testing.waiting import skip

LONGER_THAN_ANY_DEADLINE = 100.0
A_MOMENT = 0.03
"""Seconds."""


@contextmanager
def not_waited_for() -> Iterator[None]:
    """Put the loop's clock beyond every deadline, where what is done here is not over at once.

    What is over at once is no silence (an answer without a body does not drip), and the clock stays
    as it is: otherwise it would leap under whatever comes next.
    """
    loop = asyncio.get_running_loop()
    leap = loop.call_later(A_MOMENT, skip, LONGER_THAN_ANY_DEADLINE)
    try:
        yield
    finally:
        leap.cancel()
