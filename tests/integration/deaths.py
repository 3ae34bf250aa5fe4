"""Inside a bot: the points at which it can die, and the death itself, SIGKILL by its own hand.

A point is before and after every commit that wrote, every call to a vendor or to GitHub, every call
to Slack, and every acknowledgement. Whoever started the bot counts down from outside, through
memory that both see; the point that takes the count to nothing is the last one.
"""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from ctypes import Array, c_longlong
from functools import wraps
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from httpx_aiohttp import AiohttpTransport
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import Connection
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.pool import PoolProxiedConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import server

LEFT, PASSED = 0, 1
WRITES = ("INSERT", "UPDATE", "DELETE")
KINDS = tuple(f"{when} {what}" for what in ("commit", "vendor", "Slack", "ack")
              for when in ("before", "after"))  # fmt: skip
"""What a point can be."""

Fate = Array[c_longlong]
"""How many points are left to it, 0 for no end, and how many it has passed."""


class Points:
    """Counts the points of this process, and ends it at the one that was chosen."""

    def __init__(self, fate: Fate, told: Path, only: str = "") -> None:
        """End by ``fate``, and write down in ``told`` where that was.

        Where ``only`` is given, points that are called otherwise do not count.
        """
        self._fate, self._told, self._only = fate, told, only
        self._lock = threading.Lock()

    def pass_by(self, kind: str, what: str) -> None:
        """Pass a point, or die there."""
        if self._only not in f"{kind}: {what}":
            return
        with self._lock:
            self._fate[PASSED] += 1
            if self._fate[LEFT] > 0:
                self._fate[LEFT] -= 1
                if self._fate[LEFT] == 0:
                    self._die(f"{kind}: {what}\n")

    def _die(self, where: str) -> None:
        with self._told.open("a", encoding="utf-8") as told:
            told.write(where)
        os.kill(os.getpid(), signal.SIGKILL)

    def plant(self) -> None:
        """Put points at everything that others can see of this process."""
        _around_commits(self)
        _around(AiohttpTransport, "handle_async_request", self, "vendor", _request_of)
        _around(AsyncWebClient, "api_call", self, "Slack", lambda call: str(call[0]))
        listened = server.http

        def deadly(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the server is given
            return _Answering(listened(*given, **named), self)

        server.http = deadly


def _request_of(call: Sequence[Any]) -> str:
    return f"{call[0].method} {call[0].url.path}"


def _around(
    owner: type, name: str, points: Points, kind: str, what: Callable[[Sequence[Any]], str]
) -> None:
    """Put a point before and after a call."""
    call = getattr(owner, name)

    @wraps(call)
    async def between(self: object, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - any call
        said = what(given or tuple(named.values()))
        points.pass_by(f"before {kind}", said)
        answer = await call(self, *given, **named)
        points.pass_by(f"after {kind}", said)
        return answer

    setattr(owner, name, between)


def _around_commits(points: Points) -> None:
    """Put a point before and after each commit of a transaction that wrote something."""
    patched: Any = DefaultDialect
    commit = patched.do_commit

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def note(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        words = statement.split(maxsplit=3)
        if words and words[0].upper() in WRITES:
            connection.info.setdefault("wrote", " ".join(words[:3]))

    @sa.event.listens_for(sa.Engine, "rollback")
    def forget(connection: Connection) -> None:
        connection.info.pop("wrote", None)

    def counted(self: DefaultDialect, connection: PoolProxiedConnection) -> None:
        wrote = connection.info.pop("wrote", None)
        if wrote is not None:
            points.pass_by("before commit", wrote)
        commit(self, connection)
        if wrote is not None:
            points.pass_by("after commit", wrote)

    patched.do_commit = counted


class _Answering:
    """Answers as the application does, with a point before and after what Slack waits for."""

    def __init__(self, app: ASGIApp, points: Points) -> None:
        self._app, self._points = app, points

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope.get("path") != "/slack/events":
            return await self._app(scope, receive, send)

        async def told(message: Message) -> None:
            is_start = message["type"] == "http.response.start"
            if is_start:
                self._points.pass_by("before ack", str(message["status"]))
            await send(message)
            if not is_start and not message.get("more_body"):
                self._points.pass_by("after ack", "")

        return await self._app(scope, receive, told)
