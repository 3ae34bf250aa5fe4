"""Nobody is called faster than their published limit, and nobody waits longer than it takes."""

import asyncio
from datetime import datetime, timedelta

from tests.unit.vendors.loopback import NOW
from vendors.contract import Rate
from vendors.pace import Pace


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.waits: list[float] = []

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


def paced(time: Time, calls: int, seconds: int) -> Pace:
    return Pace(Rate(calls, seconds), time.clock, time.sleep)


async def test_as_many_as_are_allowed_begin_at_once() -> None:
    time = Time()
    pace = paced(time, 3, 2)
    for _ in range(3):
        await pace.turn()
    assert time.waits == []


async def test_whoever_is_too_many_waits_until_the_oldest_counts_no_more() -> None:
    time = Time()
    pace = paced(time, 3, 2)
    for _ in range(3):
        await pace.turn()
        time.now += timedelta(seconds=0.5)
    await pace.turn()
    assert time.waits == [0.5]


async def test_in_no_stretch_of_time_are_there_more_than_allowed() -> None:
    time = Time()
    pace = paced(time, 7, 3)
    begun: list[datetime] = []

    async def caller() -> None:
        await pace.turn()
        begun.append(time.now)

    await asyncio.gather(*(caller() for _ in range(50)))
    assert len(begun) == 50
    for first, eighth in zip(begun, begun[7:], strict=False):
        assert eighth - first >= timedelta(seconds=3)


async def test_a_clock_that_was_put_back_makes_nobody_wait_for_ever() -> None:
    time = Time()
    pace = paced(time, 1, 2)
    await pace.turn()
    time.now -= timedelta(hours=1)
    await pace.turn()
    assert time.waits == [2.0]


async def test_whoever_gives_up_waiting_holds_up_nobody() -> None:
    time = Time()
    pace = paced(time, 1, 2)
    await pace.turn()
    impatient = asyncio.ensure_future(pace.turn())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    async with asyncio.timeout(1):
        await pace.turn()
