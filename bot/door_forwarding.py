"""What Slack sends goes to the process of its workspace, byte for byte, and the answer back.

Slack signed it (``bot.guard`` looked). The door signs it anew, with a secret of that process alone:
whoever has one process's can speak to no other, nor to the door. Nothing is kept and nothing is
tried again here: what the process did not acknowledge, Slack hears of, and sends an event anew.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from prometheus_client import Counter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.door_settings import EVENTS_PATH
from bot.guard import PAYLOAD, signature_of
from storage.installations import Installations

_log = structlog.get_logger(__name__)

SECONDS = 2.9
"""Slack waits three."""

LARGEST_ANSWER = 2**20

_HANDED_ON = (
    "content-type", "x-slack-request-timestamp", "x-slack-retry-num", "x-slack-retry-reason",
)  # fmt: skip
_STAMP, _SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
_HANDED_BACK = ("content-type", "x-slack-no-retry")
_NOT_HERE = "Aboard is not set up for this workspace. Ask whoever runs it."
OUTCOMES = ("forwarded", "unknown", "unreachable")
ENDS = frozenset({"app_uninstalled", "tokens_revoked"})

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Process:
    """The process of one workspace: its address, its secret, and connections of its own.

    One that hangs uses up no other's.
    """

    url: str
    secret: str
    session: aiohttp.ClientSession

    def signature(self, stamp: str, body: bytes) -> str:
        """Return what Slack would sign a request with, had it this process's secret."""
        return signature_of(self.secret.encode(), stamp.encode(), body).decode()


@dataclass(frozen=True, slots=True)
class Forwarding:
    """``POST /slack/events``, behind the guard. ``processes`` has that of each team."""

    processes: Mapping[str, Process]
    installations: Installations
    taken: Counter

    async def take(self, request: Request) -> Response:
        """Answer what Slack sent."""
        payload: Payload = request.scope[PAYLOAD]
        if payload.get("type") == "url_verification":
            return PlainTextResponse(str(payload.get("challenge")))
        team = team_of(payload)
        await self._forget(team, payload)
        process = self.processes.get(team)
        if process is None:
            return self._unknown(team, payload)
        try:
            async with asyncio.timeout(SECONDS):
                answer = await _handed_on(request, process)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.error("workspace unreachable", team=team, error=type(error).__name__)
            self.taken.labels("unreachable").inc()
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        self.taken.labels("forwarded").inc()
        return answer

    async def _forget(self, team: str, payload: Payload) -> None:
        """Drop the token of a workspace that no longer has the app, before Slack is answered."""
        event = payload.get("event")
        if payload.get("type") != "event_callback" or not isinstance(event, dict):
            return
        told = event.get("tokens")
        bots = told.get("bot") if isinstance(told, dict) else None
        if event.get("type") not in ENDS or (event.get("type") == "tokens_revoked" and not bots):
            return
        until = payload.get("event_time")
        if isinstance(until, int):
            gone = await asyncio.to_thread(self.installations.delete, team, until)
            _log.info("uninstalled", team=team, installations=gone)

    def _unknown(self, team: str, payload: Payload) -> Response:
        """Say that nobody is there; to a person in words, to Slack so that it does not repeat."""
        _log.warning("unknown workspace", team=team)
        self.taken.labels("unknown").inc()
        if "command" in payload:
            return JSONResponse({"response_type": "ephemeral", "text": _NOT_HERE})
        return Response(status_code=HTTPStatus.NOT_FOUND, headers={"x-slack-no-retry": "1"})


async def _handed_on(request: Request, process: Process) -> Response:
    headers = {name: request.headers[name] for name in _HANDED_ON if name in request.headers}
    body = await request.body()
    headers[_SIGNATURE] = process.signature(headers[_STAMP], body)
    url = f"{process.url}{EVENTS_PATH}"
    async with process.session.post(url, data=body, headers=headers) as answer:
        content = await _all_of(answer.content)
        kept = {one: answer.headers[one] for one in _HANDED_BACK if one in answer.headers}
        return Response(content, answer.status, headers=kept)


async def _all_of(stream: aiohttp.StreamReader) -> bytes:
    whole = bytearray()
    async for part in stream.iter_any():
        whole += part
        if len(whole) > LARGEST_ANSWER:
            raise aiohttp.ClientPayloadError("an answer of a workspace's process is too large")
    return bytes(whole)


def team_of(payload: Payload) -> str:
    """Return the workspace that something happened in; empty where it does not say.

    A press in a shared channel counts for the workspace that Slack names, and not for that of the
    one who pressed: the process there refuses strangers itself.
    """
    team = payload.get("team")
    named = team.get("id") if isinstance(team, dict) else payload.get("team_id")
    return named if isinstance(named, str) else ""
