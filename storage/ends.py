"""Writes that wait for their transaction, and how each of them is told of its end.

The writer is a thread of its own; whoever waits does so in an event loop.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection


@dataclass(slots=True)
class Work:
    """A function that waits for its transaction, and where its answer goes."""

    run: Callable[[Connection], Any]
    answer: "asyncio.Future[Any]"


@dataclass(slots=True)
class Ended:
    """What a function returned, for whoever waits."""

    answer: "asyncio.Future[Any]"
    result: object

    def settle(self) -> None:
        """Hand it over, in the loop of whoever waits."""
        self.answer.set_result(self.result)


@dataclass(slots=True)
class Failed:
    """What a function raised, for whoever waits."""

    answer: "asyncio.Future[Any]"
    error: BaseException

    def settle(self) -> None:
        """Raise it, in the loop of whoever waits.

        A future refuses a ``StopIteration``, which would end the loop that awaits it.
        """
        try:
            self.answer.set_exception(self.error)
        except TypeError:
            refused = RuntimeError(f"a write ended with {type(self.error).__name__}")
            refused.__cause__ = self.error
            self.answer.set_exception(refused)


End = Ended | Failed


def tell(ends: Sequence[End]) -> None:
    """Tell everybody who waits, all those of one loop at once: waking it costs more than that."""
    waiting = dict[asyncio.AbstractEventLoop, list[End]]()
    for end in ends:
        waiting.setdefault(end.answer.get_loop(), []).append(end)
    for loop, mine in waiting.items():
        with suppress(RuntimeError):  # the loop has ended, and whoever waited with it
            loop.call_soon_threadsafe(_settle, mine)


def _settle(ends: Sequence[End]) -> None:
    for end in ends:
        if not end.answer.done():
            end.settle()
