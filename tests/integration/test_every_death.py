"""kill -9 at one point after the other: before and after a commit, a call, an acknowledgement.

`ABOARD_DOUBLE_DEATHS` and `ABOARD_TAKEN_OVER` are how often it dies twice, and on PostgreSQL.
`ABOARD_DEATHS` sets at how many points the bot dies in each scene, spread evenly from the first to
the last, or at each of them where there are no more; `ABOARD_SCENES` is how many scenes are played,
and with `ABOARD_DEATHS_AT` only points that are called so count, such as "after vendor: POST".

Threads and calls overtake each other, so that a point is not quite the same in every run.
`tests/life` dies in one thread, at the same points in the same order.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.server import running
from storage.database import Database
from storage.engine import is_sqlite
from tests.integration.bots import events_of
from tests.integration.deaths import KINDS
from tests.integration.dying import Dying, dying
from tests.integration.facts import everything
from tests.integration.forked import ForkedBot
from tests.integration.judge import gather, judge
from tests.integration.scenes import FEWEST_POINTS, MAYBE, SCENES, Stage, onboard
from tests.integration.test_crashes import integrity_of
from workflow.audit_verify import verify

Recording = Callable[[str, object], None]

DEATHS = int(os.environ.get("ABOARD_DEATHS", "4"))
PLAYED = int(os.environ.get("ABOARD_SCENES", "1"))
AT = os.environ.get("ABOARD_DEATHS_AT", "")
TWICE = int(os.environ.get("ABOARD_DOUBLE_DEATHS", "1"))
TAKEN_OVER = int(os.environ.get("ABOARD_TAKEN_OVER", "1"))
EACH = 20
"""Seconds that one death may cost where the machine is busy."""


@pytest.mark.timeout(120 + EACH * DEATHS)
@pytest.mark.parametrize("name", [*SCENES][:PLAYED])
async def test_a_bot_that_dies_at_any_point_of_a_scene_keeps_every_promise(
    name: str, sqlite: str, tmp_path: Path, record_property: Recording
) -> None:
    async with played_on(sqlite, tmp_path) as one:
        points = await one.points_of(SCENES[name])
        assert AT or points >= FEWEST_POINTS[name]
        for point in spread(points, min(DEATHS, points)):
            await one.dies_once(SCENES[name], point)
    record_property("tried", len(one.bot.ended_by))
    record_property("measured", f"{name}: {one.slowest:.1f} s")
    assert len(one.bot.ended_by) == min(DEATHS, points)
    met = {where.partition(":")[0] for where in one.bot.ended_by}
    assert met >= set(KINDS) - MAYBE.get(name, set()) or points > DEATHS or AT


@pytest.mark.timeout(120 + 2 * EACH * TWICE)
async def test_a_bot_that_dies_again_while_it_takes_its_work_up_keeps_every_promise(
    sqlite: str, tmp_path: Path, record_property: Recording
) -> None:
    async with played_on(sqlite, tmp_path) as one:
        points = await one.points_of(onboard)
        came = [await one.played(onboard, *both) for both in pairs(points, TWICE)]
    record_property("tried", sum(came))
    record_property("measured", f"again: {came.count(2)} twice, {one.slowest:.1f} s")
    assert came.count(2) > TWICE // 2


@pytest.mark.postgres
@pytest.mark.timeout(120 + EACH * TAKEN_OVER)
async def test_the_work_of_a_bot_that_dies_at_any_point_is_taken_over(
    postgres: str, tmp_path: Path, record_property: Recording
) -> None:
    async with played_on(postgres, tmp_path) as one:
        points = await one.points_of(onboard)
        for point in spread(points, TAKEN_OVER):
            await one.dies_once(onboard, point)
    record_property("tried", len(one.bot.ended_by))
    record_property("measured", f"taken over: {one.slowest:.1f} s")
    assert len(one.bot.ended_by) == TAKEN_OVER


@asynccontextmanager
async def played_on(url: str, folder: Path) -> AsyncIterator[Dying]:
    """Play on a database, and see that nothing is lost, doubled or made up afterwards."""
    database = Database(url)
    async with running() as server:
        bot = ForkedBot(server, folder, url, only=AT)
        server.connect(events_of(bot))
        stage = Stage(server, database)
        async with dying(stage, bot) as one:
            yield one
        cases = await database.read(everything)
        found = judge(gather(server, cases, stage.promised))
        assert found == [], bot.ended_by
        assert {*stage.asked} <= {case.request.subject for case in cases}
        assert (await database.read(verify)).flaw is None
    database.close()
    assert not is_sqlite(url) or integrity_of(url) == "ok"


def spread(points: int, often: int) -> Iterator[int]:
    """Return so many points, from the first to the last, evenly."""
    return (1 + (points - 1) * one // max(1, often - 1) for one in range(often))


def pairs(points: int, often: int) -> Iterator[tuple[int, int]]:
    """Return points of two deaths: where the first one is, and how soon the second follows."""
    return ((first, 1 + 7 * number % 40) for number, first in enumerate(spread(points, often)))
