"""What works is wound down in full whoever is in a hurry, and makes nobody unready on its way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from storage import migrate, pauses
from storage.database import Database
from storage.pauses import Standing, Why
from workflow.shift import Shift

PATIENCE = 10.0


@dataclass
class Gated:
    """Work whose beginning and end wait at gates, and that remembers both."""

    told: list[str] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    may_begin: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        await self._pass("begun", self.may_begin)
        yield
        await self._pass("ended", self.may_end)

    async def _pass(self, word: str, gate: asyncio.Event) -> None:
        self.reached.set()
        await gate.wait()
        self.reached.clear()
        self.told.append(word)


async def say_nothing(standing: Standing) -> None:
    """Tell nobody of a pause."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'aboard.db'}")
    migrate.upgrade(database.engine)
    yield database
    database.close()


async def test_what_winds_down_for_a_pause_is_finished_by_a_stop(database: Database) -> None:
    gated = Gated()
    gated.may_begin.set()
    shift = Shift(database, gated.at_work, say_nothing)
    await shift.once()
    await database.write(partial(pauses.pause, why=Why.ASKED, now=1))
    pausing = asyncio.create_task(shift.once())
    async with asyncio.timeout(PATIENCE):
        await gated.reached.wait()
    pausing.cancel()
    with suppress(asyncio.CancelledError):
        await pausing
    stopping = asyncio.create_task(shift.stop())
    await asyncio.sleep(0)
    assert (gated.told, stopping.done()) == (["begun"], False)
    gated.may_end.set()
    await stopping
    assert gated.told == ["begun", "ended"]


async def test_what_begins_after_a_pause_is_not_missing_meanwhile(database: Database) -> None:
    gated = Gated()
    gated.may_end.set()
    shift = Shift(database, gated.at_work, say_nothing)
    await database.write(partial(pauses.pause, why=Why.ASKED, now=1))
    await shift.start()
    assert shift.is_alive()
    await database.write(partial(pauses.resume, anchor="", now=2))
    async with asyncio.timeout(PATIENCE):
        await gated.reached.wait()
    assert (gated.told, shift.is_alive()) == ([], True)
    gated.may_begin.set()
    await shift.stop()
    assert gated.told == ["begun", "ended"]


async def test_what_cannot_begin_after_a_pause_is_missing(database: Database) -> None:
    @asynccontextmanager
    async def broken() -> AsyncIterator[None]:
        raise RuntimeError("it does not begin")
        yield

    shift = Shift(database, broken, say_nothing)
    await database.write(partial(pauses.pause, why=Why.ASKED, now=1))
    await shift.start()
    await database.write(partial(pauses.resume, anchor="", now=2))
    with pytest.raises(RuntimeError):
        await shift.once()
    assert not shift.is_alive()
    await shift.stop()
