"""Queues that are woken: one after the other, none forgotten, and none while the engine goes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from threading import Event, Lock

import pytest
from dbos import DBOS

from tests.integration.engines import NARROW, VENDOR, Engine, started
from workflow import runner as runner_module
from workflow.dequeuing import queue_of

PATIENCE = 10.0
WHILE = 0.5
"""Seconds in which something that ought not to happen would have happened."""


@dataclass
class Claims:
    """What claims from queues instead of the engine: each waits to be let go, and is counted."""

    begun: list[str] = field(default_factory=list)
    together: int = 0
    at_most: int = 0
    broken: tuple[str, ...] = ()
    lock: Lock = field(default_factory=Lock)
    steps: list[Event] = field(default_factory=lambda: [Event() for _ in range(4)])
    going: list[Event] = field(default_factory=lambda: [Event() for _ in range(4)])

    def claim(self, name: str) -> None:
        """Begin, wait to be let go, and end; raise where the queue is a broken one."""
        with self.lock:
            number = len(self.begun)
            self.begun.append(name)
            self.together += 1
            self.at_most = max(self.at_most, self.together)
        self.steps[number].set()
        let_go = self.going[number].wait(PATIENCE)
        with self.lock:
            self.together -= 1
        assert let_go
        if name in self.broken:
            raise RuntimeError(name)

    async def until_begun(self, number: int) -> None:
        """Wait until so many claims have begun."""
        assert await asyncio.to_thread(self.steps[number - 1].wait, PATIENCE), self.begun

    def let_all_go(self) -> None:
        """Let every claim end, also those to come."""
        for one in self.going:
            one.set()


@pytest.fixture
async def engine(sqlite: str) -> AsyncIterator[Engine]:
    async with started(sqlite) as engine:
        yield engine


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> Claims:
    claims = Claims()
    monkeypatch.setattr(runner_module, "claim", claims.claim)
    return claims


async def until_quiet(engine: Engine) -> None:
    """Wait until nothing is being woken."""
    waking = engine.runner._waking
    assert waking is not None
    async with asyncio.timeout(PATIENCE):
        await waking


async def test_two_queues_that_are_woken_are_never_claimed_from_at_once(
    engine: Engine, claims: Claims
) -> None:
    engine.runner.wake(VENDOR)
    engine.runner.wake(NARROW)
    await claims.until_begun(1)
    assert not await asyncio.to_thread(claims.steps[1].wait, WHILE)
    claims.let_all_go()
    await until_quiet(engine)
    assert claims.begun == [queue_of(VENDOR), queue_of(NARROW)]
    assert claims.at_most == 1


async def test_a_queue_that_cannot_be_claimed_from_keeps_none_behind_it(
    engine: Engine, claims: Claims
) -> None:
    claims.broken = (queue_of(VENDOR),)
    claims.let_all_go()
    engine.runner.wake(VENDOR)
    engine.runner.wake(NARROW)
    await until_quiet(engine)
    assert claims.begun == [queue_of(VENDOR), queue_of(NARROW)]


async def test_a_queue_that_is_woken_while_it_is_claimed_from_is_claimed_from_again(
    engine: Engine, claims: Claims
) -> None:
    """What was enqueued meanwhile may have come too late for the first claim."""
    engine.runner.wake(VENDOR)
    await claims.until_begun(1)
    for _ in range(3):
        engine.runner.wake(VENDOR)
    claims.let_all_go()
    await until_quiet(engine)
    assert claims.begun == [queue_of(VENDOR)] * 2


async def test_the_engine_stays_until_the_claim_that_is_under_way_has_ended(
    engine: Engine, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    destroy, going = DBOS.destroy, Event()

    def destroyed(*, destroy_registry: bool, workflow_completion_timeout_sec: int) -> None:
        going.set()
        destroy(
            destroy_registry=destroy_registry,
            workflow_completion_timeout_sec=workflow_completion_timeout_sec,
        )

    monkeypatch.setattr(DBOS, "destroy", destroyed)
    engine.runner.wake(VENDOR)
    engine.runner.wake(NARROW)
    await claims.until_begun(1)
    resting = asyncio.create_task(engine.runner.rest())
    await asyncio.sleep(0)
    assert not await asyncio.to_thread(going.wait, WHILE)
    claims.let_all_go()
    await resting
    assert going.is_set()
    assert claims.begun == [queue_of(VENDOR)], "something new was claimed"


async def test_a_claim_that_does_not_end_keeps_nobody_from_resting(
    engine: Engine, claims: Claims
) -> None:
    engine.runner.wake(VENDOR)
    await claims.until_begun(1)
    async with asyncio.timeout(PATIENCE):
        await engine.runner.rest(seconds=1)
    assert not engine.runner.is_alive()
    claims.let_all_go()
    await until_quiet(engine)
