"""Copies of a database that a bot works on, made as operators make them and put elsewhere."""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.clusters import PostgresServer, find_programs
from storage.engine import is_sqlite
from tests.integration.bots import Bot
from tests.integration.forked import ForkedBot

ROOT = Path(__file__).parents[2]
WITHIN = 60.0


async def operator(bot: Bot | ForkedBot, *words: str) -> str:
    """Type `aboard …` in the folder of a bot, and return what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        cwd=bot.log.parent, env={"PYTHONPATH": str(ROOT)} | bot.environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(WITHIN):
        said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    return said


@dataclass(frozen=True)
class Copier:
    """Copies the database of `bot` into `folder`; on PostgreSQL into a new one of `server`."""

    bot: Bot | ForkedBot
    url: str
    folder: Path
    server: PostgresServer | None = None

    async def copy(self) -> Path:
        """Make the copy while the bot works."""
        file = self.folder / "copy"
        if is_sqlite(self.url):
            await operator(self.bot, "backup", str(file))
            return file
        arguments = ("--format=custom", f"--file={file}", f"--dbname={self.url}")
        await asyncio.to_thread(_run, "pg_dump", *arguments)
        return file

    async def restored(self, file: Path) -> str:
        """Put the copy where another bot finds it, and return its address."""
        if self.server is None:
            return f"sqlite:///{file}"
        url = self.server.create_database("template0")
        await asyncio.to_thread(_run, "pg_restore", "--no-owner", f"--dbname={url}", str(file))
        return url


def _run(program: str, *arguments: str) -> None:
    programs = find_programs()
    assert programs is not None
    subprocess.run(
        [programs.folder / program, *arguments],
        env={"PATH": os.defpath}, check=True, capture_output=True, timeout=WITHIN,
    )  # fmt: skip
