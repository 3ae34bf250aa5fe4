"""The durable engine by itself: a runner that remembers its attempts, on a database of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from storage.database import Database
from workflow.runner import QueueRule, Runner

VENDOR, NARROW, SLOW, RUSH = "axiom", "narrow", "slow", "rush"
AT_ONCE, IN_A_PERIOD = 3, 4
RULES = {
    VENDOR: QueueRule(concurrency=8, limit=50, period=1.0),
    NARROW: QueueRule(concurrency=AT_ONCE, limit=50, period=1.0),
    SLOW: QueueRule(concurrency=20, limit=IN_A_PERIOD, period=60.0),
    RUSH: QueueRule(concurrency=20, limit=IN_A_PERIOD, period=60.0),
}
PATIENCE = 20.0


@dataclass(frozen=True)
class Began:
    """An attempt that began, and when, by the monotonic clock."""

    step: str
    number: int
    at: float


@dataclass
class Attempts:
    """What ran. A step whose name begins so waits at a gate; one called `breaks…` raises."""

    began: list[Began] = field(default_factory=list)
    ended: list[tuple[str, int]] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def attempt(self, step: str, number: int) -> None:
        """Remember an attempt, and wait until its gate is open."""
        self.began.append(Began(step, number, time.monotonic()))
        await self._tell()
        if step.startswith("breaks"):
            raise RuntimeError("broken")
        for name, gate in self.gates.items():
            if step.startswith(name):
                await gate.wait()
        self.ended.append((step, number))
        await self._tell()

    def gate(self, name: str) -> asyncio.Event:
        """Have every step whose name begins so wait until the gate is opened."""
        return self.gates.setdefault(name, asyncio.Event())

    def of(self, name: str) -> list[Began]:
        """Return the attempts of the steps whose name begins so, in the order they began."""
        return [one for one in self.began if one.step.startswith(name)]

    async def until_began(self, name: str, count: int = 1) -> list[Began]:
        """Wait until so many attempts of these steps began."""
        await self._until(lambda: len(self.of(name)) >= count)
        return self.of(name)

    async def until_ended(self, name: str, count: int = 1) -> None:
        """Wait until so many attempts of these steps ended."""
        await self._until(lambda: sum(one.startswith(name) for one, _ in self.ended) >= count)

    async def _until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(so)

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()


@dataclass(frozen=True)
class Engine:
    """A runner that was started, the database it works on, and what it ran."""

    runner: Runner
    database: Database
    attempts: Attempts

    async def enqueue(
        self, step: str, number: int = 1, *, vendor: str = VENDOR, delay: float = 0.0
    ) -> None:
        """Commit an attempt and nothing else."""
        enqueue = self.runner.enqueue
        work = partial(enqueue, vendor=vendor, step=step, number=number, delay=delay)
        await self.database.write(work)

    async def until_gone(self, step: str) -> None:
        """Wait until the engine has no attempt of a step any more."""
        async with asyncio.timeout(PATIENCE):
            while await self.runner.alive(step):
                pass


@asynccontextmanager
async def started(url: str, attempts: Attempts | None = None) -> AsyncIterator[Engine]:
    """Run an engine until the block ends."""
    database = Database(url)
    attempts = attempts or Attempts()
    runner = Runner(url, "aboard", RULES)
    await runner.start(attempts.attempt)
    try:
        yield Engine(runner, database, attempts)
    finally:
        await runner.stop()
        database.close()
