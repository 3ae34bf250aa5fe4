"""A backup that is restored after the machine died waits, and then repeats nothing.

`ABOARD_RESTORES` sets how often, half of them on each database. The copy is made under load, at a
moment of a seeded series, and the bot goes on for a while before it is killed. The bots of the
first turn are started as in production, the others are forked from a process that has imported
everything.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import aiohttp
import pytest

from sandbox.parts import Server
from storage.database import Database
from storage.engine import is_sqlite
from tests.integration import clicks
from tests.integration.bots import Bot, events_of, sandbox
from tests.integration.copying import Copier, operator
from tests.integration.facts import ENDED, Case, Watch, all_in, until
from tests.integration.forked import ForkedBot, Manner
from tests.integration.judge import gather, judge
from tests.integration.load import AT_ONCE, Load
from tests.integration.staff import hire
from workflow.audit_verify import verify

RESTORES = int(os.environ.get("ABOARD_RESTORES", "2"))
SEED = int(os.environ.get("ABOARD_SEED", "1"))
BEFORE, AFTER = (1.0, 3.0), (0.2, 2.0)
SETTLED_WITHIN = 60.0
One = Bot | ForkedBot
LOST = ("unasked", "false green: a message", "unsaid")
"""What the copy cannot know: approvals that came after it, and what Slack was told since."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("turn", range(max(1, RESTORES // 2)))
async def test_a_copy_made_under_load_waits_and_then_repeats_nothing(
    url: str, turn: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    random = Random(SEED + turn)  # noqa: S311 - the same series every time
    server = None if is_sqlite(url) else request.getfixturevalue("postgres_server")
    async with sandbox() as slack:
        make = _served if turn == 0 else _forked
        first = make(slack, _made(tmp_path / "first"), url)
        copier = Copier(first, url, tmp_path, server)
        try:
            async with _people_at_work(first, slack, url, random):
                await asyncio.sleep(random.uniform(*BEFORE))
                file = await copier.copy()
                await asyncio.sleep(random.uniform(*AFTER))
                await first.kill()
        finally:
            await first.end()
        restored = await copier.restored(file)
        second = make(slack, _made(tmp_path / "second"), restored)
        try:
            await _waits_then_settles(second, slack, restored)
        finally:
            await second.end()
        if server is not None:
            server.drop_database(restored)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _served(server: Server, folder: Path, url: str) -> One:
    return Bot(server, folder, database=url)


def _forked(server: Server, folder: Path, url: str) -> One:
    return ForkedBot(server, folder, url, manner=Manner(hurried=False))


@asynccontextmanager
async def _people_at_work(
    bot: One, server: Server, url: str, random: Random
) -> AsyncIterator[None]:
    """Have people ask and decide while the block runs, and stop in the middle of it."""
    database = Database(url)
    load = Load(server, Watch(database), random)
    await bot.start()
    server.connect(events_of(bot))
    tasks = [
        asyncio.create_task(one)
        for one in (load.watch.run(), *(load.work() for _ in range(AT_ONCE)))
    ]
    try:
        await load.watch.until(lambda: len(load.watch.known) > 0, SETTLED_WITHIN)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        database.close()


async def _waits_then_settles(bot: One, server: Server, url: str) -> None:
    before = _calls(server)
    await bot.start()
    server.connect(events_of(bot))
    database = Database(url)
    try:
        assert await _degraded(bot) == ["paused"]
        load = Load(server, Watch(database), Random(1))  # noqa: S311 - nothing secret
        shown = _drawn(server)
        known = await load.watch.look()
        pending = [ref for ref, state in known.values() if state == "pending"]
        for ref in pending:
            press = clicks.approval(server, server.cast.lead, ref)
            await server.workspace.messenger.send("interaction", press)
        await load.ask(hire(server, 900))
        assert not [ref for ref, state in (await load.watch.look()).values() if state == "pending"]
        assert (_calls(server), _drawn(server)) == (before, shown)
        assert "works again" in await operator(bot, "resume")
        await load.approve_all(SETTLED_WITHIN)
        cases = await until(database, all_in(*ENDED), SETTLED_WITHIN)
        assert (await database.read(verify)).flaw is None
    finally:
        database.close()
    _judged(server, cases, load)


def _judged(server: Server, cases: list[Case], load: Load) -> None:
    assert all(case.is_ended for case in cases)
    found = judge(gather(server, cases, load.promised))
    assert [one for one in found if not one.startswith(LOST)] == []


def _calls(server: Server) -> int:
    """Count every call of a vendor, looks included."""
    return len(server.axiom.journal.calls) + len(server.axolo.journal.calls)


def _drawn(server: Server) -> list[str]:
    """Return what stands in the channel of the cards, but for the word that Aboard is paused."""
    shown = server.workspace.messages(server.cast.requests)
    texts = [f"{one.ts} {server.workspace.text_of(one)}" for one in shown]
    return [one for one in texts if "Aboard is paused" not in one]


async def _degraded(bot: One) -> list[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.url}/readyz") as answer:
        told = await answer.json()
    return [str(one) for one in told["degraded"]]
