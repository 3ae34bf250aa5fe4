"""The wire that Aboard is called on: HTTP/1.1 by httptools, with the bounds that it lacks.

httptools needs a fraction of the CPU that h11 needs, which uvicorn takes without it, and keeps a
head, a trailer and what is pipelined for as long as they go on. Slack sends some hundred bytes in a
dozen fields, and so does who watches Aboard.

https://www.rfc-editor.org/rfc/rfc9112, https://github.com/MagicStack/httptools
"""

import asyncio
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""Bytes that may come in a row without a head or a body getting any further."""

MOST_FIELDS = 100
MOST_AHEAD = 8
"""So many requests may wait on a connection for the answer to one before them."""

HEAD_SECONDS = 10.0
"""From the first byte of a head to its end, or of what leads to none."""

_OLD_METHODS = (b"GET", b"HEAD", b"POST")
"""All that HTTP/1.0 has; RTSP/1.0 has none of them, and httptools does not tell the two apart."""


def served(app: ASGIApp, **given: Any) -> uvicorn.Config:  # noqa: ANN401 - uvicorn's own
    """Say how ``app`` is served: on this wire, as HTTP alone, and without a word of uvicorn's."""
    return uvicorn.Config(
        app, http=Wire, ws="none", lifespan="off",
        log_config=None, access_log=False, server_header=False, proxy_headers=False, **given,
    )  # fmt: skip


class WireError(Exception):
    """More comes than Slack would send, or other: httptools gives up, and uvicorn answers 400."""


class Wire(HttpToolsProtocol):
    """Speaks with one caller. uvicorn takes a class, and has no option for any of its bounds."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Take what uvicorn gives."""
        super().__init__(*given, **named)
        self._received = self._far = 0
        self._in_head = False
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's is as narrow
        """Wait for the first byte as long as for that of a next request."""
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget whoever hung up."""
        self._unset_keepalive_if_required()
        self._be_in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and give up where it leads nowhere."""
        self._received += len(data)
        super().data_received(data)
        if self._received - self._far > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")
        elif self._late is None and (self._in_head or self._is_idle()):
            self._late = self.loop.call_later(HEAD_SECONDS, self.shutdown)

    def on_message_begin(self) -> None:
        """Begin a head, unless too many requests wait."""
        if len(self.pipeline) >= MOST_AHEAD:
            raise WireError
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a field of the head; one behind the body would join those that were judged."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand on a head that is small enough, and that everybody reads alike."""
        self._be_in_time()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > MOST_FIELDS or size > LARGEST_HEAD or not self._is_plain():
            raise WireError
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Hand on a part of the body."""
        self._far = self._received
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Have the next head begin anew."""
        self._far = self._received
        super().on_message_complete()

    def _is_plain(self) -> bool:
        """Tell whether it is HTTP/1.1 or 1.0 and stays so, and which host and coding it means."""
        if self.parser.should_upgrade():
            return False
        version, hosts = self.parser.get_http_version(), self._values(b"host")
        codings = [one.lower() for one in self._values(b"transfer-encoding")]
        if version == "1.1":
            return len(hosts) == 1 and codings in ([], [b"chunked"])
        old = version == "1.0" and self.parser.get_method() in _OLD_METHODS
        return old and len(hosts) <= 1 and not codings

    def _values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key == name]

    def _is_idle(self) -> bool:
        """Tell whether nothing is worked on, and no clock of uvicorn's runs."""
        done = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]  # uvicorn's is None at first
        return done and self.timeout_keep_alive_task is None

    def _be_in_time(self) -> None:
        """Note that a head has come to its end, or that none is waited for."""
        self._far, self._in_head = self._received, False
        if self._late is not None:
            self._late.cancel()
            self._late = None
