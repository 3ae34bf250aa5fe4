"""Waking those who wait for the sandbox to change: no sleeping, no polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """A counter of everything that happened, and the people waiting for the next thing."""

    def __init__(self) -> None:
        self.version = 0
        self.closed = False
        self._waiting: set[asyncio.Future[None]] = set()

    def happened(self) -> None:
        """Count one change and wake everybody who waits."""
        self.version += 1
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    def close(self) -> None:
        """Wake everybody a last time: nothing more will happen."""
        self.closed = True
        self.happened()

    async def after(self, version: int) -> int:
        """Wait until the counter is beyond `version`, and return it."""
        while self.version <= version:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.add(waiter)
            try:
                await waiter
            finally:
                self._waiting.discard(waiter)
        return self.version

    async def until(self, predicate: Callable[[], T], within: float = 10.0) -> T:
        """Return the first truthy answer of `predicate`, asked again after every change.

        Raises TimeoutError when there is none within `within` seconds.
        """
        try:
            async with asyncio.timeout(within):
                return await self._first_truthy(predicate)
        except TimeoutError:
            raise TimeoutError(f"still not so after {within:g} seconds") from None

    async def _first_truthy(self, predicate: Callable[[], T]) -> T:
        while True:
            version = self.version
            if answer := predicate():
                return answer
            await self.after(version)
