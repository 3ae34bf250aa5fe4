"""Several processes on one SQLite file: nobody is told that the database is locked."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.engine import create_engine

ROOT = Path(__file__).parents[2]
PROCESSES = 4
ROUNDS = int(os.environ.get("ABOARD_ROUNDS", "200"))
"""How often each process counts up; the full figure is 2,000."""


async def _contend(url: str, *how: str) -> tuple[int, int]:
    """Run the processes; return how many transactions failed, and what was counted."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO inbox (key, at) VALUES ('counter', 0)"))
    command = [sys.executable, "-m", "tests.integration.contender", url, str(ROUNDS), *how]
    processes = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        for _ in range(PROCESSES)
    ]
    said = [(await process.communicate())[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES
    with engine.begin() as connection:
        counted = int(connection.scalar(sa.text("SELECT at FROM inbox")) or 0)
    engine.dispose()
    return sum(int(one) for one in said), counted


@pytest.mark.timeout(60 + ROUNDS // 10)
async def test_every_write_of_every_process_succeeds_and_counts(sqlite: str) -> None:
    assert await _contend(sqlite) == (0, PROCESSES * ROUNDS)


async def test_transactions_that_take_the_lock_late_fail(sqlite: str) -> None:
    """The control: with the default of SQLAlchemy and SQLite the same work is refused."""
    failed, counted = await _contend(sqlite, "naive")
    assert failed > 0
    assert counted < PROCESSES * ROUNDS
