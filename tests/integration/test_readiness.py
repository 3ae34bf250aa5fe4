"""Whether Aboard can work: every part that it needs is missed by its name, and by nothing more."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import Connection
from starlette.types import ASGIApp

from bot.health import LATE, Standing, standing
from bot.life import Life
from bot.reader import ConfigurationError
from bot.status import Address, told
from storage import audit, messages, migrate
from storage.database import Database
from storage.messages import Place
from tests.integration.composed import Composed, composed
from tests.unit.storage.rows import NOW, add_request, fact
from workflow.clock import as_micros
from workflow.events import Bell
from workflow.loops import STANDS_STILL, Loop

HERE = "127.0.0.1"
WELL = {"ready": True, "problems": [], "degraded": []}


@pytest.fixture(scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Composed]:
    async with composed(tmp_path_factory.mktemp("bot")) as bot:
        yield bot


async def _get(app: ASGIApp, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://aboard") as client:
        return await client.get(path)


async def test_a_bot_that_can_work_says_so_and_nothing_else(bot: Composed) -> None:
    answer = await _get(bot.app, "/readyz")
    assert (answer.status_code, answer.json()) == (200, WELL)
    assert (await _get(bot.app, "/healthz")).text == "ok\n"


async def test_a_database_that_cannot_be_opened_is_named_without_a_word_more(
    bot: Composed, tmp_path: Path
) -> None:
    gone = Database(f"sqlite:///{tmp_path / 'no-such-folder' / 'aboard.db'}")
    aboard = replace(bot.aboard, means=replace(bot.aboard.means, database=gone))
    assert await standing(aboard) == Standing(problems=("database",))
    gone.close()


async def test_a_schema_that_is_older_is_missed(bot: Composed) -> None:
    assert await standing(replace(bot.aboard, schema="9999")) == Standing(("migrations",))


async def test_yesterdays_process_works_on_todays_schema_and_says_so(bot: Composed) -> None:
    yesterday = replace(bot.aboard, schema="0001")
    assert await standing(yesterday) == Standing(degraded=("migrations",))


async def test_what_was_due_long_ago_is_told_and_makes_nobody_unready(
    bot: Composed, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'aboard.db'}")
    migrate.upgrade(database.engine)
    await database.write(_something_unsaid)
    for late, degraded in ((LATE, ()), (LATE + timedelta(seconds=1), ("outbox",))):
        now = NOW + as_micros(late)
        means = replace(bot.aboard.means, database=database, clock=partial(int, now))
        assert await standing(replace(bot.aboard, means=means)) == Standing(degraded=degraded)
    database.close()


def _something_unsaid(connection: Connection) -> None:
    number = add_request(connection)
    seq = audit.record(connection, fact(number))
    messages.want(connection, Place(number, "card", "C0123456789"), wanted=seq)


def test_parts_of_one_name_are_missed_once() -> None:
    life = Life()
    for alive in (True, False, False):
        life.add("loops", partial(bool, alive))
    assert life.missing() == ["loops"]


async def test_a_loop_lives_from_its_start_to_its_end() -> None:
    async def nothing() -> None:
        return None

    loop = Loop("nothing", Bell(), 60.0, nothing)
    assert not loop.is_alive()
    loop.start()
    assert loop.is_alive()
    await loop.stop()
    assert not loop.is_alive()


async def test_a_loop_whose_rounds_hang_or_fail_stands_still_after_a_while() -> None:
    begun = asyncio.Event()

    async def hangs() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def fails() -> None:
        begun.set()
        raise LookupError

    for once in (hangs, fails):
        now = [0.0]
        loop = Loop("stuck", Bell(), 60.0, once, partial(now.__getitem__, 0))
        loop.start()
        await begun.wait()
        assert loop.is_moving()
        now[0] += 60.0 + STANDS_STILL
        assert (loop.is_alive(), loop.is_moving()) == (True, False)
        await loop.stop(0.01)
        begun.clear()


async def test_metrics_are_on_a_port_of_their_own_and_never_at_slacks_door(bot: Composed) -> None:
    assert (await _get(bot.app, "/metrics")).status_code == 404
    async with told(bot.aboard, Address(HERE, 0)) as port, httpx.AsyncClient() as client:
        answer = await client.get(f"http://{HERE}:{port}/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        assert "aboard_ready 1.0" in answer.text
        assert 'aboard_degraded{reason="paused"} 0.0' in answer.text
        for path in ("/healthz", "/readyz"):
            assert (await client.get(f"http://{HERE}:{port}{path}")).status_code == 200
        slack = await client.post(f"http://{HERE}:{port}/slack/events", content=b"{}")
        assert slack.status_code == 404


async def test_without_a_port_nothing_listens(bot: Composed) -> None:
    async with told(bot.aboard, None) as port:
        assert port is None


async def test_a_port_that_is_taken_is_told_in_a_sentence(bot: Composed) -> None:
    async with told(bot.aboard, Address(HERE, 0)) as port:
        assert port is not None
        with pytest.raises(ConfigurationError, match=f"on {HERE}, port {port}: "):
            async with told(bot.aboard, Address(HERE, port)):
                pass
