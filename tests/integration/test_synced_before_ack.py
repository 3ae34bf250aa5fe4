"""What Slack is told is recorded is on the disk by then: for a command, a click and a form.

`ABOARD_SYNCED` sets how many answers are looked at.
"""

import os
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from sandbox.server import running
from storage.database import Database
from tests.battery.needs import no_tracing
from tests.integration import clicks
from tests.integration.bots import events_of
from tests.integration.facts import brief, is_settled, is_shown
from tests.integration.forked import ForkedBot
from tests.integration.scenes import Click, Stage
from tests.integration.staff import Newcomer
from tests.integration.watched_by_strace import is_synced, now, read, traced

Recording = Callable[[str, object], None]
ANSWERS = int(os.environ.get("ABOARD_SYNCED", "4"))
PATIENCE = 30.0
pytestmark = pytest.mark.skipif(no_tracing() is not None, reason="strace is needed to see it")


@pytest.fixture
async def stage(sqlite: str) -> AsyncIterator[Stage]:
    database = Database(sqlite)
    async with running() as server:
        yield Stage(server, database)
    database.close()


@pytest.mark.timeout(60 + 2 * ANSWERS)
async def test_what_slack_is_told_is_on_the_disk_by_then(
    stage: Stage, sqlite: str, tmp_path: Path, record_property: Recording
) -> None:
    bot, trace = ForkedBot(stage.server, tmp_path, sqlite), tmp_path / "trace"
    stage.server.connect(events_of(bot))
    await bot.start()
    try:
        async with traced(bot.pid, trace):
            acts = [one for number in range(ANSWERS // 2) for one in await _life(stage, number)]
    finally:
        await bot.end()
    calls = read(trace)
    late = [(marker, at) for at, marker in acts if not is_synced(calls, at, marker)]
    record_property("tried", len(acts))
    record_property("measured", f"{len(acts) - len(late)} of {len(acts)} answers")
    assert late == [], f"{len(late)} of {len(acts)} answers left before what they tell was synced"
    assert acts


async def _life(stage: Stage, number: int) -> list[tuple[float, str]]:
    """Have somebody ask and somebody decide; return when each began, and whom it was about."""
    one = stage.newcomer()
    asked = await _asked(stage, one)
    await stage.until(partial(_waits, who=one.user.id), PATIENCE)
    decided = await _decided(stage, one, clicks.denial if number % 2 else clicks.approval)
    await stage.until(is_settled, PATIENCE)
    return [(asked, one.user.id), (decided, one.user.id)]


async def _asked(stage: Stage, one: Newcomer) -> float:
    began = now()
    answer = await stage.server.workspace.command(one.manager, "/onboard", one.command)
    assert answer.error is None, answer
    return began


def _waits(connection: Connection, who: str) -> bool:
    """Tell whether the question is put, and nothing else is under way."""
    _, state = brief(connection).get(who, ("", ""))
    return state == "pending" and is_shown(connection)


async def _decided(stage: Stage, one: Newcomer, click: Click) -> float:
    ref = (await stage.database.read(brief))[one.user.id][0]
    who = stage.server.cast.ops[1]
    began = now()
    answer = await stage.server.workspace.messenger.send(
        "interaction", click(stage.server, who, ref)
    )
    assert answer.ok, answer
    return began
