"""PostgreSQL dies and comes back under load: nothing is lost, nothing is done twice.

`ABOARD_PG_RESTARTS` sets how often, `ABOARD_PG_REQUESTS` how many requests are made meanwhile. The
cluster is one of the test's own: others would lose theirs.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from benchmarks.clusters import PostgresPrograms, PostgresServer, find_programs, running_cluster
from storage import inbox
from storage.database import Database
from storage.models import METADATA
from tests.integration.bots import Bot, end_all, events_of, sandbox
from tests.integration.conftest import prepared
from tests.integration.facts import ENDED, Watch, all_in, until
from tests.integration.judge import gather, judge
from tests.integration.killing import Killer
from tests.integration.load import Load, working
from workflow.audit_verify import verify

RESTARTS = int(os.environ.get("ABOARD_PG_RESTARTS", "3"))
REQUESTS = int(os.environ.get("ABOARD_PG_REQUESTS", "30"))
RECOVERED_WITHIN = 10.0
SETTLED_WITHIN = 60.0
PATIENCE = 60.0
WRITERS, WRITES = 6, 150
Recording = Callable[[str, object], None]


@dataclass(frozen=True)
class Postmaster:
    """A cluster that can be killed and started again."""

    programs: PostgresPrograms
    server: PostgresServer
    data: Path

    async def restart(self) -> None:
        """End every process of the server at once, as a power cut does, and start it again."""
        options = ("-D", "data", "-m", "immediate", "-l", "log", "-w", "restart")
        await asyncio.to_thread(
            partial(self.programs.run, "pg_ctl", *options, folder=self.data.parent)
        )


class PatientWatch(Watch):
    """Looks again where the database is away."""

    async def look(self) -> dict[str, tuple[str, str]]:
        """Look once; return what was known before where nobody answers."""
        with contextlib.suppress(DBAPIError):
            return await super().look()
        return self.known


@pytest.fixture(scope="module")
def postmaster() -> Iterator[Postmaster]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    with running_cluster(programs) as server:
        with psycopg.connect(server.url) as connection:
            [folder] = connection.execute("SHOW data_directory").fetchone() or ("",)
        yield Postmaster(programs, server, Path(folder))


@pytest.mark.postgres
@pytest.mark.timeout(240 + 30 * RESTARTS + 3 * REQUESTS)
async def test_a_database_that_dies_under_load_costs_nobody_anything(
    postmaster: Postmaster, tmp_path: Path, record_property: Recording
) -> None:
    url = await asyncio.to_thread(prepared, postmaster.server.create_database())
    database, random = Database(url), Random(9)  # noqa: S311 - the same series every time
    async with sandbox() as server:
        bot = Bot(server, tmp_path, database=url)
        server.connect(events_of(bot))
        load = Load(server, PatientWatch(database), random)
        Killer(bot, random).slow_down(server)
        try:
            await bot.start()
            async with working(load):
                took = [await _restarted(postmaster, load, turn) for turn in range(RESTARTS)]
                await _promised(load, REQUESTS)
            cases = await until(database, all_in(*ENDED), SETTLED_WITHIN)
            wrong = judge(gather(server, cases, load.promised))
        finally:
            await end_all([bot])
    assert (await database.read(verify)).flaw is None
    database.close()
    record_property("tried", RESTARTS)
    slowest = max(took)
    record_property("measured", f"{len(load.promised)} requests, back after {slowest:.1f} s")
    assert (wrong, load.unfinished) == ([], [])
    assert slowest < RECOVERED_WITHIN


async def _restarted(postmaster: Postmaster, load: Load, turn: int) -> float:
    """Restart it in the middle of the work; return when somebody was promised something again."""
    await _promised(load, max(1, turn * REQUESTS // RESTARTS))
    await postmaster.restart()
    back = time.monotonic()
    await _promised(load, len(load.promised) + 1)
    return time.monotonic() - back


async def _promised(load: Load, count: int) -> None:
    async with asyncio.timeout(PATIENCE + 2 * REQUESTS):
        while len(load.promised) < count:  # noqa: ASYNC110 - it is a count, not an event
            await asyncio.sleep(0.05)


@pytest.mark.postgres
async def test_every_write_outlives_the_connection_that_it_lost(postmaster: Postmaster) -> None:
    database = Database(await asyncio.to_thread(prepared, postmaster.server.create_database()))
    half_way = asyncio.Event()

    async def write(who: int) -> None:
        for number in range(WRITES):
            await database.write(partial(inbox.first_time, key=f"{who} {number}", at=0))
            if number == WRITES // 3:
                half_way.set()

    async def restart() -> None:
        await half_way.wait()
        await postmaster.restart()

    ends = await asyncio.gather(*map(write, range(WRITERS)), restart(), return_exceptions=True)
    written = await database.read(_written)
    database.close()
    assert [one for one in ends if one is not None] == []
    assert written == WRITERS * WRITES


def _written(connection: Connection) -> int:
    count = sa.select(sa.func.count()).select_from(METADATA.tables["inbox"])
    return int(connection.execute(count).scalar_one())
