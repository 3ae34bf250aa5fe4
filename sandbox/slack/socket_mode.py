"""Socket Mode: the same payloads in envelopes over a WebSocket that the app opened.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode (read 2026-11): a ticket is good
for one connection; hello comes first; every envelope wants `{"envelope_id": …}` back, with a
`payload` where the envelope accepts one; `disconnect` asks the app to come back. Payloads go to
one of the connections, each in turn.
"""

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Mapping

from aiohttp import WSMsgType, web

from sandbox.slack.delivery import OK, PATIENCE, Answer
from sandbox.slack.model import Json, SlackError
from sandbox.slack.state import State

TYPES = {
    "command": "slash_commands",
    "interaction": "interactive",
    "options": "interactive",
    "event": "events_api",
}


class Sockets:
    """The open connections, and the envelopes that wait for an answer."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turn = 0
        self.connections: list[web.WebSocketResponse] = []
        self.patience = PATIENCE

    def open(self) -> str:
        """Return a WebSocket URL that works once."""
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        host = self._state.base_url.removeprefix("http://")
        return f"ws://{host}/slack/link?ticket={ticket}&app_id={self._state.app.id}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response(SlackError("invalid_ticket").body(), status=408)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections.append(socket)
        try:
            await socket.send_json(self._hello())
            self._state.changes.happened()
            await self._listen(socket)
        finally:
            self.connections.remove(socket)
            self._state.changes.happened()
        return socket

    async def send(self, kind: str, payload: Json, retry: Mapping[str, str]) -> Answer:
        """Send one payload to a connection and wait three seconds for its acknowledgement."""
        began = time.monotonic()
        if not self.connections:
            return Answer(None, 0.0, error="dispatch_failed")
        self._turn += 1
        socket = self.connections[self._turn % len(self.connections)]
        envelope = self._envelope(kind, payload, retry)
        try:
            async with asyncio.timeout(self.patience):
                return await self._exchange(socket, envelope, began)
        except TimeoutError:
            return Answer(None, time.monotonic() - began, error="operation_timeout")
        except ConnectionError:
            return Answer(None, time.monotonic() - began, error="dispatch_failed")

    async def refresh(self) -> None:
        """Ask every connection to come back, as Slack does every few hours."""
        for socket in list(self.connections):
            await socket.send_json(
                {"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}
            )
            await socket.close()

    async def close(self) -> None:
        """End every connection."""
        for socket in list(self.connections):
            with contextlib.suppress(ConnectionError):
                await socket.close()

    async def _exchange(
        self, socket: web.WebSocketResponse, envelope: Json, began: float
    ) -> Answer:
        name = envelope["envelope_id"]
        waiter = self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_json(envelope)
            acknowledged = await waiter
        finally:
            del self._waiting[name]
        said = acknowledged.get("payload")
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        seconds = time.monotonic() - began
        return Answer(OK, seconds, b"" if said in (None, "", {}) else body, "application/json")

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            acknowledged = json.loads(message.data)
            waiter = self._waiting.get(str(acknowledged.get("envelope_id")))
            if waiter is not None and not waiter.done():
                waiter.set_result(acknowledged)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._state.app.id},
        }

    def _envelope(self, kind: str, payload: Json, retry: Mapping[str, str]) -> Json:
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "payload": payload,
            "type": TYPES[kind],
            "accepts_response_payload": kind != "event",
        }
        if kind == "event":
            envelope["retry_attempt"] = int(retry.get("X-Slack-Retry-Num", "0"))
            envelope["retry_reason"] = retry.get("X-Slack-Retry-Reason", "")
        return envelope
