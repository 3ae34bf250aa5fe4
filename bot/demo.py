"""``aboard demo``: the real bot, as a process of its own, in a sandbox on this machine alone."""

import asyncio
import os
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from bot.migration import migrate
from bot.reader import ConfigurationError
from sandbox.bot_process import bot_running
from sandbox.parts import Server
from sandbox.passing import Passing
from sandbox.play import play as play_story
from sandbox.server import running

_TAIL = 6000
_ELSEWHERE = (
    "End what runs there, another demo perhaps; "
    "or `.venv/bin/aboard demo --port 0` takes a free one."
)
_REHEARSE = (sys.executable, "-m", "bot.rehearsal")


async def run(port: int, database: str | None, *, play: bool) -> bool:
    """Run until interrupted, or until the story has ended; return whether all went well.

    ``database`` is the address of an empty database; without it the bot keeps a file of its own.
    Raises ``ConfigurationError`` where that does not answer, or ``port`` is taken.
    """
    if database:
        migrate(database)
    console = Console()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aboard-demo-")))
        clock = Passing(folder / "ahead")
        server = await _sandbox(stack, 0 if play else port, clock)
        server.passing = clock
        console.print("Starting the bot …")
        command = (*_REHEARSE, "--ahead", str(clock.file))
        bot = await stack.enter_async_context(
            bot_running(server, folder, command, database=database)
        )
        if play:
            return await _story(server, console, bot.log)
        console.print(f"\n  Open [bold]{server.url}[/bold] in a browser. Ctrl-C ends it.\n")
        await _interrupted()
    return True


async def _sandbox(stack: AsyncExitStack, port: int, clock: Passing) -> Server:
    try:
        return await stack.enter_async_context(running(port=port, clock=clock))
    except OSError as error:
        sentence = f"The page cannot be shown on port {port}: {os.strerror(error.errno or 0)}. "
        raise ConfigurationError([sentence + _ELSEWHERE]) from error


async def _story(server: Server, console: Console, log: Path) -> bool:
    well = await play_story(server, console)
    if not well:
        tail = await asyncio.to_thread(log.read_text, errors="replace")
        console.print("[bold]The bot's log:[/bold]")
        console.print(tail[-_TAIL:], markup=False, highlight=False)
    return well


async def _interrupted() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
