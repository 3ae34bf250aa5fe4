"""AppXite's cache of lists: shared by the whole company, and as old as somebody asked for.

Source: https://support.appxite.com/hc/en-us/articles/9555942691996-Optional-Caching-Policies
(read 2026-11): `X-Use-Cache: true|false`, `X-Cache-Duration` in milliseconds. The article calls
it optional and does not say what a call without the header gets; here it is served from the
cache like anybody else's (`serves_unasked`), so that only `false` is sure to be fresh.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from sandbox.clock import Clock
from sandbox.vendors.appxite_answers import RefusalError

USUAL_MS = "300000"


@dataclass(frozen=True)
class Kept:
    """An answer, and when it is thrown away."""

    body: object
    until: float


class Cache:
    """What was answered, by what was asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, Kept] = {}
        self.serves_unasked = True

    def answer(self, request: web.Request, fresh: Callable[[], object]) -> object:
        """Return what is kept, or what is fresh."""
        if not self._may_serve(request):
            return fresh()
        asked = f"{request.headers.get('X-On-Behalf-Of')} {request.path_qs}"
        kept = self._kept.get(asked)
        if kept is None or kept.until <= self._clock():
            kept = Kept(fresh(), self._clock() + _seconds(request))
            self._kept[asked] = kept
        return kept.body

    def _may_serve(self, request: web.Request) -> bool:
        told = request.headers.get("X-Use-Cache")
        return self.serves_unasked if told is None else told.casefold() == "true"


def _seconds(request: web.Request) -> float:
    told = request.headers.get("X-Cache-Duration", USUAL_MS)
    if not told.isdecimal():
        raise RefusalError(400, "X-Cache-Duration must be a number of milliseconds.")
    return int(told) / 1000
