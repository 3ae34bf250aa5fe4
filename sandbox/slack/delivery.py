"""Sending to the app, and what Slack makes of the answer.

Source: https://docs.slack.dev/apis/events-api (three seconds, then retries at once, after one
and after five minutes, with x-slack-retry-num and x-slack-retry-reason) and
https://docs.slack.dev/interactivity/handling-user-interaction (read 2026-11).
"""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.model import Json
from sandbox.slack.signing import signed
from sandbox.slack.state import State

PATIENCE = 3.0
RETRIES = (0.0, 60.0, 300.0)
OK = 200
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True)
class Answer:
    """How the app took a delivery; `status` is None when no answer came in time."""

    status: int | None
    seconds: float
    body: bytes = b""
    content_type: str = ""
    error: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether Slack is content."""
        return self.error is None

    def json(self) -> Json | None:
        """Return the body where it is a JSON object."""
        try:
            body = json.loads(self.body) if self.body else None
        except ValueError:
            return None
        return body if isinstance(body, dict) else None


class Transport(Protocol):
    """A way to the app: HTTP or a socket."""

    async def send(self, kind: str, payload: Json, retry: Mapping[str, str]) -> Answer:
        """Send one payload of `kind` command, interaction, options or event."""
        ...


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """Write a payload as Slack does over HTTP: JSON for events, forms for the rest."""
    if kind == "event":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "command" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


class Http:
    """Signed POSTs to the app's request URL."""

    def __init__(self, state: State, session: aiohttp.ClientSession) -> None:
        self._state = state
        self._session = session
        self.request_url = ""
        self.patience = PATIENCE

    async def send(self, kind: str, payload: Json, retry: Mapping[str, str]) -> Answer:
        """Sign and POST one payload."""
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **retry}
        stamp = int(self._state.clock())
        return await self.post(body, headers | signed(self._state.app.signing_secret, stamp, body))

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST bytes as they are, and wait three seconds at most."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.patience):
                return await self._exchange(body, headers, began)
        except TimeoutError:
            return Answer(None, time.monotonic() - began, error="operation_timeout")
        except (aiohttp.ClientError, OSError):
            return Answer(None, time.monotonic() - began, error="dispatch_failed")

    async def _exchange(self, body: bytes, headers: Mapping[str, str], began: float) -> Answer:
        all_headers = {"User-Agent": USER_AGENT, "Accept": "application/json,*/*", **headers}
        async with self._session.post(
            self.request_url, data=body, headers=all_headers, allow_redirects=False
        ) as response:
            said = await response.read()
            return Answer(
                response.status,
                time.monotonic() - began,
                said,
                response.content_type,
                None if response.status == OK else "dispatch_failed",
                dict(response.headers),
            )
