"""The durable engine over a restart: what was under way ends, what was to come comes."""

import asyncio
import inspect
import shutil
import time
from pathlib import Path

import pytest
from dbos import DBOS
from dbos._core import execute_dequeued_workflow
from dbos._dbos import _get_dbos_instance
from dbos._utils import GlobalParams, generate_uuid
from sqlalchemy.exc import OperationalError

from tests.integration.engines import RULES, VENDOR, Attempts, started
from workflow.dequeuing import queue_of
from workflow.runner import Runner

DELAY = 3.0
LATEST = 6.0
"""How late the engine may be: a sweep every second, then a poll, on a machine that is busy."""


async def test_a_stop_lets_what_is_under_way_end_and_keeps_what_is_to_come(url: str) -> None:
    attempts = Attempts()
    gate = attempts.gate("under-way")
    async with started(url, attempts) as engine:
        enqueued = time.monotonic()
        await engine.enqueue("later", delay=DELAY)
        await engine.enqueue("under-way")
        engine.runner.wake(VENDOR)
        await attempts.until_began("under-way")
        asyncio.get_running_loop().call_later(0.3, gate.set)
    assert attempts.ended == [("under-way", 1)]
    async with started(url, attempts) as engine:
        (later,) = await attempts.until_began("later")
        await attempts.until_ended("later")
        assert not await engine.runner.alive("under-way")
    assert DELAY - 1.0 <= later.at - enqueued <= DELAY + LATEST
    assert len(attempts.of("under-way")) == 1


async def test_the_private_calls_that_are_relied_on_exist(sqlite: str) -> None:
    """The version of DBOS is bound tightly for their sake; this fails where it was not enough."""
    async with started(sqlite):
        dbos = _get_dbos_instance()
        system = dbos._sys_db
        queue = system.get_queue(queue_of(VENDOR))
        assert queue is not None
        assert dbos._active_workflows_set.count_for_queue(queue.name) == 0
        claim = inspect.signature(system.start_queued_workflows)
        claim.bind(queue, "me", "1", None, 0, owner_xid=generate_uuid())
        inspect.signature(execute_dequeued_workflow).bind(dbos, object(), "owner")
        assert system.get_workflow_statuses([]) == []
        assert (GlobalParams.executor_id, GlobalParams.app_version) == ("aboard", "1")
        inspect.signature(dbos._recover_pending_workflows).bind(["other"])
        assert DBOS._recover_pending_workflows(["other"]) == []


async def test_after_a_stop_the_loop_has_threads_as_before(sqlite: str) -> None:
    async with started(sqlite):
        pass
    assert await asyncio.to_thread(int) == 0


async def test_while_it_ends_nothing_new_begins_and_the_loop_has_threads(url: str) -> None:
    attempts = Attempts()
    gate = attempts.gate("under-way")
    async with started(url, attempts) as engine:
        await engine.enqueue("under-way")
        engine.runner.wake(VENDOR)
        await attempts.until_began("under-way")
        resting = asyncio.create_task(engine.runner.rest())
        await asyncio.sleep(0)
        await engine.enqueue("late")
        engine.runner.wake(VENDOR)
        gate.set()
        while not resting.done():
            assert await asyncio.to_thread(int) == 0
        await resting
        assert attempts.ended == [("under-way", 1)]
        assert not attempts.of("late")


async def test_what_is_asked_of_it_while_it_ends_leaves_the_loop_its_threads(sqlite: str) -> None:
    async with started(sqlite) as engine:
        resting = asyncio.create_task(engine.runner.rest())
        await asyncio.sleep(0)
        assert not await engine.runner.alive("nobody")
        assert not await engine.runner.drop_ended(1, 1)
        await resting
        assert await asyncio.to_thread(int) == 0


async def test_what_could_not_start_starts_later_in_the_same_process(
    prepared_sqlite: Path, tmp_path: Path
) -> None:
    attempts = Attempts()
    runner = Runner(f"sqlite:///{tmp_path / 'later' / 'aboard.db'}", "aboard", RULES)
    with pytest.raises(OperationalError):
        await runner.start(attempts.attempt)
    assert not runner.is_alive()
    (tmp_path / "later").mkdir()
    shutil.copy(prepared_sqlite, tmp_path / "later" / "aboard.db")
    await runner.start(attempts.attempt)
    assert runner.is_alive()
    await runner.stop()
