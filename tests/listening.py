"""An application that is served on loopback."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from benchmarks.ports import HOST
from bot.status import serving
from bot.wire import served

_KEPT = 600
"""Seconds; a connection that ends just when it is used again looks like a bot that is gone."""


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application until the block ends; yield its address."""
    with socket.create_server((HOST, 0)) as listener:
        async with serving(served(app, timeout_keep_alive=_KEPT), listener) as port:
            yield f"http://{HOST}:{port}"
