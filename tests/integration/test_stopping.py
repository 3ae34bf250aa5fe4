"""SIGTERM: intake ends, what is under way ends or is kept, and the process leaves with code 0."""

import asyncio
import time
from pathlib import Path
from random import Random

import pytest

from storage.database import Database
from tests.integration.bots import GRACE, Bot, end_all, events_of, sandbox
from tests.integration.facts import ENDED, Watch, all_in, everything, until
from tests.integration.judge import gather, judge
from tests.integration.killing import Killer
from tests.integration.load import Load, working
from tests.integration.staff import hire
from tests.integration.stalling import Stall

TIMES = 3


@pytest.mark.postgres
@pytest.mark.timeout(240)
async def test_a_bot_that_is_asked_to_end_under_load_loses_nothing(
    postgres: str, tmp_path: Path
) -> None:
    database, random = Database(postgres), Random(3)  # noqa: S311 - the same series every time
    ends: list[tuple[int, float]] = []
    async with sandbox() as server:
        bot = Bot(server, tmp_path, database=postgres)
        server.connect(events_of(bot))
        load = Load(server, Watch(database), random)
        Killer(bot, random).slow_down(server)
        try:
            async with working(load):
                for _ in range(TIMES):
                    await bot.start()
                    await asyncio.sleep(random.uniform(0.5, 2.0))
                    began = time.monotonic()
                    ends.append((await bot.terminate(), time.monotonic() - began))
                await bot.start()
            cases = await database.read(everything)
            wrong = judge(gather(server, cases, load.promised))
            errors = await bot.errors()
        finally:
            await end_all([bot])
    database.close()
    assert [code for code, _ in ends] == [0] * TIMES
    assert max(seconds for _, seconds in ends) < GRACE
    assert (wrong, load.unfinished) == ([], [])
    assert load.promised
    assert [one for one in errors if not one.startswith("{")] == []


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
