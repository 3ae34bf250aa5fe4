"""A company with five vendors whose calls take their time, and an Aboard that serves it.

Slack and the vendors are the sandbox's simulators, over HTTP on loopback; Aboard is a process of
its own on the other core. Every call to a vendor is written down with its beginning and its end.
Slack itself answers at once: what is measured is Aboard and the vendors.
"""

import asyncio
import os
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.configured import AS_INSTALLED, by_one_person
from benchmarks.ledger import Ledger
from benchmarks.ports import HOST, free_port
from benchmarks.processes import OTHER_CORE, ROOT, Started, python, running
from sandbox.parts import Server
from sandbox.server import running as sandbox_running
from sandbox.slack import forms
from sandbox.slack.model import Message, User

PROFILE = "seller"
"""The sandbox's profile that gives an account at each of the five vendors."""

_LOOK = 0.005
_PATIENCE = 900.0


@dataclass(frozen=True)
class Company:
    """Slack with its people, the vendors behind their ledger, and Aboard."""

    server: Server
    ledger: Ledger
    aboard: Started
    rows: sqlite3.Connection

    def hire(self, count: int) -> list[User]:
        """Have new members in Slack, each with a login at GitHub."""
        return hire(self.server, count)

    def cards(self) -> list[Message]:
        """Return what stands in the approvers' channel and can be approved."""
        shown = self.server.workspace.messages(self.server.cast.requests)
        return [one for one in shown if _can_be_approved(one)]

    async def approve(self, card: Message) -> float:
        """Press *Approve*; return the moment of the press, and see that it was acknowledged."""
        pressed = time.perf_counter()
        answer = await self.server.workspace.press(self.server.cast.ops[0], card, "Approve")
        if not answer.ok:
            raise RuntimeError(f"the click was not acknowledged: {answer.error}")
        return pressed

    def count(self, question: str, *given: object) -> int:
        """Return one number from Aboard's database, read beside it."""
        found: int = self.rows.execute(question, given).fetchone()[0]
        return found

    async def until(self, predicate: Callable[[], bool], pause: float = _LOOK) -> float:
        """Look again and again, and return the moment at which it was so."""
        async with asyncio.timeout(_PATIENCE):
            while not predicate():  # noqa: ASYNC110 - another process tells nobody
                await asyncio.sleep(pause)
        return time.perf_counter()


def hire(server: Server, count: int) -> list[User]:
    """Have new members in Slack, each with a login at GitHub."""
    slack = server.workspace.state
    known = len(slack.directory.users)
    hired = []
    for number in range(known, known + count):
        name = f"member{number}"
        user = User(
            f"U0BENCH{number:04d}", slack.team.id, name, f"Member No{number}",
            f"{name}@acme.example",
        )  # fmt: skip
        slack.directory.users[user.id] = user
        server.github.add(f"{name}-hub", user.real_name)
        hired.append(user)
    return hired


def _can_be_approved(message: Message) -> bool:
    return any(place.label == "Approve" for place in forms.places(message))


@asynccontextmanager
async def company(pause: Callable[[], float], at_once: int) -> AsyncIterator[Company]:
    """Run the sandbox and Aboard until the block ends."""
    ledger = Ledger(pause, at_once)
    with TemporaryDirectory() as name:
        folder = Path(name)
        async with sandbox_running() as server:
            for vendor, simulator in server.vendors.items():
                simulator.faults.plant("pace", partial(ledger.take, vendor), None)
            async with _aboard(server, folder) as started:
                with closing(_read(folder)) as rows:
                    yield Company(server, ledger, started, rows)


@asynccontextmanager
async def _aboard(server: Server, folder: Path) -> AsyncIterator[Started]:
    """Run Aboard in a thread's care: the sandbox answers it while it starts and while it ends."""
    settings = by_one_person(server.configuration())
    (folder / "aboard.toml").write_text(settings, encoding="utf-8")
    port = free_port()
    command = python("-m", "bot", "serve", "--host", HOST, "--port", str(port))
    database = {"DATABASE_URL": f"sqlite:///{folder / 'aboard.db'}"}
    given = {**server.environment(), **database, **AS_INSTALLED}
    await asyncio.to_thread(_make, folder, given)
    house = running(command, port, folder, given)
    started = await asyncio.to_thread(house.__enter__)
    try:
        server.connect(f"http://{HOST}:{port}/slack/events")
        yield started
    finally:
        await asyncio.to_thread(house.__exit__, None, None, None)


def _make(folder: Path, given: Mapping[str, str]) -> None:
    """Make the database beforehand: it is made once, and what is measured has served before."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **given}
    words = python("-m", "bot", "migrate")
    subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True)


def _read(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / 'aboard.db'}?mode=ro", uri=True)


@contextmanager
def beside() -> Iterator[None]:
    """Keep this process, and what it starts, off the core of what is measured."""
    me = psutil.Process()
    cores = me.cpu_affinity()
    me.cpu_affinity([OTHER_CORE])
    try:
        yield
    finally:
        me.cpu_affinity(cores)
