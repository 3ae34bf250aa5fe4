"""The part of a running bot that carries out and draws; it stands still while Aboard is paused."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.life import Part
from bot.tracing import around
from bot.watched import Watched
from storage.engine import is_sqlite
from workflow.attempts import Attempts
from workflow.events import Bell
from workflow.loops import Loop, stop_all
from workflow.means import Means
from workflow.runner import Runner
from workflow.takeover import Takeover

_log = structlog.get_logger(__name__)

_DELIVERING = frozenset({"deliver", "deliver-batches"})
"""The loops without which Slack is not told; others may take long over one round."""

_TURN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Round:
    """A loop to be: its name, what wakes it, after how many seconds it looks by itself, and how.

    ``first``: it has had a turn, of a few seconds at most, before anything is carried out.
    """

    name: str
    bell: Bell
    seconds: float
    once: Callable[[], Awaitable[float | None]]
    first: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """What works, built once; ``at_work`` has it go on, as often as it is entered.

    ``finish`` lets what the loops have begun end, once they stand still.
    """

    means: Means
    runner: Runner
    rounds: Sequence[Round]
    finish: Sequence[Callable[[], Awaitable[None]]]
    watched: Watched

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Run the engine and the loops until the block ends; what is under way is finished.

        What is wound down is not watched: a pause makes nobody unready.
        """
        life = self.watched.life
        for one in self.rounds:
            if one.first:
                await _have_turn(one)
        async with AsyncExitStack() as stack:
            parts = [*await _start_engine(self, stack), *_start_loops(self, stack)]
            for name, alive in parts:
                life.add(name, alive)
            stack.callback(life.drop, parts)
            yield


def name_of(url: str) -> str:
    """Return this process's name: always the same on SQLite, where it takes its work up again."""
    return "aboard" if is_sqlite(url) else f"{socket.gethostname()}-{secrets.token_hex(4)}"


async def _have_turn(one: Round) -> None:
    try:
        async with asyncio.timeout(_TURN_SECONDS):
            await one.once()
    except TimeoutError:
        _log.warning("a first turn took too long; it goes on without", loop=one.name)
    except Exception:  # noqa: BLE001 - the loop itself tries again
        _log.exception("loop failed", loop=one.name)


async def _start_engine(work: Work, stack: AsyncExitStack) -> list[Part]:
    """Start the engine; on PostgreSQL this process shows life as long as anything is under way."""
    runner, url = work.runner, work.means.database.url
    takeover = None if is_sqlite(url) else Takeover(url, runner.executor)
    if takeover is not None:
        stack.push_async_callback(asyncio.to_thread, takeover.stop)
        takeover.show_life()
    await runner.start(around(work.watched.tracer, "attempt", Attempts(work.means).attempt))
    stack.push_async_callback(runner.rest)
    if takeover is None:
        return [("engine", runner.is_alive)]
    takeover.watch()
    stack.push_async_callback(asyncio.to_thread, takeover.watch_no_more)
    return [("engine", runner.is_alive), ("engine", takeover.is_alive)]


def _start_loops(work: Work, stack: AsyncExitStack) -> list[Part]:
    loops = [Loop(one.name, one.bell, one.seconds, one.once) for one in work.rounds]
    for finish in work.finish:
        stack.push_async_callback(finish)
    stack.push_async_callback(stop_all, loops)
    for loop in loops:
        loop.start()
    moving: list[Part] = [("outbox", one.is_moving) for one in loops if one.name in _DELIVERING]
    return [*(("loops", one.is_alive) for one in loops), *moving]
