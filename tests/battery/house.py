"""A whole Aboard beside a Slack that keeps its own pace, each a process of its own, to be measured.

`benchmarks.town` is that Slack, and a vendor; `benchmarks.caller` sends what Slack would. So nobody
who measures is in the way of what is measured.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypedDict

from benchmarks.configured import CONFIGURATION, environment
from benchmarks.ports import free_port
from tests.battery.frame import ROOT
from tests.integration.bots import SERVED

HOST = "127.0.0.1"
_READY_WITHIN, _GOODBYE_WITHIN, _BREATH = 60.0, 30.0, 0.05
_APART = 10_000_000


class Answered(TypedDict):
    """What the caller tells: seconds in all and of each answer, and how many had which status."""

    took: float
    seconds: list[float]
    statuses: dict[str, int]


@dataclass
class House:
    """Aboard, as `aboard serve` runs it on SQLite in a folder."""

    folder: Path
    port: int
    pid: int
    firsts: "count[int]" = field(default_factory=lambda: count(_APART, _APART))

    async def called(self, connections: int, seconds: float, rate: float = 0.0) -> Answered:
        """Have people ask over so many connections: as fast as they can, or ``rate`` a second."""
        words = [str(self.port), str(connections), str(seconds), str(next(self.firsts))]
        words += [str(rate)] if rate else []
        caller = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.caller", *words,
            cwd=ROOT, env=_environment(), stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, _ = await caller.communicate()
        answered: Answered = json.loads(told)
        return answered

    def recorded(self) -> int:
        """Count the requests in the rows."""
        with closing(sqlite3.connect(self.folder / "aboard.db")) as database:
            return int(database.execute("SELECT count(*) FROM request").fetchone()[0])


@asynccontextmanager
async def house(folder: Path, command: Sequence[str] = SERVED) -> AsyncIterator[House]:
    """Run Aboard and its town until the block ends."""
    there, here = free_port(), free_port()
    town = f"http://{HOST}:{there}"
    (folder / "aboard.toml").write_text(CONFIGURATION.format(town=town), encoding="utf-8")
    around = (sys.executable, "-m", "benchmarks.town", str(there))
    address = ("--host", HOST, "--port", str(here))
    async with (
        _running(around, there, folder),
        _running((*command, *address), here, folder, environment(town)) as one,
    ):
        yield House(folder, here, one.pid)


@asynccontextmanager
async def _running(
    command: Sequence[str], port: int, folder: Path, given: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    with (folder / f"{port}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env=_environment() | dict(given or {}), stdout=log, stderr=log
        )
    try:
        await _listens(process, port)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_GOODBYE_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _listens(process: Process, port: int) -> None:
    async with asyncio.timeout(_READY_WITHIN):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection(HOST, port)
            except OSError:
                await asyncio.sleep(_BREATH)
            else:
                writer.close()
                return
    raise RuntimeError("it ended before it listened")


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT)}
