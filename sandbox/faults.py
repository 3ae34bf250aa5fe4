"""Faults on demand: everything a network and a vendor can do to a caller.

Plant one and the next requests meet it: `faults.lose_answer(only="POST /axiom/v2/users")`.
A fault whose `times` is None stays until `clear()`. The oldest fault that matches a request is
the one it meets.
"""

import asyncio
import email.utils
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox import mishaps
from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.mishaps import Mishap

ErrorBody = Callable[[int, str], object]

HUGE = 3 * 1024 * 1024


@dataclass
class Planted:
    """One fault: how often it still strikes (None: until cleared) and on which requests."""

    name: str
    mishap: Mishap
    times: int | None
    only: str

    def strikes(self, request: web.Request) -> bool:
        """Whether this request is meant: `only` is a part of `METHOD /path`."""
        return self.times != 0 and self.only in f"{request.method} {request.path}"


def plain_error(status: int, message: str) -> object:
    """Return an error body of no vendor in particular."""
    return {"status": status, "message": message}


class Faults:
    """The faults of one service; `middleware` puts them in front of its handlers."""

    def __init__(self, changes: Changes, clock: Clock, error_body: ErrorBody = plain_error) -> None:
        self._changes = changes
        self._clock = clock
        self._error_body = error_body
        self._planted: list[Planted] = []
        self._released = asyncio.Event()
        self.lagging_reads = 0

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let the request meet the fault planted for it, if there is one."""
        struck = next((one for one in self._planted if one.strikes(request)), None)
        if struck is None:
            return await handler(request)
        if struck.times is not None:
            struck.times -= 1
            self._changes.happened()
        return await struck.mishap(request, handler)

    def active(self, name: str) -> bool:
        """Whether a fault of this name still waits for requests."""
        return any(one.name == name and one.times != 0 for one in self._planted)

    def plant(self, name: str, mishap: Mishap, times: int | None, only: str = "") -> None:
        """Plant any mishap; the methods below plant the usual ones."""
        self._planted.append(Planted(name, mishap, times, only))
        self._changes.happened()

    def clear(self, name: str | None = None) -> None:
        """Take away the faults of this name, or all of them; who hangs is let go."""
        self._planted = [one for one in self._planted if name is not None and one.name != name]
        if name is None:
            self.lagging_reads = 0
            self._released.set()
            self._released = asyncio.Event()
        self._changes.happened()

    def status(
        self,
        code: int,
        times: int | None = 1,
        *,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        only: str = "",
    ) -> None:
        """Answer with this status, in the vendor's own error shape, and do nothing."""
        said = body if body is not None else self._error_body(code, "planted fault")
        self.plant("status", mishaps.instead(code, said, headers), times, only)

    def down(self, times: int | None = None, *, only: str = "", name: str = "down") -> None:
        """Answer 503 and do nothing."""
        body = self._error_body(503, "service unavailable")
        self.plant(name, mishaps.instead(503, body), times, only)

    def refuse(self, *, name: str = "refused") -> None:
        """Answer 401, as to a credential that is not good, and do nothing."""
        body = self._error_body(401, "invalid credential")
        self.plant(name, mishaps.instead(401, body), None)

    def rate_limit(
        self,
        times: int | None = 1,
        *,
        hint: str = "retry-after",
        seconds: float = 1,
        only: str = "",
        name: str = "rate_limit",
    ) -> None:
        """Answer 429 with one kind of hint.

        `retry-after` gives seconds, `retry-after-date` an HTTP date, `reset` the second since
        1970 in X-RateLimit-Reset, `none` nothing.
        """
        until = self._clock() + seconds
        hints: dict[str, dict[str, str]] = {
            "retry-after": {"Retry-After": f"{math.ceil(seconds)}"},
            "retry-after-date": {"Retry-After": email.utils.formatdate(until, usegmt=True)},
            "reset": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{math.ceil(until)}"},
            "none": {},
        }
        body = self._error_body(429, "rate limit exceeded")
        self.plant(name, mishaps.instead(429, body, hints[hint]), times, only)

    def refuse_before(self, times: int | None = 1, *, only: str = "", name: str = "refuse") -> None:
        """Drop the connection before anything is done."""
        self.plant(name, mishaps.refused, times, only)

    def lose_answer(self, times: int | None = 1, *, only: str = "", name: str = "lost") -> None:
        """Do the work, then drop the connection."""
        self.plant(name, mishaps.lost, times, only)

    def latency(self, seconds: float, times: int | None = None, *, only: str = "") -> None:
        """Wait so many seconds before doing the work."""
        self.plant("latency", mishaps.late(seconds), times, only)

    def hang(self, times: int | None = 1, *, only: str = "") -> None:
        """Do the work and answer nothing until `clear()`."""
        self.plant("hang", mishaps.hanging(self._released), times, only)

    def drip(self, pause: float, times: int | None = 1, *, only: str = "") -> None:
        """Do the work and send the answer byte by byte, `pause` seconds apart."""
        self.plant("drip", mishaps.dripping(pause), times, only)

    def redirect(self, to: str, times: int | None = 1, *, code: int = 302, only: str = "") -> None:
        """Answer with a redirect and do nothing."""
        self.plant("redirect", mishaps.moved(to, code), times, only)

    def html(self, code: int = 502, times: int | None = 1, *, only: str = "") -> None:
        """Answer with a proxy's page and do nothing."""
        self.plant("html", mishaps.page(code), times, only)

    def plain(self, code: int = 502, times: int | None = 1, *, only: str = "") -> None:
        """Answer with plain text and do nothing."""
        self.plant("plain", mishaps.page(code, "text/plain"), times, only)

    def truncated(self, times: int | None = 1, *, only: str = "") -> None:
        """Do the work and send half of the answer."""
        self.plant("truncated", mishaps.halved, times, only)

    def nan(self, times: int | None = 1, *, only: str = "") -> None:
        """Do the work and answer with NaN, which is no JSON though many readers take it."""
        self.plant("nan", mishaps.saying(b'{"id": NaN}'), times, only)

    def huge(self, size: int = HUGE, times: int | None = 1, *, only: str = "") -> None:
        """Do the work and answer with `size` bytes, more than anybody should read."""
        self.plant("huge", mishaps.saying(b'"' + b"x" * size + b'"'), times, only)

    def lag(self, reads: int) -> None:
        """Let the next `reads` lists after a creation miss what was created."""
        self.lagging_reads = reads
        self._changes.happened()
