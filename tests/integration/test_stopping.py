"""SIGTERM: intake ends, what is under way ends or is kept, and the process leaves with code 0.

`ABOARD_STOPS` sets how often a bot is asked to end under load: three times of five over HTTP, the
others over Socket Mode. The first one of each is started as in production, the others are forked
from a process that has imported everything.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from sandbox.parts import Server
from storage.database import Database
from tests.integration.bots import GRACE, Bot, SocketBot, end_all, events_of, sandbox
from tests.integration.facts import ENDED, Watch, all_in, everything, until
from tests.integration.forked import ForkedBot, Manner
from tests.integration.judge import gather, judge
from tests.integration.killing import Killer
from tests.integration.load import Load, working
from tests.integration.staff import hire
from tests.integration.stalling import Stall

STOPS = int(os.environ.get("ABOARD_STOPS", "5"))
OVER_HTTP = STOPS * 3 // 5
COMMANDS = 30
Recording = Callable[[str, object], None]


@pytest.mark.postgres
@pytest.mark.timeout(240 + 20 * STOPS)
@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_a_bot_that_is_asked_to_end_under_load_loses_nothing(
    postgres: str, tmp_path: Path, mode: str, record_property: Recording
) -> None:
    database, random = Database(postgres), Random(3)  # noqa: S311 - the same series every time
    async with sandbox(mode) as server:
        served, forked = _bots(mode, server, tmp_path, postgres)
        load = Load(server, Watch(database), random)
        Killer(forked, random).slow_down(server)
        try:
            async with working(load):
                times = OVER_HTTP if mode == "http" else STOPS - OVER_HTTP
                ends = [await _stopped(served, server, random)]
                ends += [await _stopped(forked, server, random) for _ in range(times - 1)]
                await forked.start()
            cases = await database.read(everything)
            wrong = judge(gather(server, cases, load.promised))
            errors = [*await served.errors(), *await forked.errors()]
        finally:
            await asyncio.gather(served.end(), forked.end())
    database.close()
    slowest = max(seconds for _, seconds in ends)
    record_property("tried", times)
    record_property("measured", f"{mode}: {len(load.promised)} requests, {slowest:.1f} s at most")
    assert [code for code, _ in ends] == [0] * times
    assert slowest < GRACE
    assert (wrong, load.unfinished) == ([], [])
    assert load.promised
    assert [one for one in errors if not one.startswith("{")] == []


def _bots(mode: str, server: Server, folder: Path, url: str) -> tuple[Bot, ForkedBot]:
    for name in ("served", "forked"):
        (folder / name).mkdir()
    if mode == "socket":
        served: Bot = SocketBot(server, folder / "served", url)
    else:
        served = Bot(server, folder / "served", database=url)
    manner = Manner(hurried=False, socket_mode=mode == "socket")
    return served, ForkedBot(server, folder / "forked", url, manner=manner)


async def _stopped(bot: Bot | ForkedBot, server: Server, random: Random) -> tuple[int, float]:
    """Start a bot and ask it to end in the middle of its work; return its code, and the seconds."""
    server.connect(events_of(bot))
    await bot.start()
    await asyncio.sleep(random.uniform(0.5, 2.0))
    began = time.monotonic()
    return await bot.terminate(), time.monotonic() - began


@pytest.mark.timeout(150)
async def test_a_vendor_that_does_not_answer_keeps_nobody_from_ending(
    sqlite: str, tmp_path: Path
) -> None:
    database = Database(sqlite)
    async with sandbox() as server:
        bot = Bot(server, tmp_path, database=sqlite)
        server.connect(events_of(bot))
        load = Load(server, Watch(database), Random(4))  # noqa: S311 - nothing secret
        try:
            await bot.start()
            stall = Stall(server.axiom.faults, "POST")
            number = await load.ask(hire(server, 1))
            await load.approve_all()
            await stall.until_held(1)
            began = time.monotonic()
            code = await bot.terminate()
            took = time.monotonic() - began
            stall.let_go()
            await bot.start()
            cases = await until(database, all_in(*ENDED), GRACE)
            wrong = judge(gather(server, cases, load.promised))
        finally:
            await end_all([bot])
    database.close()
    assert (code, number) == (0, 1)
    assert took < GRACE
    assert wrong == []
    assert cases[0].state_at("axiom") == "done"


async def test_a_bot_that_answers_before_it_writes_loses_what_it_answered(tmp_path: Path) -> None:
    """The control: Bolt without a database, asked to end right after it has answered."""
    done = tmp_path / "done"
    async with sandbox() as server:
        command = (sys.executable, "-m", "tests.integration.vanilla", str(done))
        bot = Bot(server, tmp_path, command)
        server.connect(events_of(bot))
        try:
            await bot.start()
            said = await asyncio.gather(
                *(
                    server.workspace.command(server.cast.manager, "/onboard", f"number {number}")
                    for number in range(COMMANDS)
                )
            )
            await bot.terminate()
        finally:
            await end_all([bot])
    answered = sum("is recorded" in one.text for one in said)
    seen_to = len(done.read_text().splitlines()) if done.exists() else 0
    assert answered == COMMANDS
    assert seen_to < answered
