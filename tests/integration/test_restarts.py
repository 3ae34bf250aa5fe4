"""What a process that died or froze had in hand is taken up soon, and by whoever is there.

`ABOARD_FROZEN` sets for how many seconds at least a process is frozen (by default until its work is
taken over), `ABOARD_SIGSTOPS` how often: up to seventeen pairs of processes do so at once, each
pair on a database of its own. The first pair is started as in production, the others are forked
from a process that has imported everything.
"""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from benchmarks.clusters import PostgresServer
from sandbox.parts import Server
from storage.database import Database
from tests.integration.bots import Bot, bots, end_all, events_of, sandbox
from tests.integration.facts import ENDED, Case, Watch, all_in, everything, until
from tests.integration.forked import ForkedBot, forked_bots
from tests.integration.holding import Holding
from tests.integration.judge import gather, judge
from tests.integration.load import Load
from tests.integration.staff import hire
from tests.integration.stalling import Stall
from workflow.dequeuing import queue_of

SOON = 20.0
TAKEN_OVER_WITHIN = 15.0
SIGSTOPS = int(os.environ.get("ABOARD_SIGSTOPS", "1"))
FROZEN = float(os.environ.get("ABOARD_FROZEN", "0"))
PAIRS, BUSY = 17, 2
"""Pairs that there are at once, and how many of them start or are handed work at once."""
ROUNDS = -(-SIGSTOPS // PAIRS)
IN_HAND = 4
ENDS = ("STP002I", "STP003W", "STP004E", "STP005I", "STP007W", "STP010W")
LOST = "taken over meanwhile"
"""What a process says once of each step that it lost, before its call or after it."""
UNDER_WAY = sa.text(
    "SELECT executor_id, count(*) FROM dbos.workflow_status "
    "WHERE status = 'PENDING' AND queue_name = :queue GROUP BY executor_id"
)
Recording = Callable[[str, object], None]
One = Bot | ForkedBot
Making = Callable[[Server, Path, str, int], AbstractAsyncContextManager[Sequence[One]]]


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
@pytest.mark.timeout(240 + ROUNDS * int(60 + FROZEN))
async def test_a_process_that_froze_does_nothing_with_what_was_taken_over(
    postgres_server: PostgresServer,
    prepared_postgres: str,
    tmp_path: Path,
    record_property: Recording,
) -> None:
    door = asyncio.Semaphore(BUSY)

    async def one(place: int) -> list[Case]:
        often = len(range(place, SIGSTOPS, PAIRS))
        (folder := tmp_path / str(place)).mkdir()
        with postgres_server.lent(prepared_postgres) as url:
            pair = bots if place == 0 else forked_bots
            return await _frozen_in_turn(pair, url, folder, often, door)

    async with asyncio.TaskGroup() as group:
        pairs = [group.create_task(one(place)) for place in range(min(SIGSTOPS, PAIRS))]
    cases = [case for pair in pairs for case in pair.result()]
    record_property("tried", SIGSTOPS)
    ends = [case.codes(*ENDS) for case in cases]
    assert [len(one) for one in ends] == [2] * SIGSTOPS * IN_HAND, "a step ends once"


async def _frozen_in_turn(
    made: Making, url: str, folder: Path, often: int, door: asyncio.Semaphore
) -> list[Case]:
    """Freeze one of two processes and then the other, so often in all; return their requests."""
    database = Database(url)
    async with AsyncExitStack() as stack:
        stack.callback(database.close)
        server = await stack.enter_async_context(sandbox())
        async with door:
            both = await stack.enter_async_context(made(server, folder, url, 2))
        load = Load(server, Watch(database), Random(5))  # noqa: S311 - nothing secret
        for round_ in range(often):
            asleep, awake = both if round_ % 2 == 0 else both[::-1]
            async with door:
                server.connect(events_of(asleep))
                first = round_ * IN_HAND
                newcomers = [hire(server, first + number) for number in range(IN_HAND)]
                await asyncio.gather(*(load.ask(one) for one in newcomers))
                await until(database, all_in("pending", *ENDED), SOON)
                hold = await _freeze(server, asleep, load)
            server.connect(events_of(awake))
            await _thaw(asleep, awake, hold, database)
        cases = await database.read(everything)
        assert judge(gather(server, cases, load.promised)) == []
        return cases


async def _freeze(server: Server, asleep: One, load: Load) -> Holding:
    """Freeze a process between its looks and its writes."""
    hold = Holding(server.axiom.faults, "GET", IN_HAND)
    hold.begin()
    await load.approve_all()
    await hold.until_held(IN_HAND)
    os.kill(asleep.pid, signal.SIGSTOP)
    return hold


async def _thaw(asleep: One, awake: One, hold: Holding, database: Database) -> None:
    """Have the other do the work of one that froze, and let that come back to find it done.

    Back again, it says of each thing that it had in hand that it was taken over.
    """
    began, before = time.monotonic(), await _count(asleep, LOST)
    in_hand = await database.read(_in_hand)
    hold.let_go()
    try:
        cases = await until(database, all_in(*ENDED), 2 * SOON)
        assert all(case.is_ended for case in cases), "the other finishes it"
        await asyncio.sleep(max(0.0, FROZEN - (time.monotonic() - began)))
    finally:
        os.kill(asleep.pid, signal.SIGCONT)
    await _logged(asleep, LOST, before + in_hand[await _taken_over_by(awake)])


def _in_hand(connection: Connection) -> dict[str, int]:
    """Return by the name of each process how many steps at Axiom it has under way."""
    rows = connection.execute(UNDER_WAY, {"queue": queue_of("axiom")})
    return {str(name): count for name, count in rows}


async def _taken_over_by(bot: One) -> str:
    """Return the name of the process whose work a bot took over last."""
    text = await asyncio.to_thread(bot.log.read_text, errors="replace")
    lines = [json.loads(line) for line in text.splitlines() if '"took over"' in line]
    return str(lines[-1]["executor"])


async def _count(bot: One, words: str) -> int:
    text = await asyncio.to_thread(bot.log.read_text, errors="replace")
    return text.count(words)


async def _logged(bot: One, words: str, times: int) -> None:
    """Wait until a bot has logged some words so often."""
    async with asyncio.timeout(SOON):
        while await _count(bot, words) < times:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.1)
