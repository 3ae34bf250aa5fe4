"""What a dead process had in hand is taken up soon, and by whoever is there."""

import asyncio
import time
from pathlib import Path
from random import Random

import pytest

from storage.database import Database
from tests.integration.bots import Bot, bots, end_all, events_of, sandbox
from tests.integration.facts import ENDED, Watch, all_in, until
from tests.integration.judge import gather, judge
from tests.integration.load import Load
from tests.integration.staff import hire
from tests.integration.stalling import Stall

SOON = 20.0


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
    postgres: str, tmp_path: Path
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
        cases = await until(database, all_in(*ENDED), SOON + 5.0)
        took = time.monotonic() - died
        wrong = judge(gather(server, cases, load.promised))
        errors = await second.errors()
    database.close()
    assert took < SOON + 5.0
    assert wrong == []
    assert [one for one in errors if "Traceback" in one] == []
