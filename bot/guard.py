"""The guard in front of Bolt: nothing that Slack did not sign reaches a parser.

Bolt parses a body before it verifies it and answers unsigned garbage with 500. Here the signature
is checked over the raw bytes first, then size, depth and shape; what fails gets 401, 413 or 400 and
not a word more, and the log gets a reason and nothing of the body. Headers that only Bolt itself
may set are dropped: the signature does not cover them. Who brings no timestamp of now and no
signature is refused before the body is waited for, and who sends the body too slowly as well.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import structlog
from pydantic import SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.passed import Passed

_log = structlog.get_logger(__name__)

WINDOW_SECONDS = 300
LARGEST_BODY = 256 * 1024
DEEPEST = 64
BODY_SECONDS = 10.0
PAYLOAD = "aboard.payload"
"""Where the application behind the guard finds what was sent, parsed once."""

_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_OURS_ALONE = b"x-slack-bolt-"
_FORM = b"application/x-www-form-urlencoded"
_JSON = b"application/json"
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""A text counts as one, also where it never ends: to look for its end again would take for ever."""


STATUSES = (400, 401, 413)
"""What the guard answers to what it does not let through."""


class RefusedError(Exception):
    """A request that is not let through, with the status and the reason for the log."""

    def __init__(self, status: int, reason: str) -> None:
        """Refuse with ``status``."""
        super().__init__(reason)
        self.status, self.reason = status, reason


class Guard:
    """ASGI middleware. ``now`` returns seconds since the epoch."""

    def __init__(
        self,
        app: ASGIApp,
        secret: SecretStr,
        now: Callable[[], float],
        told: Callable[[int, str], None] = lambda _, __: None,
        previous: SecretStr | None = None,
    ) -> None:
        """Let through to ``app`` what was signed with ``secret``; tell ``told`` of the rest.

        It is given the status and the reason, and 200 and ``again`` for what passes once more; it
        must be quick. While the secret is being replaced, what was signed with ``previous`` passes
        as well, unless that is empty.
        """
        self._app, self._now, self._told = app, now, told
        self._secrets = (secret, previous) if previous is not None else (secret,)
        self._passed = Passed(2 * WINDOW_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, then hand it on with its body read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._stamp(scope["headers"])
            body = await _whole(scope, receive)
            payload = self.check(scope["headers"], body)
        except RefusedError as refusal:
            _log.warning("refused", reason=refusal.reason, status=refusal.status)
            self._told(refusal.status, refusal.reason)
            await _refuse(send, refusal.status)
            return
        kept = [pair for pair in scope["headers"] if not pair[0].lower().startswith(_OURS_ALONE)]
        await self._app({**scope, "headers": kept, PAYLOAD: payload}, _again(body), send)

    def check(self, headers: list[tuple[bytes, bytes]], body: bytes) -> dict[str, Any]:
        """Return what ``body`` holds; ``RefusedError`` unless it is signed and of Slack's shape."""
        timestamp, signature = self._stamp(headers)
        if not self._is_signed(timestamp, body, signature):
            raise RefusedError(401, "signature")
        payload = _payload(headers, body)
        if self._passed.before(signature, self._now()):
            self._told(200, "again")
        return payload

    def _stamp(self, headers: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
        """Return timestamp and signature, of the form and the age that Slack's have."""
        timestamp = _only(headers, b"x-slack-request-timestamp", _TIMESTAMP)
        signature = _only(headers, b"x-slack-signature", _SIGNATURE)
        if abs(self._now() - int(timestamp)) > WINDOW_SECONDS:
            raise RefusedError(401, "stale")
        return timestamp, signature

    def _is_signed(self, timestamp: bytes, body: bytes, signature: bytes) -> bool:
        keys = [one.get_secret_value().encode() for one in self._secrets]
        made = [signature_of(key, timestamp, body) for key in keys if key]
        return any(hmac.compare_digest(one, signature) for one in made)


def signature_of(key: bytes, timestamp: bytes, body: bytes) -> bytes:
    """Return what Slack signs ``body`` with at ``timestamp``, seconds in digits, with ``key``."""
    base = b"v0:" + timestamp + b":" + body
    return b"v0=" + hmac.new(key, base, hashlib.sha256).hexdigest().encode()


def _only(headers: list[tuple[bytes, bytes]], name: bytes, form: re.Pattern[bytes]) -> bytes:
    values = [value for key, value in headers if key.lower() == name]
    if len(values) != 1 or form.fullmatch(values[0]) is None:
        raise RefusedError(401, "headers")
    return values[0]


async def _whole(scope: Scope, receive: Receive) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _body(scope, receive)
    except TimeoutError as error:
        raise RefusedError(400, "slow") from error


async def _body(scope: Scope, receive: Receive) -> bytes:
    for key, value in scope["headers"]:
        if key.lower() == b"content-length" and _too_large(value):
            raise RefusedError(413, "size")
    parts, size, more = list[bytes](), 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise RefusedError(400, "gone")
        parts.append(message.get("body", b""))
        size, more = size + len(parts[-1]), message.get("more_body", False)
        if size > LARGEST_BODY:
            raise RefusedError(413, "size")
    return b"".join(parts)


def _too_large(length: bytes) -> bool:
    few = len(length) < len(b"1000000")
    return not (few and length.isdigit() and int(length) <= LARGEST_BODY)


def _payload(headers: list[tuple[bytes, bytes]], body: bytes) -> dict[str, Any]:
    kinds = [
        value.split(b";")[0].strip() for key, value in headers if key.lower() == b"content-type"
    ]
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(400, "encoding") from error
    if kinds == [_JSON]:
        return _object(text)
    if kinds == [_FORM]:
        return _form(text)
    raise RefusedError(400, "content-type")


def _form(text: str) -> dict[str, Any]:
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise RefusedError(400, "form") from error
    if "payload" in fields:
        return _object(fields["payload"])
    if "command" not in fields:
        raise RefusedError(400, "form")
    return dict(fields)


def _object(text: str) -> dict[str, Any]:
    if _depth(text) > DEEPEST:
        raise RefusedError(400, "depth")
    try:
        value: Any = json.loads(text)
    except ValueError as error:
        raise RefusedError(400, "json") from error
    if not isinstance(value, dict) or not _has_actions(value):
        raise RefusedError(400, "shape")
    return value


def _has_actions(payload: dict[str, Any]) -> bool:
    """Tell whether a press says what was pressed; Bolt takes that for granted."""
    actions = payload.get("actions", [{"action_id": ""}])
    return (
        isinstance(actions, list)
        and bool(actions)
        and all(isinstance(one, dict) and "action_id" in one for one in actions)
    )


def _depth(text: str) -> int:
    """Return how deep the brackets of ``text`` nest, without parsing: a parser may recurse."""
    depth = deepest = 0
    for found in _STRUCTURE.finditer(text):
        sign = found.group()
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _again(body: bytes) -> Receive:
    """Return the body once more, for the application behind."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
