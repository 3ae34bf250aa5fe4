"""Requests as Slack signs them, sent to a guard in front of an application that remembers them."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import httpx
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from bot.guard import Guard

SECRET = "the-secret-of-the-tests"
NOW = 1_800_000_000
COMMAND = b"command=%2Faboard&text=help&team_id=T0&user_id=U0"
FORM = b"application/x-www-form-urlencoded"
JSON = b"application/json"

Headers = list[tuple[bytes, bytes]]


def signature(body: bytes, timestamp: bytes, secret: str = SECRET) -> bytes:
    """Return Slack's signature: HMAC-SHA256 over ``v0:timestamp:body``, in hexadecimal."""
    base = b"v0:" + timestamp + b":" + body
    return b"v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest().encode()


def headers(body: bytes, kind: bytes = FORM, timestamp: bytes = b"%d" % NOW) -> Headers:
    """Return the headers under which Slack sends ``body``."""
    return [
        (b"content-type", kind),
        (b"x-slack-request-timestamp", timestamp),
        (b"x-slack-signature", signature(body, timestamp)),
    ]


def without(given: Headers, name: bytes) -> Headers:
    """Return the headers but for one."""
    return [pair for pair in given if pair[0] != name]


def with_value(given: Headers, name: bytes, value: bytes) -> Headers:
    """Return the headers with another value for one of them."""
    return [(key, value if key == name else old) for key, old in given]


@dataclass
class Remembering:
    """An application that answers 200 and remembers what reached it."""

    bodies: list[bytes] = field(default_factory=list)
    headers: list[Headers] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        self.bodies.append(message["body"])
        self.headers.append(scope["headers"])
        self.scopes.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"taken"})


@dataclass
class Guarded:
    """A guard whose clock stands at ``now``, what it ``told``, and the application behind it."""

    now: float = NOW
    app: Remembering = field(default_factory=Remembering)
    previous: str | None = None
    told: list[tuple[int, str]] = field(default_factory=list)

    @cached_property
    def guard(self) -> Guard:
        """The guard, which is one for all that is posted."""
        previous = None if self.previous is None else SecretStr(self.previous)
        return Guard(
            self.app,
            SecretStr(SECRET),
            lambda: self.now,
            lambda status, reason: self.told.append((status, reason)),
            previous,
        )

    async def post(self, body: bytes, given: Iterable[tuple[bytes, bytes]]) -> httpx.Response:
        """Send ``body`` under these headers, raw as they are."""
        transport = httpx.ASGITransport(self.guard)
        async with httpx.AsyncClient(transport=transport, base_url="http://aboard") as client:
            request = client.build_request("POST", "/slack/events", content=body)
            request.headers = httpx.Headers(list(given))
            return await client.send(request)
