"""The durable engine: what is committed runs once, what is not never does, whatever happens.

One engine for each kind of database serves most tests, each of which has steps of its own: to
start and stop one takes seconds.
"""

import asyncio
import statistics
import threading
import time
from functools import partial

import pytest
from dbos import DBOS
from dbos._dbos import _get_dbos_instance
from sqlalchemy.engine import Connection

from storage.engine import is_sqlite
from tests.integration.engines import (
    AT_ONCE,
    IN_A_PERIOD,
    NARROW,
    RUSH,
    SLOW,
    VENDOR,
    Engine,
)
from workflow.clock import HOUR, MINUTE, system_clock
from workflow.dequeuing import claim, queue_of
from workflow.runner import THREADS, Runner

SOON = 0.25
AT_ONCE_CLAIMED = 8


async def test_what_is_enqueued_with_a_commit_runs(engine: Engine) -> None:
    await engine.enqueue("committed")
    engine.runner.wake(VENDOR)
    await engine.attempts.until_ended("committed")
    assert ("committed", 1) in engine.attempts.ended


async def test_what_is_enqueued_without_a_commit_never_runs(engine: Engine) -> None:
    def enqueue_and_fail(connection: Connection) -> None:
        engine.runner.enqueue(connection, VENDOR, "undone", 1)
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await engine.database.write(enqueue_and_fail)
    await engine.enqueue("after-the-undone")
    engine.runner.wake(VENDOR)
    await engine.attempts.until_ended("after-the-undone")
    assert not await engine.runner.alive("undone")
    assert not engine.attempts.of("undone")


async def test_the_same_attempt_enqueued_twice_runs_once(engine: Engine) -> None:
    def twice(connection: Connection) -> None:
        for _ in range(2):
            engine.runner.enqueue(connection, VENDOR, "twice", 1)

    await engine.database.write(twice)
    await asyncio.gather(*(engine.enqueue("twice") for _ in range(3)))
    engine.runner.wake(VENDOR)
    await engine.attempts.until_ended("twice")
    await engine.enqueue("twice")
    await engine.enqueue("twice", 2)
    engine.runner.wake(VENDOR)
    await engine.attempts.until_ended("twice", 2)
    assert [one.number for one in engine.attempts.of("twice")] == [1, 2]


async def test_waking_starts_what_waits_at_once(engine: Engine) -> None:
    """Polling alone would take two seconds at most, and one in the median."""
    waits = []
    for number in range(1, 8):
        await engine.enqueue("quick", number)
        committed = time.monotonic()
        engine.runner.wake(VENDOR)
        began = await engine.attempts.until_began("quick", number)
        waits.append(began[-1].at - committed)
    assert statistics.median(waits) < SOON, waits


async def test_a_waking_is_not_lost_while_another_is_under_way(engine: Engine) -> None:
    waits = []
    for number in range(1, 8):
        await engine.enqueue("before", number)
        engine.runner.wake(VENDOR)
        await engine.enqueue("behind", number)
        engine.runner.wake(VENDOR)
        woken = time.monotonic()
        began = await engine.attempts.until_began("behind", number)
        waits.append(began[-1].at - woken)
    assert statistics.median(waits) < SOON, waits


async def test_what_nobody_wakes_is_found_by_the_poll(engine: Engine) -> None:
    await engine.enqueue("polled")
    await engine.attempts.until_ended("polled")
    assert len(engine.attempts.of("polled")) == 1


async def test_no_more_run_at_once_than_the_vendor_allows(engine: Engine) -> None:
    gate = engine.attempts.gate("narrow")
    for number in range(3 * AT_ONCE):
        await engine.enqueue(f"narrow{number}", vendor=NARROW)
    await claim_several_times(NARROW)
    await engine.attempts.until_began("narrow", AT_ONCE)
    await claim_several_times(NARROW)
    assert len(engine.attempts.of("narrow")) == AT_ONCE
    gate.set()
    await engine.attempts.until_ended("narrow", 3 * AT_ONCE)
    assert len({one.step for one in engine.attempts.of("narrow")}) == 3 * AT_ONCE


async def test_the_engine_has_few_threads_on_sqlite_however_much_ends_at_once(
    engine: Engine,
) -> None:
    if not is_sqlite(engine.database.url):
        pytest.skip("PostgreSQL takes many writers at once")
    for number in range(40):
        await engine.enqueue(f"crowd-{number}")
    engine.runner.wake(VENDOR)
    await engine.attempts.until_ended("crowd-", 40)
    names = [one.name for one in threading.enumerate()]
    assert 1 <= sum(one.startswith("dbos-executor") for one in names) <= THREADS


async def test_the_engine_keeps_as_little_of_a_file_of_sqlite_as_we_do(engine: Engine) -> None:
    if not is_sqlite(engine.database.url):
        pytest.skip("PostgreSQL keeps its pages itself")
    theirs = _get_dbos_instance()._sys_db.engine
    with (
        theirs.connect() as one,
        theirs.connect() as another,
        engine.database.engine.connect() as ours,
    ):
        sizes = [
            each.exec_driver_sql("PRAGMA cache_size").scalar() for each in (one, another, ours)
        ]
    assert sizes == [-512, -512, -512]


async def test_what_found_no_room_begins_as_soon_as_there_is_some(engine: Engine) -> None:
    """Polling alone would start as many as run at once, each two seconds: six seconds of it."""
    for number in range(4 * AT_ONCE):
        await engine.enqueue(f"crowd{number}", vendor=NARROW)
    woken = time.monotonic()
    engine.runner.wake(NARROW)
    await engine.attempts.until_ended("crowd", 4 * AT_ONCE)
    assert time.monotonic() - woken < 3.0


async def test_no_more_start_in_a_period_than_the_vendor_allows(engine: Engine) -> None:
    for number in range(2 * IN_A_PERIOD + 1):
        await engine.enqueue(f"slow{number}", vendor=SLOW)
    await claim_several_times(SLOW)
    await engine.attempts.until_ended("slow", IN_A_PERIOD)
    await claim_several_times(SLOW)
    assert len(engine.attempts.of("slow")) == IN_A_PERIOD


async def test_many_who_claim_at_once_start_no_more_than_the_vendor_allows(engine: Engine) -> None:
    for number in range(AT_ONCE_CLAIMED * IN_A_PERIOD):
        await engine.enqueue(f"rush{number}", vendor=RUSH)
    claims = (asyncio.to_thread(claim, queue_of(RUSH)) for _ in range(AT_ONCE_CLAIMED))
    await asyncio.gather(*claims, return_exceptions=True)
    await engine.attempts.until_ended("rush", IN_A_PERIOD)
    await claim_several_times(RUSH)
    assert len(engine.attempts.of("rush")) == IN_A_PERIOD


async def test_an_attempt_that_breaks_holds_up_no_other(engine: Engine) -> None:
    await engine.enqueue("breaks")
    await engine.enqueue("whole")
    engine.runner.wake(VENDOR)
    await engine.attempts.until_ended("whole")
    await engine.until_gone("breaks")
    assert [one for one, _ in engine.attempts.ended if one == "breaks"] == []


async def test_a_step_is_alive_while_some_attempt_of_its_own_waits(engine: Engine) -> None:
    await engine.enqueue("alive", delay=600.0)
    assert await engine.runner.alive("alive")
    assert not await engine.runner.alive("aliv")
    assert not await engine.runner.alive("alive-too")


async def test_what_ended_before_a_moment_is_dropped_little_by_little_and_what_waits_stays(
    engine: Engine,
) -> None:
    names = ["old0", "old1", "old2", "breaks-old"]
    for name in names:
        await engine.enqueue(name)
    await engine.enqueue("old-and-waiting", delay=600.0)
    engine.runner.wake(VENDOR)
    await engine.attempts.until_ended("old", 3)
    for name in names:
        await engine.until_gone(name)
    assert await engine.runner.drop_ended(system_clock() - HOUR, 10) == 0
    later = system_clock() + MINUTE
    assert await engine.runner.drop_ended(later, 2) == 2
    while await engine.runner.drop_ended(later, 2):
        pass
    assert await engine.runner.alive("old-and-waiting")
    left = await DBOS.list_workflows_async(load_input=False)
    assert {one.status for one in left} <= {"ENQUEUED", "DELAYED", "PENDING"}


async def test_nothing_is_enqueued_by_a_runner_that_was_not_started(engine: Engine) -> None:
    runner = Runner(engine.database.url, "aboard", {})
    with pytest.raises(RuntimeError, match="not started"):
        await engine.database.write(partial(runner.enqueue, vendor=VENDOR, step="s", number=1))


async def claim_several_times(vendor: str) -> None:
    """Claim as a poll does, and return when whatever may start has started."""
    for _ in range(3):
        await asyncio.to_thread(claim, queue_of(vendor))
