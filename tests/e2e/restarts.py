"""A bot that ends and begins again, in one sandbox and on one database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from bot.migration import migrate
from sandbox.server import running
from storage.engine import is_sqlite
from tests.e2e.world import ShiftingClock, World, inhabited, settings_of

Bot = Callable[[], AbstractAsyncContextManager[World]]


@asynccontextmanager
async def restartable(folder: Path, url: str, policy: str = "") -> AsyncIterator[Bot]:
    """Give what starts the bot, again and again; nothing of it may have gone wrong in the end."""
    clock = ShiftingClock()
    async with running() as server:
        settings = settings_of(server, folder, url, (1, policy))
        if not is_sqlite(url):
            migrate(url)
        yield lambda: _living(inhabited(server, settings, clock))


@asynccontextmanager
async def _living(life: AbstractAsyncContextManager[World]) -> AsyncIterator[World]:
    async with life as world:
        yield world
        await world.spoken()
        assert world.errors == []
