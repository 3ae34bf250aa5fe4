"""What a process that died or froze had in hand is taken up soon, and by whoever is there.

`ABOARD_FROZEN` sets for how many seconds at least a process is frozen (by default until its work is
taken over), `ABOARD_SIGSTOPS` how often.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from sandbox.parts import Server
from storage.database import Database
from tests.integration.bots import Bot, bots, end_all, events_of, sandbox
from tests.integration.facts import ENDED, Watch, all_in, everything, until
from tests.integration.holding import Holding
from tests.integration.judge import gather, judge
from tests.integration.load import Load
from tests.integration.staff import hire
from tests.integration.stalling import Stall

SOON = 20.0
TAKEN_OVER_WITHIN = 15.0
SIGSTOPS = int(os.environ.get("ABOARD_SIGSTOPS", "1"))
FROZEN = float(os.environ.get("ABOARD_FROZEN", "0"))
IN_HAND = 5
ENDS = ("STP002I", "STP003W", "STP004E", "STP005I", "STP007W", "STP010W")
LOST = "taken over meanwhile"
Recording = Callable[[str, object], None]


@pytest.mark.timeout(120)
async def test_a_request_that_was_being_looked_into_is_looked_into_again_soon(
    sqlite: str, tmp_path: Path
) -> None:
    database = Database(sqlite)
    async with sandbox() as server:
        bot = Bot(server, tmp_path, database=sqlite)
        server.connect(events_of(bot))
        try:
            await bot.start()
            stall = Stall(server.axiom.faults, "GET")
            load = Load(server, Watch(database), Random(1))  # noqa: S311 - nothing secret
            await load.ask(hire(server, 1))
            await stall.until_held(1)
            await bot.kill()
            stall.let_go()
            await bot.start()
            cases = await until(database, all_in("pending"), SOON)
        finally:
            await end_all([bot])
    database.close()
    assert [case.request.state for case in cases] == ["pending"]


@pytest.mark.postgres
@pytest.mark.timeout(150)
async def test_the_other_process_finishes_the_work_of_one_that_died_for_good(
    postgres: str, tmp_path: Path, record_property: Recording
) -> None:
    database, count = Database(postgres), 6
    async with sandbox() as server, bots(server, tmp_path, postgres, 2) as (first, second):
        load = Load(server, Watch(database), Random(2))  # noqa: S311 - nothing secret
        newcomers = [hire(server, number) for number in range(count)]
        await asyncio.gather(*(load.ask(one) for one in newcomers))
        await until(database, all_in("pending"), SOON)
        stall = Stall(server.axiom.faults, "POST")
        await load.approve_all()
        await stall.until_held(count)
        await first.kill()
        died = time.monotonic()
        server.connect(events_of(second))
        stall.let_go()
        await _logged(second, "took over", 1)
        taken_over = time.monotonic() - died
        cases = await until(database, all_in(*ENDED), SOON + 5.0)
        took = time.monotonic() - died
        wrong = judge(gather(server, cases, load.promised))
        errors = await second.errors()
    database.close()
    record_property("measured", f"a dead one's work taken over after {taken_over:.1f} s")
    assert taken_over < TAKEN_OVER_WITHIN
    assert took < SOON + 5.0
    assert wrong == []
    assert [one for one in errors if "Traceback" in one] == []


@pytest.mark.postgres
@pytest.mark.timeout(180 + SIGSTOPS * int(100 + FROZEN))
async def test_a_process_that_froze_does_nothing_with_what_was_taken_over(
    postgres: str, tmp_path: Path, record_property: Recording
) -> None:
    database = Database(postgres)
    async with sandbox() as server, bots(server, tmp_path, postgres, 2) as both:
        load = Load(server, Watch(database), Random(5))  # noqa: S311 - nothing secret
        for round_ in range(SIGSTOPS):
            asleep, awake = both if round_ % 2 == 0 else both[::-1]
            server.connect(events_of(asleep))
            first = round_ * IN_HAND
            newcomers = [hire(server, first + number) for number in range(IN_HAND)]
            await asyncio.gather(*(load.ask(one) for one in newcomers))
            await until(database, all_in("pending", *ENDED), SOON)
            await _frozen(server, asleep, awake, load, database)
        cases = await database.read(everything)
        wrong = judge(gather(server, cases, load.promised))
    database.close()
    record_property("tried", SIGSTOPS * IN_HAND)
    assert wrong == []
    ends = [case.codes(*ENDS) for case in cases]
    assert [len(one) for one in ends] == [2] * len(cases), "a step ends once"


async def _frozen(server: Server, asleep: Bot, awake: Bot, load: Load, database: Database) -> None:
    """Freeze a process between its looks and its writes, until its work is done by another."""
    hold = Holding(server.axiom.faults, "GET", IN_HAND)
    hold.begin()
    await load.approve_all()
    await hold.until_held(IN_HAND)
    began, before = time.monotonic(), await _count(asleep, LOST)
    os.kill(asleep.pid, signal.SIGSTOP)
    server.connect(events_of(awake))
    hold.let_go()
    try:
        cases = await until(database, all_in(*ENDED), 2 * SOON)
        assert all(case.is_ended for case in cases), "the other finishes it"
        await asyncio.sleep(max(0.0, FROZEN - (time.monotonic() - began)))
    finally:
        os.kill(asleep.pid, signal.SIGCONT)
    await _logged(asleep, LOST, before + IN_HAND)


async def _count(bot: Bot, words: str) -> int:
    text = await asyncio.to_thread(bot.log.read_text, errors="replace")
    return text.count(words)


async def _logged(bot: Bot, words: str, times: int) -> None:
    """Wait until a bot has logged some words so often."""
    async with asyncio.timeout(SOON):
        while await _count(bot, words) < times:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.1)
