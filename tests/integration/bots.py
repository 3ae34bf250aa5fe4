"""`python -m bot serve` as real processes in one sandbox: killed, asked to end, several at once."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest

from sandbox.bot_process import SERVE, BotProcess
from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.delivery import Http
from tests.battery.plugin import DEFECT

CONFIGURATION = """\
[slack]
channel = "{channel}"

[approval]
approvers = ["{lead}", "{group}"]

[vendors.axolo]
organization = "{organization}"
base_url = "{url}/axolo"

[vendors.axiom]
base_url = "{url}/axiom"

[profiles.engineer]
axolo = {{}}
axiom = {{ role = "user" }}

[profiles.analyst]
axiom = {{ role = "read-only" }}
"""
GRACE = 30.0
_DEFECT = os.environ.get(DEFECT, "")
SERVED = (sys.executable, "-m", "tests.integration.planted", _DEFECT, "serve") if _DEFECT else SERVE
"""`aboard serve`, with the defect that the battery planted."""


class Listening(Protocol):
    """Whatever Slack can call."""

    @property
    def url(self) -> str:
        """Where it listens."""


class Bot(BotProcess):
    """One bot; on a shared database every start is another process to the others."""

    def __init__(
        self,
        server: Server,
        folder: Path,
        command: Sequence[str] = SERVED,
        database: str | None = None,
    ) -> None:
        super().__init__(server, folder, command, database)

    @property
    def environment(self) -> dict[str, str]:
        """What it reads its secrets and addresses from."""
        return self._environment()

    async def kill(self) -> None:
        """Kill the process as a machine dies, and wait until it is gone."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def terminate(self) -> int:
        """Ask the process to end, and return its exit code; TimeoutError after half a minute."""
        assert self._process is not None
        self._process.terminate()
        async with asyncio.timeout(GRACE):
            return await self._process.wait()

    async def errors(self) -> list[str]:
        """Return what the bot logged as an error, or wrote without logging it."""
        text = await asyncio.to_thread(self.log.read_text, errors="replace")
        lines = [line for line in text.splitlines() if line.strip()]
        return [one for one in lines if not one.startswith("{") or '"level": "error"' in one]


class SocketBot(Bot):
    """One bot that calls Slack; who asks how it is asks at its status port."""

    def __init__(self, server: Server, folder: Path, database: str) -> None:
        super().__init__(server, folder, database=database)
        self._command = (*SERVED, "--socket-mode", "--status-port", str(self.port))


@asynccontextmanager
async def sandbox(mode: str = "http") -> AsyncIterator[Server]:
    """Run a sandbox whose bots know two vendors."""
    async with running(mode=mode) as server:
        text = CONFIGURATION.format(
            channel=server.cast.requests, lead=server.cast.lead.id, group=server.cast.group.id,
            organization=server.cast.organization, url=server.url,
        )  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(server, "configuration", lambda: text)
            yield server


@asynccontextmanager
async def bots(server: Server, folder: Path, url: str, count: int) -> AsyncIterator[list[Bot]]:
    """Start bots on one database; Slack talks to the first of them. They end with the block."""
    folders = [folder / f"bot{number}" for number in range(count)]
    for one in folders:
        one.mkdir(parents=True)
    started = [Bot(server, one, database=url) for one in folders]
    try:
        await asyncio.gather(*(bot.start() for bot in started))
        server.connect(events_of(started[0]))
        yield started
    finally:
        await end_all(started)


def events_of(bot: Listening) -> str:
    """Return where a bot takes what Slack sends."""
    return f"{bot.url}/slack/events"


async def end_all(started: Iterable[BotProcess]) -> None:
    """End every process that is still there."""
    await asyncio.gather(*(bot.end() for bot in started))


@asynccontextmanager
async def lines_to(server: Server, started: Iterable[Bot]) -> AsyncIterator[list[Http]]:
    """Open a way from Slack to each of several bots."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        lines = [Http(server.workspace.state, session) for _ in started]
        for line, bot in zip(lines, started, strict=True):
            line.request_url = events_of(bot)
        yield lines
