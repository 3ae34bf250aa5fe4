"""The part of a running bot that carries out and draws; it stands still while Aboard is paused."""

import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.tracing import around
from bot.watched import Watched
from storage.engine import is_sqlite
from workflow.attempts import Attempts
from workflow.events import Bell
from workflow.loops import Loop, stop_all
from workflow.means import Means
from workflow.runner import Runner
from workflow.takeover import Takeover

_DELIVERING = frozenset({"deliver", "deliver-batches"})
"""The loops without which Slack is not told; others may take long over one round."""


@dataclass(frozen=True, slots=True)
class Round:
    """A loop to be: its name, what wakes it, after how many seconds it looks by itself, and how."""

    name: str
    bell: Bell
    seconds: float
    once: Callable[[], Awaitable[float | None]]


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
        """Run the engine and the loops until the block ends; what is under way is finished."""
        async with AsyncExitStack() as stack:
            await _start_engine(self.runner, self.means, stack, self.watched)
            _start_loops(self, stack)
            yield


def name_of(url: str) -> str:
    """Return this process's name: always the same on SQLite, where it takes its work up again."""
    return "aboard" if is_sqlite(url) else f"{socket.gethostname()}-{secrets.token_hex(4)}"


async def _start_engine(
    runner: Runner, means: Means, stack: AsyncExitStack, watched: Watched
) -> None:
    life, url = watched.life, means.database.url
    stack.callback(life.drop, "engine")
    await runner.start(around(watched.tracer, "attempt", Attempts(means).attempt))
    stack.push_async_callback(runner.rest)
    life.add("engine", runner.is_alive)
    if not is_sqlite(url):
        takeover = Takeover(url, runner.executor)
        takeover.start()
        stack.callback(takeover.stop)
        life.add("engine", takeover.is_alive)


def _start_loops(work: Work, stack: AsyncExitStack) -> None:
    life = work.watched.life
    loops = [Loop(one.name, one.bell, one.seconds, one.once) for one in work.rounds]
    for name in ("loops", "outbox"):
        stack.callback(life.drop, name)
    for loop in loops:
        loop.start()
        life.add("loops", loop.is_alive)
        if loop.name in _DELIVERING:
            life.add("outbox", loop.is_moving)
    for finish in work.finish:
        stack.push_async_callback(finish)
    stack.push_async_callback(stop_all, loops)
