"""The only HTTP: sends one call, bounds it, checks the answer, sorts what went wrong.

It never repeats a call by itself, but for one that was refused with a credential that somebody has
replaced since: a 401 says that nothing was done. It never follows a redirect. A deadline spans the
whole call: httpx's own time-out counts from byte to byte, and a vendor that drips one a second
would hold a call for ever. Bodies are never logged and never kept; causes are cut off (``from
None``), since the words of httpx and aiohttp hold whole addresses.
"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import httpx
from pydantic import JsonValue, TypeAdapter

from vendors.body import BodyError, documented, looks_like_html, read_bounded, strict_json
from vendors.call import Call, Endpoint, Renewable
from vendors.errors import (
    AmbiguousError,
    RejectedError,
    ResponseError,
    UnavailableError,
    VendorError,
)
from vendors.refusals import Answer, lost, refusal, told_date, told_rest
from vendors.tools import Observation, Tools
from vendors.transport import LOST, http_client, watched_sending

T = TypeVar("T")

_TRACE = re.compile(r"[\w.:/-]{1,128}", re.ASCII)

_LARGE = 16_384
"""Bytes from which reading an answer takes so long that the event loop goes on meanwhile."""

_READ = httpx.ByteStream(b"")
"""In the place of a stream that was read. httpx's refers to the answer that has it: only Python's
collector would find the two, with all that aiohttp knew of them, while every thread waits."""


@dataclass(slots=True)
class _Trail:
    """What one call has left behind so far, for the observer."""

    status: int | None = None
    trace: str | None = None
    failure: str | None = "cancelled"
    date: datetime | None = None
    remaining: int | None = None

    def clear(self) -> None:
        """Begin anew: what follows is another sending."""
        self.status = self.trace = self.date = self.remaining = None


class VendorClient:
    """The connections to one vendor. Every failure of a call is a ``VendorError``."""

    def __init__(self, endpoint: Endpoint, tools: Tools) -> None:
        self._endpoint = endpoint
        self._tools = tools
        self._http = http_client(tools.tls, tools.limits)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def fetch(self, call: Call, shape: TypeAdapter[T]) -> T:
        """Send ``call`` and return the answer's body as ``shape``.

        A yes with another body raises ``ResponseError``, or ``AmbiguousError`` where the call
        changes something: it probably did.
        """
        return await self._observed(call, lambda answer: documented(answer.body, shape))

    async def acknowledge(self, call: Call) -> None:
        """Send ``call`` and accept any yes but a web page, whatever its body."""
        await self._observed(call, _acknowledged)

    async def glance(self, call: Call) -> JsonValue:
        """Send ``call`` and accept any yes but a web page; return its body, None if no JSON."""
        return await self._observed(call, _glanced)

    async def _observed(self, call: Call, read: Callable[[Answer], T]) -> T:
        loop = asyncio.get_running_loop()
        trail, started = _Trail(), loop.time()
        try:
            value = await self._read(call, read, trail)
            trail.failure = None
        except VendorError as error:
            trail.failure = error.kind
            raise
        else:
            return value
        finally:
            self._report(call, trail, loop.time() - started)

    def _report(self, call: Call, trail: _Trail, seconds: float) -> None:
        self._tools.observer(
            Observation(
                vendor=self._endpoint.name,
                method=call.method,
                path=call.path,
                status=trail.status,
                seconds=seconds,
                trace=trail.trace,
                failure=trail.failure,
                date=trail.date,
                remaining=trail.remaining,
            )
        )

    async def _read(self, call: Call, read: Callable[[Answer], T], trail: _Trail) -> T:
        try:
            answer = await self._answer(call, trail)
            if not self._endpoint.accepted(answer.status):
                raise refusal(self._endpoint, call, answer, self._tools.clock())
            if len(answer.body) < _LARGE:
                return read(answer)
            async with self._tools.reading:
                return await asyncio.to_thread(read, answer)
        except BodyError as error:
            raise self._unreadable(call, error, trail) from None

    def _unreadable(self, call: Call, error: BodyError, trail: _Trail) -> VendorError:
        title = self._endpoint.title
        kind = ResponseError if call.may_repeat else AmbiguousError
        sentence = f"{title} said yes, but the body {error}."
        return kind(self._endpoint.name, sentence, trail.status, trail.trace)

    async def _answer(self, call: Call, trail: _Trail) -> Answer:
        """Return the whole answer, within the deadline."""
        with watched_sending() as sending:
            try:
                async with asyncio.timeout(self._tools.limits.total):
                    answer = await self._sent(call, trail)
                    if not self._is_outdated(answer):
                        return answer
                    sending.begun = False
                    trail.clear()
                    return await self._sent(call, trail)
            except LOST as error:
                if not sending.begun:
                    raise self._never_sent(error) from None
                why = "did not answer in time" if _late(error) else "gave no whole answer"
                raise lost(self._endpoint, call, why) from None

    def _is_outdated(self, answer: Answer) -> bool:
        """Tell whether the vendor refused a credential that is no longer ours."""
        auth = self._endpoint.auth
        refused = answer.status == httpx.codes.UNAUTHORIZED
        return refused and isinstance(auth, Renewable) and auth.is_renewed(answer.sent)

    def _never_sent(self, error: BaseException) -> VendorError:
        reason = type(error.__cause__ or error).__name__
        sentence = f"{self._endpoint.title} could not be reached ({reason}); nothing was sent."
        return UnavailableError(self._endpoint.name, sentence, unsent=True)

    async def _sent(self, call: Call, trail: _Trail) -> Answer:
        async with self._http.stream(
            call.method,
            self._address(call),
            params=list(call.query) or None,
            content=_content(call),
            headers=_headers(call),
            auth=self._endpoint.auth,
        ) as response:
            trail.status = response.status_code
            trail.trace = self._trace(response)
            trail.date, trail.remaining = told_date(response.headers), told_rest(response.headers)
            body = await self._body(response)
            sent = (*call.carried(), *response.request.headers.values())
        response.stream = _READ
        return Answer(response.status_code, response.headers, body, trail.trace, sent)

    def _address(self, call: Call) -> str:
        try:
            return f"{self._endpoint.base_url}{call.filled_path()}"
        except ValueError:
            sentence = f"{self._endpoint.title} cannot be asked for an empty or dotted name."
            raise RejectedError(self._endpoint.name, sentence) from None

    async def _body(self, response: httpx.Response) -> bytes:
        try:
            return await read_bounded(response, self._tools.limits.body)
        except BodyError:
            if response.is_success:
                raise
            return b""  # the status alone says what to do

    def _trace(self, response: httpx.Response) -> str | None:
        trace = response.headers.get(self._endpoint.trace_header, "")
        return trace if _TRACE.fullmatch(trace) else None


def _content(call: Call) -> str | None:
    return call.text if call.body is None else json.dumps(call.body, allow_nan=False)


def _headers(call: Call) -> dict[str, str]:
    content = {} if call.body is None else {"content-type": "application/json"}
    return {**content, **call.headers}


def _late(error: BaseException) -> bool:
    return isinstance(error, TimeoutError | httpx.ReadTimeout)


def _acknowledged(answer: Answer) -> None:
    if looks_like_html(answer.body):
        raise BodyError("is a web page")


def _glanced(answer: Answer) -> JsonValue:
    _acknowledged(answer)
    try:
        return strict_json(answer.body)
    except BodyError:
        return None
