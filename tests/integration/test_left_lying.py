"""What the engine claimed and left, since it could not write, is claimed again and runs."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from dbos._dbos import _get_dbos_instance
from sqlalchemy.exc import OperationalError

from tests.integration.engines import AT_ONCE, NARROW, VENDOR, Engine
from workflow.dequeuing import LeftLying

PATIENCE = 20.0


@contextmanager
def refusing(method: str, times: int) -> Iterator[list[str]]:
    """Have the engine's database fail at one place so often; give what failed."""
    system, refused = _get_dbos_instance()._sys_db, list[str]()
    whole = getattr(system, method)

    def planted(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the engine gives
        if len(refused) < times and given[0]:
            refused.append(str(given[0]))
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk is full"))
        return whole(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, method, planted)
        yield refused


async def until(refused: list[str], times: int) -> None:
    """Wait until something was refused so often; the engine's threads tell nobody."""
    async with asyncio.timeout(PATIENCE):
        while len(refused) < times:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.05)


async def test_an_attempt_that_was_claimed_and_never_began_begins(engine: Engine) -> None:
    await engine.enqueue("claimed")
    lying = LeftLying()
    with refusing("get_workflow_statuses", 1) as refused:
        engine.runner.wake(VENDOR)
        await until(refused, 1)
    assert not engine.attempts.of("claimed")
    await lying.once()
    assert not engine.attempts.of("claimed")
    await lying.once()
    await engine.attempts.until_ended("claimed")
    await engine.until_gone("claimed")
    assert len(engine.attempts.of("claimed")) == 1


async def test_ends_that_could_not_be_recorded_keep_no_place_from_others(engine: Engine) -> None:
    lying = LeftLying()
    with refusing("update_workflow_outcome", AT_ONCE) as refused:
        for number in range(AT_ONCE):
            await engine.enqueue(f"full{number}", vendor=NARROW)
        engine.runner.wake(NARROW)
        await until(refused, AT_ONCE)
    await engine.enqueue("next", vendor=NARROW)
    for _ in range(2):
        await lying.once()
    await engine.attempts.until_ended("next")
    for number in range(AT_ONCE):
        await engine.until_gone(f"full{number}")


async def test_an_attempt_that_broke_and_could_not_say_so_is_given_up(engine: Engine) -> None:
    lying = LeftLying()
    with refusing("update_workflow_outcome", 1) as refused:
        await engine.enqueue("breaks")
        engine.runner.wake(VENDOR)
        await until(refused, 1)
    for _ in range(2):
        await lying.once()
    await engine.attempts.until_began("breaks", 2)
    await engine.until_gone("breaks")


async def test_what_is_under_way_is_not_taken_from_whoever_runs_it(engine: Engine) -> None:
    gate, lying = engine.attempts.gate("slowly"), LeftLying()
    await engine.enqueue("slowly")
    engine.runner.wake(VENDOR)
    await engine.attempts.until_began("slowly")
    for _ in range(3):
        await lying.once()
    gate.set()
    await engine.until_gone("slowly")
    assert len(engine.attempts.of("slowly")) == 1
