"""`python -m bot serve`, forked from a process that has imported everything: a start is quick.

What a bot waits for between two looks, and how long it holds what it took, is a twentieth here:
nobody else works on its database, and a test of a thousand deaths has no patience for each. A bot
that is `unhurried` differs from `python -m bot serve` in nothing but how it is started.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ctypes import c_longlong
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from benchmarks.ports import free_port
from bot import app, cli
from commands import batch_delivery, delivery
from rules import retry
from sandbox.bot_process import HOST, READY_WITHIN
from sandbox.parts import Server
from tests.battery.defects import DEFECTS
from tests.battery.plugin import DEFECT
from tests.integration.deaths import LEFT, PASSED, Fate, Points
from vendors.registry import BUILT_IN
from workflow import batch_outbox, batches, outbox, preparing, runner, takeover
from workflow.clock import SECOND
from workflow.loops import Loop

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.integration.warmed"])
QUICKER = 20
ENDED_BY = "deaths.log"
READY = 15.0
GRACE = 30.0
BREATH = 0.01


@dataclass(frozen=True)
class Doom:
    """What a process is told of its end: when, where to write it down, and which points count."""

    fate: Fate
    told: Path
    only: str = ""


@dataclass(frozen=True)
class Manner:
    """How a bot lives: with production's waits or shorter ones, called by Slack or calling it."""

    hurried: bool = True
    socket_mode: bool = False


def live(
    environment: Mapping[str, str], folder: Path, port: int, doom: Doom, manner: Manner
) -> None:
    """Be a bot in ``folder``, until its doom; with the defect that the battery planted."""
    defect = os.environ.get(DEFECT)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with (folder / "bot.log").open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log.fileno(), stream.fileno())
    if defect:
        DEFECTS[defect]()
    if manner.hurried:
        Points(doom.fate, doom.told, doom.only).plant()
        hurry()
    status = port if manner.socket_mode else None
    cli.serve(host=HOST, port=port, status_port=status, socket_mode=manner.socket_mode)


def hurry() -> None:
    """Wait for nothing as long as in production."""
    quick: Any
    for quick in (outbox, batch_outbox, batches, preparing):
        quick._LEASE = SECOND
    for quick in (delivery, batch_delivery):
        quick._PACE = SECOND // 100
    for quick, name in ((runner, "_POLL_SECONDS"), (takeover, "_LOOK_SECONDS")):
        setattr(quick, name, getattr(quick, name) / QUICKER)
    retry.FIRST_WAIT /= QUICKER
    for quick in BUILT_IN.values():
        quick.traits = replace(quick.traits, settle=quick.traits.settle // QUICKER)
    quick = app
    quick.Loop = _Hasty


class _Hasty(Loop):
    """A loop that looks more often."""

    def __init__(self, name: str, bell: Any, seconds: float, once: Any) -> None:  # noqa: ANN401 - as Loop
        super().__init__(name, bell, seconds / QUICKER, once)


HURRIED = Manner()


class ForkedBot:
    """One bot, whichever process it is at the moment. It lives in ``folder``, on ``database``.

    ``fate`` says at which point it dies; without that, and where it is unhurried, it lives.
    """

    def __init__(
        self, server: Server, folder: Path, database: str, only: str = "", manner: Manner = HURRIED
    ) -> None:
        """Name the bot; nothing runs yet. Points of the kind ``only`` count, or all of them."""
        self._server, self._folder, self._database = server, folder, database
        self._process: BaseProcess | None = None
        self._fate: Fate = NURSERY.RawArray(c_longlong, 2)
        self._doom, self._manner = Doom(self._fate, folder / ENDED_BY, only), manner
        self.port = free_port()
        self.began = 0
        """How many processes it has been."""

    @property
    def url(self) -> str:
        """Where the bot listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The id of the process of the moment."""
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        """What it reads its secrets and addresses from."""
        return self._server.environment() | {"DATABASE_URL": self._database}

    @property
    def log(self) -> Path:
        """What the bot wrote."""
        return self._folder / "bot.log"

    @property
    def passed(self) -> int:
        """How many points it has passed in all."""
        return self._fate[PASSED]

    @property
    def ended_by(self) -> list[str]:
        """Where it died by its own hand: the kind of each point, and what was done there."""
        told = self._doom.told
        return told.read_text(encoding="utf-8").splitlines() if told.exists() else []

    def dies_at(self, point: int) -> None:
        """Have it die at the point that comes so many points later; 0 lets it live."""
        self._fate[LEFT] = point

    def begin(self) -> None:
        """Start a process, and do not wait for it."""
        (self._folder / "aboard.toml").write_text(self._server.configuration())
        given = (self.environment, self._folder, self.port, self._doom, self._manner)
        self._process = NURSERY.Process(target=live, args=given, daemon=True)
        self._process.start()
        self.began += 1

    async def start(self) -> None:
        """Start a process and wait until it is ready; raises RuntimeError where it ends first."""
        self.begin()
        within = READY if self._manner.hurried else READY_WITHIN
        async with asyncio.timeout(within), aiohttp.ClientSession() as session:
            while not await self._answers(session):
                if self._process is None or not self._process.is_alive():
                    raise RuntimeError(f"the bot did not become ready\n{self._last_words()}")
                await asyncio.sleep(BREATH)

    async def dead(self) -> None:
        """Wait until the process of the moment has ended."""
        if self._process is not None:
            await asyncio.to_thread(self._process.join)

    async def kill(self) -> None:
        """Kill the process as a machine dies, and wait until it is gone."""
        assert self._process is not None
        self._process.kill()
        await self.dead()

    async def terminate(self) -> int:
        """Ask the process to end, and return its exit code; TimeoutError after half a minute."""
        assert self._process is not None
        self._process.terminate()
        async with asyncio.timeout(GRACE):
            while self._process.is_alive():  # noqa: ASYNC110 - another process ends
                await asyncio.sleep(BREATH)
        assert self._process.exitcode is not None
        return self._process.exitcode

    async def end(self) -> None:
        """Let there be no process any more."""
        if self._process is not None:
            await self.kill()

    async def errors(self) -> list[str]:
        """Return what the bot logged as an error, or wrote without logging it."""
        text = await asyncio.to_thread(self.log.read_text, errors="replace")
        lines = [line for line in text.splitlines() if line.strip()]
        return [one for one in lines if not one.startswith("{") or '"level": "error"' in one]

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/readyz") as response:
                return response.ok
        except aiohttp.ClientError:
            return False

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""


@asynccontextmanager
async def forked_bots(
    server: Server, folder: Path, url: str, count: int
) -> AsyncIterator[list[ForkedBot]]:
    """Start unhurried bots on one database. They end with the block."""
    folders = [folder / f"bot{number}" for number in range(count)]
    for one in folders:
        one.mkdir(parents=True)
    started = [ForkedBot(server, one, url, manner=Manner(hurried=False)) for one in folders]
    try:
        await asyncio.gather(*(bot.start() for bot in started))
        yield started
    finally:
        await asyncio.gather(*(bot.end() for bot in started))
