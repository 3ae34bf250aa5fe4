"""Vendors whose calls take their time, and who called them when."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from aiohttp import web
from aiohttp.typedefs import Handler

_BY_ITSELF = {"Host", "Content-Length", "Connection", "Accept-Encoding", "User-Agent"}
"""Headers that whoever sends a call again writes anew."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to a vendor: when it was there in whole, when it was answered, and what it said.

    Moments are seconds of ``time.perf_counter``.
    """

    vendor: str
    began: float
    ended: float
    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Ledger:
    """Stands before every vendor: has each call wait ``pause()`` seconds, ``at_once`` at a time."""

    pause: Callable[[], float]
    at_once: int
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.at_once)

    async def take(self, vendor: str, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Have one call wait and be answered, and write it down."""
        body, began = await request.text(), time.perf_counter()
        async with self._free:
            await asyncio.sleep(self.pause())
            answer = await handler(request)
        kept = {name: text for name, text in request.headers.items() if name not in _BY_ITSELF}
        ended = time.perf_counter()
        one = Call(vendor, began, ended, request.method, request.path_qs, kept, body)
        self.calls.append(one)
        return answer

    def since(self, moment: float) -> list[Call]:
        """Return the calls that began after a moment."""
        return [one for one in self.calls if one.began >= moment]


def busy(calls: Sequence[Call]) -> float:
    """Return for how many seconds at least one of the calls was under way."""
    found, until = 0.0, 0.0
    for one in sorted(calls, key=lambda call: call.began):
        found += max(0.0, one.ended - max(one.began, until))
        until = max(until, one.ended)
    return found


def busiest(calls: Sequence[Call]) -> int:
    """Return how many calls at most were there at once, those that had to wait included."""
    moments = [(one.began, 1) for one in calls] + [(one.ended, -1) for one in calls]
    return max(accumulate(step for _, step in sorted(moments)), default=0)
