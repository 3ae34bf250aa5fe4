"""The whole sandbox on one loopback port: Slack, the vendors, GitHub, and the page.

`async with running() as server` works inside a test's event loop and as the demo's parent
process. Nothing listens beyond 127.0.0.1.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox import page_api
from sandbox.cast import Cast, acme
from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.furnishing import furnish
from sandbox.parts import GITHUB_TOKEN, Server
from sandbox.slack.delivery import Http
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.state import State
from sandbox.slack.web_api import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.switches import switches
from sandbox.tenancies import TENANCIES
from sandbox.vendors.github import GitHub

HOST = "127.0.0.1"


def compose(cast: Cast, clock: Clock, session: aiohttp.ClientSession, mode: str) -> Server:
    """Put the parts together; nothing listens yet."""
    changes = Changes()
    state = State(cast.world, changes, clock)
    sockets = Sockets(state)
    workspace = Workspace(state, Http(state, session), sockets, mode)
    slack = WebApi(state, sockets)
    github = GitHub(changes, clock, cast.organization, GITHUB_TOKEN)
    vendors = {name: one.make(changes, clock) for name, one in TENANCIES.items()}
    server = Server(cast, changes, workspace, slack, github, vendors)
    server.switches += switches(vendors, server.axiom.faults, server.ixon, slack.faults)
    furnish(server)
    return server


def application(server: Server) -> web.Application:
    """Return the one web application."""
    app = web.Application(middlewares=[_dated(server.workspace.state.clock)])
    app.add_subapp("/slack", server.slack.app())
    app.add_subapp("/github", server.github.app())
    for name, vendor in server.vendors.items():
        app.add_subapp(f"/{name}", vendor.app())
    page_api.add(app, server)
    return app


def _dated(clock: Clock) -> Middleware:
    """Have every answer tell the time that it is in the sandbox."""

    @web.middleware
    async def date(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        answer.headers.setdefault("Date", formatdate(clock(), usegmt=True))
        return answer

    return date


@asynccontextmanager
async def running(
    cast: Cast | None = None,
    *,
    port: int = 0,
    mode: str = "http",
    clock: Clock = time.time,
) -> AsyncIterator[Server]:
    """Serve the sandbox on loopback until the block ends; port 0 takes a free one.

    `mode` says how the app is reached: "http" (set `server.connect(url)`) or "socket".
    """
    async with aiohttp.ClientSession(trust_env=False) as session:
        server = compose(cast or acme(), clock, session, mode)
        runner = web.AppRunner(application(server), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
            server.url = f"http://{HOST}:{runner.addresses[0][1]}"
            server.workspace.state.base_url = server.url
            yield server
        finally:
            await _stop(server, runner)


async def _stop(server: Server, runner: web.AppRunner) -> None:
    for faults in (server.slack.faults, server.github.faults):
        faults.clear()
    for vendor in server.vendors.values():
        vendor.faults.clear()
    await server.workspace.messenger.close()
    await server.workspace.sockets.close()
    server.changes.close()
    await runner.cleanup()
