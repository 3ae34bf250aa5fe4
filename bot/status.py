"""What watches Aboard: ``/healthz``, ``/readyz`` and ``/metrics``, on a port of their own.

Apart from Slack's door, so that a proxy in front of that cannot hand the metrics to the world, and
so that there is something to ask over Socket Mode, too. Nothing listens unless a port is named.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.app import Aboard
from bot.health import DEGRADED, SECONDS, standing
from bot.reader import ConfigurationError
from bot.watching import Watch
from bot.wire import served

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int


def health(aboard: Aboard) -> list[Route]:
    """Return the two addresses that say no more than yes or no."""

    async def readyz(_: Request) -> Response:
        how = await standing(aboard)
        answer = {"ready": how.is_ready, "problems": how.problems, "degraded": how.degraded}
        return JSONResponse(answer, status_code=200 if how.is_ready else 503)

    return [Route("/healthz", _healthz), Route("/readyz", readyz)]


async def _healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n")


def application(aboard: Aboard, watch: Watch) -> Starlette:
    """Return the ASGI application that Prometheus and a load balancer ask."""

    async def metrics(_: Request) -> Response:
        how = await standing(aboard)
        aboard.meters.ready.set(how.is_ready)
        for reason in DEGRADED:
            aboard.meters.degraded.labels(reason).set(reason in how.degraded)
        try:
            async with asyncio.timeout(SECONDS):
                await watch.look()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.warning("metrics: the database did not answer", error=type(error).__name__)
        return Response(aboard.meters.told(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[*health(aboard), Route("/metrics", metrics)])


@asynccontextmanager
async def told(aboard: Aboard, address: Address | None) -> AsyncIterator[int | None]:
    """Answer at ``address`` until the block ends; yield the port, None where nobody listens.

    Raises ``ConfigurationError`` where the address cannot be listened on.
    """
    if address is None:
        yield None
        return
    watch = Watch(aboard.means.database, aboard.means.clock, aboard.meters)
    await watch.begin()
    async with answering(application(aboard, watch), address) as port:
        yield port


@asynccontextmanager
async def answering(app: ASGIApp, address: Address) -> AsyncIterator[int]:
    """Have ``app`` answer at ``address`` until the block ends; yield the port.

    Raises ``ConfigurationError`` where the address cannot be listened on.
    """
    with _listening(address) as listener:
        async with serving(served(app, timeout_graceful_shutdown=1), listener) as port:
            yield port


@asynccontextmanager
async def serving(config: uvicorn.Config, listener: socket.socket) -> AsyncIterator[int]:
    """Serve at ``listener`` until the block ends, and leave the signals alone; yield its port."""
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        await running


class _Server(uvicorn.Server):
    """A second server in one process: the signals belong to the first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        where = f"{address.host}, port {address.port}"
        sentence = f"The status port cannot be opened on {where}: {error.strerror}."
        raise ConfigurationError([sentence]) from error
