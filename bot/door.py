"""The door: one address for the Slack app, in front of a process of Aboard for each workspace.

It installs the app, keeps the tokens sealed, and hands on what Slack signed. It knows no request,
no policy and no vendor; a process of a workspace knows no other workspace.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from ssl import SSLContext

import sqlalchemy as sa
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import logs, manifest, slack
from bot.door_forwarding import OUTCOMES, SECONDS, Forwarding, Process
from bot.door_installing import Installing
from bot.door_settings import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH, DoorSettings
from bot.guard import STATUSES, Guard
from bot.rotation import Rotation
from bot.server import run
from bot.status import Address, answering
from storage.engine import create_engine
from storage.installations import Installations, signing_secret_of
from storage.oauth_states import States


class DoorMeters:
    """What is counted at the door, in a registry of its own."""

    def __init__(self) -> None:
        """Make every counter, at zero: else Prometheus does not see the first time."""
        self.registry = CollectorRegistry(auto_describe=True)
        self.taken = self._counter(
            "aboard_door_requests",
            "Requests of Slack's, by what became of them: forwarded, unknown or unreachable.",
            "outcome",
            OUTCOMES,
        )
        self.refused = self._counter(
            "aboard_door_refused",
            "Requests that the guard refused, by HTTP status: they were not Slack's.",
            "status",
            STATUSES,
        )

    def _counter(self, name: str, help_text: str, label: str, values: Iterable[object]) -> Counter:
        """Make a counter that has ``label``, at zero for each of its ``values``."""
        made = Counter(name, help_text, [label], registry=self.registry)
        for value in values:
            made.labels(str(value))
        return made

    def names(self) -> list[str]:
        """Return the name of every meter as Prometheus reads it."""
        return [f"{one.name}_total" for one in self.registry.collect()]


@dataclass(frozen=True, slots=True)
class Door:
    """The composed door: what Slack and browsers reach, and what watches it."""

    app: Starlette
    status: Starlette
    installations: Installations
    rotation: Rotation


def installations_of(settings: DoorSettings, engine: Engine) -> Installations:
    """Return the door's installations, with their tables made."""
    found = Installations(engine, settings.environment.slack_client_id, settings.keys)
    found.prepare()
    return found


@asynccontextmanager
async def compose(
    settings: DoorSettings, now: Callable[[], float] = time.time
) -> AsyncIterator[Door]:
    """Yield the door; ``now`` tells seconds of the epoch."""
    async with AsyncExitStack() as stack:
        engine = create_engine(settings.environment.slack_installations.get_secret_value())
        stack.callback(engine.dispose)
        installations = await asyncio.to_thread(installations_of, settings, engine)
        states, meters = States(engine, now), DoorMeters()
        await asyncio.to_thread(states.prepare)
        trust = settings.trust()
        calling = await stack.enter_async_context(slack.session(trust))
        address = f"{settings.environment.slack_api_url}/"
        client = AsyncWebClient(base_url=address, session=calling, timeout=slack.SECONDS)
        installing = Installing(
            settings, manifest.scopes(), installations, states, client, logs.learn, now
        )
        processes = await _processes(settings, trust, stack)
        forwarding = Forwarding(processes, installations, meters.taken)
        rotation = Rotation(settings.credentials, logs.learn)
        loop = rotation.loop()
        loop.start()
        stack.push_async_callback(loop.stop)
        app = _application(settings, (installing, forwarding), meters, engine, now)
        status = Starlette(routes=[*_health(engine), Route("/metrics", _metrics(meters))])
        yield Door(app, status, installations, rotation)


async def _processes(
    settings: DoorSettings, trust: SSLContext, stack: AsyncExitStack
) -> Mapping[str, Process]:
    """Return the process of each team; the connections to it end with ``stack``."""
    found = dict[str, Process]()
    for team, url in settings.workspaces.items():
        handing = await stack.enter_async_context(slack.session(trust, seconds=SECONDS))
        found[team] = Process(url, signing_secret_of(settings.keys[0], team), handing)
    return found


def _application(
    settings: DoorSettings,
    parts: tuple[Installing, Forwarding],
    meters: DoorMeters,
    engine: Engine,
    now: Callable[[], float],
) -> Starlette:
    installing, forwarding = parts
    named = settings.environment

    def note(status: int, _: str) -> None:
        if status >= 400:  # noqa: PLR2004 - HTTP
            meters.refused.labels(str(status)).inc()

    guarded = Middleware(
        Guard,
        secret=named.slack_signing_secret,
        now=now,
        told=note,
        previous=named.slack_signing_secret_previous,
    )
    return Starlette(
        routes=[
            Route(EVENTS_PATH, forwarding.take, methods=["POST"], middleware=[guarded]),
            Route(INSTALL_PATH, installing.begin, methods=["GET"]),
            Route(REDIRECT_PATH, installing.end, methods=["GET"]),
            *_health(engine),
        ]
    )


def _health(engine: Engine) -> list[Route]:
    def look() -> None:
        with engine.execution_options(reading=True).connect() as connection:
            connection.execute(sa.text("SELECT 1"))

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        try:
            await asyncio.to_thread(look)
        except (SQLAlchemyError, OSError):
            return JSONResponse({"ready": False, "problems": ["database"]}, status_code=503)
        return JSONResponse({"ready": True, "problems": []})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def _metrics(meters: DoorMeters) -> Callable[[Request], Response]:
    def metrics(_: Request) -> Response:
        return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)

    return metrics


async def serve(settings: DoorSettings, address: Address, status: Address | None) -> None:
    """Serve until SIGTERM or SIGINT. Who watches the door asks at ``status``, if that is given."""
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(compose(settings))
        if status is not None:
            await stack.enter_async_context(answering(door.status, status))
        ring = door.rotation.bell.ring
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, ring)
        await run(door.app, address)
