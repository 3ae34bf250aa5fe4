"""The points at which a process can die: before and after every commit, and every call outside.

What runs passes its points in the order in which it comes to them. It can be held at one of them,
so that other things happen meanwhile, and it can be abandoned there: then nothing of it goes on, as
after `kill -9`, whatever it had caught or meant to clean up.
"""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

from sqlalchemy.engine import Connection, Engine

from storage.database import Database, read_from

T = TypeVar("T")


class GoneError(BaseException):
    """The process has died: nothing of it goes on."""


@dataclass
class Passage:
    """One piece of work on its way through its points; `stop_at` is the one at which it is held."""

    stop_at: int | None = None
    names: list[str] = field(default_factory=list)
    held: "asyncio.Future[None] | None" = None
    is_dead: bool = False
    is_racing: bool = False
    """Whether others have their turn at every point."""
    looks: dict[tuple[str, str], tuple[int, object]] = field(default_factory=dict)
    """When it last looked for somebody at a product (microseconds), and what it saw."""

    async def at(self, name: str) -> None:
        """Pass a point, or wait there."""
        self.live()
        self.names.append(name)
        if self.is_racing:
            await asyncio.sleep(0)
        if self.stop_at == len(self.names) - 1:
            self.held = asyncio.get_running_loop().create_future()
            await self.held
        self.live()

    def live(self) -> None:
        """See that the process is there still."""
        if self.is_dead:
            raise GoneError

    def go_on(self, stop_at: int | None) -> None:
        """Let what is held go on, to the point that comes so many points later."""
        held, self.held = self.held, None
        self.stop_at = None if stop_at is None else len(self.names) + stop_at
        if held is not None:
            held.set_result(None)


PASSAGE: ContextVar[Passage | None] = ContextVar("passage", default=None)


async def point(name: str) -> None:
    """Pass a point, where somebody looks at this piece of work."""
    passage = PASSAGE.get()
    if passage is not None:
        await passage.at(name)


class SteppedDatabase(Database):
    """The database of production, worked on in the loop's own thread, with a point at each commit.

    So the order of everything is the same in every run.
    """

    async def _read(self, engine: Engine, run: Callable[[Connection], T]) -> T:
        _live()
        return read_from(engine, run)

    async def write(self, run: Callable[[Connection], T]) -> T:
        """Write and commit now."""
        await point("before a commit")
        result = self._write(run, Event())
        await point("after a commit")
        return result


def _live() -> None:
    passage = PASSAGE.get()
    if passage is not None:
        passage.live()
