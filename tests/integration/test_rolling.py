"""Two replicas behind a load balancer, started anew one after the other while people work.

`ABOARD_ROLLS` sets how often both are. One is started as in production, the other one is forked
from a process that has imported everything.
"""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from sandbox.parts import Server
from storage.database import Database
from tests.integration.balancer import balanced
from tests.integration.bots import Bot, bots, end_all, sandbox
from tests.integration.facts import Watch, everything
from tests.integration.forked import ForkedBot, forked_bots
from tests.integration.judge import gather, judge
from tests.integration.killing import Killer
from tests.integration.load import Load, working
from workflow.audit_verify import verify

ROLLS = int(os.environ.get("ABOARD_ROLLS", "1"))
PATIENCE = 15.0
"""Two processes that start on two cores take Slack's three seconds away; nothing else does."""
Recording = Callable[[str, object], None]


@pytest.mark.postgres
@pytest.mark.timeout(240 + 60 * ROLLS)
async def test_a_rolling_restart_under_load_loses_nothing_and_refuses_nobody(
    postgres: str, tmp_path: Path, record_property: Recording
) -> None:
    database, random = Database(postgres), Random(6)  # noqa: S311 - the same series every time
    async with (
        sandbox() as server,
        _replicas(server, tmp_path, postgres) as both,
        balanced(both) as balancer,
    ):
        server.connect(balancer.url)
        server.workspace.http.patience = PATIENCE
        load = Load(server, Watch(database), random)
        Killer(both[0], random).slow_down(server)
        began, codes = time.monotonic(), []
        async with working(load):
            for bot in both * ROLLS:
                codes.append(await bot.terminate())
                await bot.start()
                await balancer.look()
        cases = await database.read(everything)
        wrong = judge(gather(server, cases, load.promised))
        failed = [one for one in server.workspace.deliveries if one.error]
    assert (await database.read(verify)).flaw is None
    database.close()
    record_property("tried", 2 * ROLLS)
    seconds = time.monotonic() - began
    record_property(
        "measured",
        f"{len(load.promised)} requests in {seconds:.0f} s, {balancer.again} handed to the other",
    )
    assert codes == [0] * (2 * ROLLS)
    assert (wrong, load.unfinished, failed) == ([], [], [])
    assert load.promised


@asynccontextmanager
async def _replicas(server: Server, folder: Path, url: str) -> AsyncIterator[list[Bot | ForkedBot]]:
    async with (
        bots(server, folder / "served", url, 1) as served,
        forked_bots(server, folder / "forked", url, 1) as forked,
    ):
        yield [*served, *forked]


@pytest.mark.timeout(120)
async def test_a_proxy_that_knows_one_replica_alone_refuses_somebody(
    sqlite: str, tmp_path: Path
) -> None:
    """The control: what the other replica is for."""
    async with sandbox() as server:
        bot = Bot(server, tmp_path, database=sqlite)
        try:
            await bot.start()
            async with balanced([bot]) as balancer:
                server.connect(balancer.url)
                before = await server.workspace.command(server.cast.manager, "/aboard", "help")
                await bot.terminate()
                answer = await server.workspace.command(server.cast.manager, "/onboard", "")
        finally:
            await end_all([bot])
    assert before.error is None
    assert answer.error == "dispatch_failed"
