"""The bot as a process of its own beside the sandbox: started, killed, started again, ended.

A kill is SIGKILL by process id: nothing is flushed and nobody says goodbye, as when a machine
dies. The end is SIGTERM. The bot lives in one folder (configuration, database, log), so that
what it had begun survives.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from sandbox.parts import Server

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[1]
SERVE = (sys.executable, "-m", "bot", "serve")
READY_WITHIN = 60.0
GOODBYE_WITHIN = 15.0
BREATH = 0.05
DARK = 1.0
LOG_TAIL = 2000


class BotProcess:
    """One bot, whichever process it runs in at the moment."""

    def __init__(
        self,
        server: Server,
        folder: Path,
        command: Sequence[str] = SERVE,
        database: str | None = None,
    ) -> None:
        self._server = server
        self._folder = folder
        self._command = command
        self._database = {"DATABASE_URL": database} if database else {}
        self._process: Process | None = None
        self._ending = False
        self.port = _free_port()
        self.restarts = 0

    @property
    def url(self) -> str:
        """Where the bot listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def process(self) -> Process:
        """The process of the moment; raises LookupError while there is none."""
        if self._process is None or self._process.returncode is not None:
            raise LookupError("the bot is not running")
        return self._process

    @property
    def pid(self) -> int:
        """The process id; raises LookupError while there is no process."""
        return self.process.pid

    @property
    def log(self) -> Path:
        """What the bot wrote."""
        return self._folder / "bot.log"

    async def start(self) -> None:
        """Start the process and wait until it is ready; raises RuntimeError when it ends first."""
        (self._folder / "aboard.toml").write_text(self._server.configuration())
        address = ("--host", HOST, "--port", str(self.port))
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                *address,
                cwd=self._folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        await self._ready(self._process)
        self._server.light(up=True, restarts=self.restarts)

    async def kill(self) -> None:
        """Kill the process at once; whoever watches starts another."""
        os.kill(self.pid, signal.SIGKILL)
        self._server.light(up=False, restarts=self.restarts)

    async def watch(self, pause: float) -> None:
        """Start the bot again, after `pause` seconds, whenever it has died."""
        while self._process is not None:
            await self._process.wait()
            if self._ending:
                return
            self._server.light(up=False, restarts=self.restarts)
            await asyncio.sleep(pause)
            self.restarts += 1
            await self.start()

    async def end(self) -> None:
        """Ask the process to end, and insist after a while."""
        self._ending = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(GOODBYE_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {"PYTHONPATH": str(ROOT)} | self._database | self._server.environment()

    async def _ready(self, process: Process) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as session:
                while process.returncode is None:
                    if await self._answers(session):
                        return
                    await asyncio.sleep(BREATH)
        tail = self.log.read_text(errors="replace")[-LOG_TAIL:]
        raise RuntimeError(f"the bot did not become ready\n{tail}")

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/readyz") as response:
                return response.ok
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def bot_running(
    server: Server,
    folder: Path,
    command: Sequence[str] = SERVE,
    pause: float = DARK,
    database: str | None = None,
) -> AsyncIterator[BotProcess]:
    """Run the bot in `folder`, connected to the sandbox, until the block ends.

    A bot that dies is started again after `pause` seconds. Without `database` it keeps a file of
    its own in `folder`.
    """
    bot = BotProcess(server, folder, command, database)
    server.connect(f"{bot.url}/slack/events")
    server.kill = bot.kill
    try:
        await bot.start()
        watching = asyncio.create_task(bot.watch(pause))
        try:
            yield bot
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
    finally:
        server.kill = None
        await bot.end()
        server.light(up=False, restarts=bot.restarts)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port
