"""A disk that fails: fdatasync ends with EIO, now and then or always, as strace has it.

The process is real and the failure is the system's: what SQLite wrote is not known to be on the
disk, so nobody may be told that it is recorded. `ABOARD_FAILING_DISK` sets how many ask meanwhile.
"""

import asyncio
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from sandbox.parts import Server
from tests.battery.needs import no_tracing
from tests.integration.bots import Bot, end_all, events_of, sandbox
from tests.integration.staff import hire
from tests.integration.watched_by_strace import traced

ASKS = int(os.environ.get("ABOARD_FAILING_DISK", "8"))
ALWAYS, NOW_AND_THEN = "1+1", "3+4"
RECORDED = re.compile(r"Request \*?#(\d+)\*? is recorded")
SOON = 30.0

Recording = Callable[[str, object], None]
pytestmark = pytest.mark.skipif(no_tracing() is not None, reason="strace is needed to have it fail")


def _failing(when: str) -> tuple[str, ...]:
    return ("-f", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:error=EIO:when={when}")


async def _asked(server: Server, person: int) -> int | None:
    """Ask for somebody new; return the number that is said to be recorded, if any."""
    one = hire(server, person)
    answer = await server.workspace.command(one.manager, "/onboard", one.command)
    found = RECORDED.search(answer.text)
    assert found or "before you try again" in answer.text, answer
    return int(found[1]) if found else None


def _kept(file: Path) -> set[int]:
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {int(one) for (one,) in database.execute("SELECT number FROM request")}


@pytest.mark.timeout(120 + 4 * ASKS)
async def test_on_a_disk_that_fails_nothing_is_said_to_be_recorded_that_is_not(
    sqlite: str, tmp_path: Path, record_property: Recording
) -> None:
    people, file = count(1), tmp_path / "aboard.db"
    async with sandbox() as server:
        bot = Bot(server, tmp_path, database=sqlite)
        try:
            await bot.start()
            server.connect(events_of(bot))
            async with traced(bot.pid, tmp_path / "some", _failing(NOW_AND_THEN)):
                sometimes = [await _asked(server, next(people)) for _ in range(ASKS)]
            async with traced(bot.pid, tmp_path / "all", _failing(ALWAYS)):
                never = [await _asked(server, next(people)) for _ in range(2)]
            async with asyncio.timeout(SOON):
                while (last := await _asked(server, next(people))) is None:  # noqa: ASYNC110 - only asking tells
                    await asyncio.sleep(0.2)
            await bot.kill()
        finally:
            await end_all([bot])
    said = [one for one in (*sometimes, last) if one]
    failed = (tmp_path / "some").read_text().count("EIO")
    record_property("tried", ASKS + 2)
    record_property("measured", f"{failed} of the syncs of {ASKS} asks failed")
    assert set(never) == {None}, "said to be recorded, though nothing reached the disk"
    assert failed
    assert len(said) == len(set(said))
    assert set(said) <= _kept(file)
    assert not server.axiom.journal.asked("POST", "/v2/users")
