"""A process that goes on working holds no more than before: memory, tasks, threads, open files.

`ABOARD_SOAK` sets how many waves of newcomers it brings on board. It is weighed between two of
them, when nothing is under way, on PostgreSQL: there the database's own caches are in another
process. A long trial begins where what is bounded is full. The guard remembers so many signatures,
which as many calls of Slack bring about at once, and it is over before they are too old for that.
The table that they stand in doubles once more after the first of them have left it, by a megabyte.
The allocators keep the pages of the largest crowd, and the pools its connections, so the first
waves are larger than those that are judged.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import linear_regression

import pytest

from bot.guard import WINDOW_SECONDS
from bot.passed import MOST
from sandbox.parts import Server
from storage.database import Database
from tests.battery.plugin import DEFECT
from tests.integration.bots import Bot, end_all, events_of, sandbox
from tests.integration.conftest import prepared
from tests.integration.facts import Watch
from tests.integration.load import Load
from tests.integration.staff import hire

FEW = 8
WAVES = int(os.environ.get("ABOARD_SOAK", FEW))
IS_LONG = WAVES > FEW
PEOPLE, AT_ONCE = 20, 12
WARM_WAVES, CROWD, ALL_AT_ONCE = (10, 60, 60) if IS_LONG else (4, PEOPLE, AT_ONCE)
SIGNATURES = MOST * 5 // 4 if IS_LONG else 0
GRACE = 20.0
MOST_MEMORY = 1.0 if IS_LONG else 15.0
"""MB more for 500 requests, ten minutes at fifty a minute; in a short trial caches are filled."""

MOST_BLOCKS, MOST_MORE = 100, 15
"""Python's blocks for each request; tasks, threads and files in the later half of the waves."""

Recording = Callable[[str, object], None]


@dataclass(frozen=True)
class Weight:
    """What a process holds after so many requests; memory is in bytes."""

    requests: int
    memory: int
    blocks: int
    tasks: int
    threads: int
    files: int


class Weighed(Bot):
    """A bot that can be weighed."""

    def __init__(self, server: Server, folder: Path, url: str) -> None:
        self._scales = folder / "weight.json"
        defect = os.environ.get(DEFECT) or "-"
        words = ("-m", "tests.battery.weighed", str(self._scales), defect, "serve")
        super().__init__(server, folder, (sys.executable, *words), url)

    async def weight(self) -> dict[str, int]:
        """Return what it holds now."""
        self._scales.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        async with asyncio.timeout(GRACE):
            while not self._scales.exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.05)
        held: dict[str, int] = json.loads(self._scales.read_text(encoding="utf-8"))
        return held


@pytest.mark.postgres
@pytest.mark.timeout(400 + 15 * WAVES)
async def test_a_process_that_goes_on_working_holds_no_more_than_before(
    postgres_url: str, tmp_path: Path, record_property: Recording
) -> None:
    database = Database(prepared(postgres_url))
    async with sandbox() as server:
        bot = Weighed(server, tmp_path, postgres_url)
        load = Load(server, Watch(database), Random(6))  # noqa: S311 - nothing secret
        watching = asyncio.create_task(load.watch.run())
        try:
            await bot.start()
            server.connect(events_of(bot))
            async with asyncio.timeout(2 * WINDOW_SECONDS):
                await _signed(server, SIGNATURES)
                held = await _weighed(bot, load)
        finally:
            watching.cancel()
            await end_all([bot])
    database.close()
    warm = held[WARM_WAVES:]
    asked = [float(one.requests) for one in warm]
    memory = 500e-6 * linear_regression(asked, [float(one.memory) for one in warm]).slope
    blocks = linear_regression(asked, [float(one.blocks) for one in warm]).slope
    record_property("tried", held[-1].requests)
    record_property(
        "measured",
        f"{memory:.2f} MB more for 500 requests, {blocks:.0f} blocks for each; at the end "
        f"{held[-1].tasks} tasks, {held[-1].threads} threads, {held[-1].files} open files",
    )
    assert load.unfinished == []
    assert blocks < MOST_BLOCKS, "Python holds more with every request"
    assert memory < MOST_MEMORY, "more memory with every request"
    before, after = warm[: len(warm) // 2], warm[len(warm) // 2 :]
    assert _most_more("tasks", before, after) < MOST_MORE
    assert _most_more("threads", before, after) < MOST_MORE
    assert _most_more("files", before, after) < MOST_MORE


def _most_more(what: str, before: Sequence[Weight], after: Sequence[Weight]) -> int:
    """Return how many more there were at most than there had been at most."""
    most = [max(getattr(one, what) for one in some) for some in (before, after)]
    return int(most[1] - most[0])


async def _weighed(bot: Weighed, load: Load) -> list[Weight]:
    """Have one wave after the other come on board, and weigh the process after each."""
    held, last = list[Weight](), 0
    for wave in range(WAVES):
        people, at_once = (CROWD, ALL_AT_ONCE) if wave < WARM_WAVES else (PEOPLE, AT_ONCE)
        first, last = last, last + people
        await _wave(load, range(first, last), at_once)
        held.append(Weight(last, **await bot.weight()))
    return held


async def _signed(server: Server, times: int) -> None:
    """Have Slack ask for its challenge so many times, each signed anew."""
    numbers = iter(range(times))

    async def ask() -> None:
        for number in numbers:
            payload = {"type": "url_verification", "challenge": f"{number:05}"}
            assert (await server.workspace.http.send("event", payload, {})).ok

    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))


async def _wave(load: Load, people: range, at_once: int) -> None:
    room = asyncio.Semaphore(at_once)

    async def one(person: int) -> None:
        async with room:
            await load.journey(hire(load.server, person))

    await asyncio.gather(*(one(person) for person in people))
