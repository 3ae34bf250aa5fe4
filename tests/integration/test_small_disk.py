"""A disk that is really full: a process whose database lies in a file system of eight megabytes.

`ABOARD_SMALL_DISKS` sets how often, which is never in the ordinary suite. The file system is the
kernel's own in memory, mounted where only the process sees it.
"""

import asyncio
import errno
import os
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from sandbox.bot_process import SERVE
from sandbox.parts import Server
from sandbox.slack.model import Message
from tests.battery.needs import no_own_mounts
from tests.integration.bots import Bot, end_all, events_of, sandbox
from tests.integration.staff import hire

DISKS = int(os.environ.get("ABOARD_SMALL_DISKS", "0"))
RECORDED = re.compile(r"Request \*?#(\d+)\*? is recorded")
MOUNTED = 'mount -t tmpfs -o size=8m aboard "$0" && exec "$@"'
SOON, PATIENCE, HONEST_WITHIN = 30.0, 60.0, 2.9
BLOCK = 4096

pytestmark = [
    pytest.mark.skipif(no_own_mounts() is not None, reason=str(no_own_mounts())),
    pytest.mark.skipif(not DISKS, reason="the battery fills a disk, in full"),
    pytest.mark.timeout(180),
]


class OnASmallDisk(Bot):
    """One bot whose database lies where nothing else fits."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.disk = folder / "disk"
        self.disk.mkdir()
        super().__init__(server, folder, database=f"sqlite:///{self.disk / 'aboard.db'}")
        self._command = ("unshare", "-rm", "sh", "-c", MOUNTED, str(self.disk), *SERVE)

    @property
    def seen(self) -> Path:
        """The disk, as everybody else can reach it while the process lives."""
        return Path(f"/proc/{self.pid}/root{self.disk}")

    @contextmanager
    def full(self, *, at_once: bool) -> Iterator[None]:
        """Leave no block free until the block ends; what it has in hand meets that ``at_once``."""
        if at_once:
            os.kill(self.pid, signal.SIGSTOP)
        filler = self.seen / "filler"
        with filler.open("wb", buffering=0) as file:
            with suppress(OSError):
                while file.write(b"\0" * BLOCK):
                    pass
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                file.write(b"\0" * BLOCK)
        os.kill(self.pid, signal.SIGCONT)
        yield
        filler.unlink()


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[OnASmallDisk]:
    async with sandbox() as server:
        bot = OnASmallDisk(server, tmp_path)
        await bot.start()
        server.connect(events_of(bot))
        yield bot
        await end_all([bot])


async def asked(bot: OnASmallDisk, number: int) -> int | None:
    """Ask for somebody new; return the number that is said to be recorded, if any."""
    one, began = hire(bot._server, number), time.monotonic()
    answer = await bot._server.workspace.command(one.manager, "/onboard", one.command)
    assert time.monotonic() - began < HONEST_WITHIN
    found = RECORDED.search(answer.text)
    assert found or "before you try again" in answer.text
    return int(found[1]) if found else None


async def problems(bot: OnASmallDisk) -> list[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.url}/readyz") as answer:
        told = await answer.json()
        assert (answer.status == 200) is told["ready"]
        return [str(one) for one in told.get("problems", [])]


async def is_well_again(bot: OnASmallDisk) -> None:
    async with asyncio.timeout(SOON):
        while await problems(bot):  # noqa: ASYNC110 - as a balancer asks
            await asyncio.sleep(0.2)


async def card_of(bot: OnASmallDisk, number: int) -> Message:
    slack = bot._server.workspace
    about = f"new{number}@acme.example"

    def shown() -> Message | None:
        cards = slack.messages(bot._server.cast.requests)
        return next((one for one in cards if about in slack.text_of(one)), None)

    card = await slack.until(shown, PATIENCE)
    assert card is not None
    return card


def kept_of(disk: int, folder: Path) -> tuple[set[int], dict[str, int]]:
    """Return the requests and the attempts at each vendor, from a disk that is held open."""
    for name in os.listdir(disk):
        shutil.copyfile(f"/proc/self/fd/{disk}/{name}", folder / name)
    with closing(sqlite3.connect(folder / "aboard.db")) as copy:
        numbers = {int(one) for (one,) in copy.execute("SELECT number FROM request")}
        begun = "SELECT vendor, count(*) FROM auditevent WHERE code = 'STP001I' GROUP BY vendor"
        return numbers, dict(copy.execute(begun).fetchall())


@pytest.mark.parametrize("turn", range(max(1, DISKS)))
async def test_on_a_disk_that_is_full_nothing_is_lost_that_was_said_to_be_recorded(
    bot: OnASmallDisk, tmp_path: Path, turn: int
) -> None:
    server, said, refused = bot._server, set[int](), 0
    first = await asked(bot, 1)
    card = await card_of(bot, 1)
    shown = server.workspace.copy_of(card)
    with bot.full(at_once=turn % 2 == 0):
        async with asyncio.timeout(PATIENCE):
            who = 1
            while not refused or await problems(bot) != ["database"]:
                who += 1
                number = await asked(bot, who)
                refused += number is None
                said |= {number} if number else set()
        await server.workspace.press(server.cast.lead, shown, "Approve")
    await is_well_again(bot)
    last = await asked(bot, 900)
    assert first
    assert last
    await server.workspace.press(server.cast.lead, shown, "Approve")
    await server.workspace.until(lambda: "Completed" in server.workspace.text_of(card), PATIENCE)
    disk = os.open(bot.seen, os.O_RDONLY | os.O_DIRECTORY)
    try:
        assert await bot.terminate() == 0
        (tmp_path / "copy").mkdir()
        numbers, begun = kept_of(disk, tmp_path / "copy")
    finally:
        os.close(disk)
    assert said | {first, last} <= numbers
    assert len(server.axiom.journal.asked("POST", "/v2/users")) == 1 <= begun["axiom"]
    assert len(server.axolo.journal.asked("POST", "/v1/engineer/onboard")) == 1 <= begun["axolo"]
