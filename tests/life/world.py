"""A whole life on one database: the bot's parts, what is outside of it, and what can befall both.

Everything that decides is production's: use cases, preparation, attempts, timers, invitations,
storage on SQLite. Slack, the vendors and the engine that starts attempts are stand-ins with state;
they stay when the bot dies.
"""

import asyncio
import shutil
from collections.abc import Coroutine
from contextvars import copy_context
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from rules.catalog import Catalog
from tests.life import adapters
from tests.life.books import Books, Entry
from tests.life.points import PASSAGE, GoneError, Passage, SteppedDatabase
from tests.life.products import Product, Ticks, Witness
from tests.life.town import CHANNEL, TEAM, Town
from vendors.contract import AnyVendor
from workflow.attempts import Attempts
from workflow.directory import DirectoryError
from workflow.events import Bells
from workflow.invitations import Invitations
from workflow.means import Means
from workflow.preparing import Preparer
from workflow.reads import Reads
from workflow.service import Service
from workflow.timers import Timers

T = TypeVar("T")


class MovedClock:
    """A clock that only moves when it is moved."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@dataclass
class Held:
    """An attempt that stands at a point while other things happen."""

    entry: Entry
    task: "asyncio.Task[None]"
    passage: Passage


class Bot:
    """The parts of one process. What it knew by heart is gone with it."""

    def __init__(self, means: Means, books: Books) -> None:
        self.means = means
        self.service, self.attempts = Service(means), Attempts(means)
        self.preparer, self.timers = Preparer(means, None), Timers(means, books)
        self.invitations = Invitations(means)
        self.reads = Reads(means.database, means.catalog, TEAM, frozenset({"guest"}))


class World:
    """Everything there is. `close` ends it."""

    def __init__(self, file: Path, catalog: Catalog, now: int, witness: Witness) -> None:
        self.clock, self.ticks, self.town, self.file = MovedClock(now), Ticks(), Town(), file
        self._catalog, self._numbers = catalog, count(1)
        self.database = SteppedDatabase(f"sqlite:///{file}")
        self.books = Books(self.database.engine, self.clock)
        self.products = {
            one.name: Product(one.name, one.traits.find, self.clock, self.ticks, witness)
            for one in adapters.ALL
        }
        self.held: list[Held] = []
        self.deaths = 0
        self._passages: list[Passage] = []
        self._loop = asyncio.new_event_loop()
        self.bot = self._begin()

    def _begin(self) -> Bot:
        means = Means(
            self.database, self.town, self._vendors(), self._catalog, self.clock,
            lambda: f"ref-{next(self._numbers):06}", self.books, Bells(), CHANNEL,
        )  # fmt: skip
        return Bot(means, self.books)

    def _vendors(self) -> dict[str, AnyVendor]:
        return {one.name: one(self.products[one.name]) for one in adapters.ALL}

    def does(self, work: Coroutine[Any, Any, T], die_at: int | None = None) -> T | None:
        """Have the bot do something whole; None where it died at that point."""
        (end,) = self.do_at_once([work], die_at)
        return end

    def do_at_once(
        self, works: list[Coroutine[Any, Any, T]], die_at: int | None = None
    ) -> list[T | None]:
        """Have several things done at once, each of which waits for the others at every point."""
        passage = Passage(die_at, is_racing=len(works) > 1)
        tasks = [self._started(work, passage) for work in works]
        self._loop.run_until_complete(_until_still(tasks, passage))
        if passage.held is not None:
            self._abandon(tasks, [passage])
            self.dies()
            return [None for _ in tasks]
        return [task.result() for task in tasks]

    def attempts(self, entry: Entry, hold_at: int | None = None) -> None:
        """Have the engine start an attempt, which may be held at a point."""
        self.books.note(entry, "running")
        passage = Passage(hold_at)
        task = self._started(self.bot.attempts.attempt(entry.step, entry.number), passage)
        self._watch(Held(entry, task, passage))

    def go_on(self, held: Held, hold_at: int | None = None) -> None:
        """Let an attempt go on that was held."""
        self.held.remove(held)
        held.passage.go_on(hold_at)
        self._watch(held)

    def dies(self) -> None:
        """Kill the bot and start it again: what was under way is abandoned where it stands."""
        self._abandon([one.task for one in self.held], [one.passage for one in self.held])
        self.held.clear()
        for product in self.products.values():
            product.writing.clear()
        self.books.recover()
        self.deaths += 1
        self.bot = self._begin()

    @property
    def points(self) -> int:
        """How many points were passed so far."""
        return sum(len(one.names) for one in self._passages)

    def close(self) -> None:
        """End everything and let the file go."""
        self.dies()
        self._loop.close()
        self.database.close()

    def _watch(self, one: Held) -> None:
        self._loop.run_until_complete(_until_still([one.task], one.passage))
        if one.passage.held is not None:
            self.held.append(one)
            return
        one.task.result()
        self.books.note(one.entry, "ended")

    def _started(self, work: Coroutine[Any, Any, T], passage: Passage) -> "asyncio.Task[T]":
        self._passages.append(passage)
        context = copy_context()
        context.run(PASSAGE.set, passage)
        return self._loop.create_task(work, context=context)

    def _abandon(self, tasks: list[Any], passages: list[Passage]) -> None:
        for passage in passages:
            passage.is_dead = True
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks))
        for task in tasks:
            if not task.cancelled() and not isinstance(
                task.exception(), GoneError | DirectoryError | None
            ):
                raise AssertionError("what died did something") from task.exception()


async def _until_still(tasks: list[Any], passage: Passage) -> None:
    while passage.held is None and not all(task.done() for task in tasks):  # noqa: ASYNC110 - all has its turn
        await asyncio.sleep(0)


def fresh(template: Path, folder: Path) -> Path:
    """Copy a database that has all tables and nothing in them."""
    file = folder / f"{next(_FILES)}.db"
    shutil.copy(template, file)
    return file


_FILES = count(1)
