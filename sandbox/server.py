"""The whole sandbox on one loopback port: Slack, the vendors, GitHub, and the page.

`async with running() as server` works inside a test's event loop and as the demo's parent
process. Nothing listens beyond 127.0.0.1.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from sandbox import page_api
from sandbox.cast import Cast, acme
from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.furnishing import furnish
from sandbox.parts import (
    AMBITION,
    APPXITE,
    AXIOM_TOKEN,
    AXOLO_KEY,
    GITHUB_TOKEN,
    IXON,
    Server,
)
from sandbox.slack.delivery import Http
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.state import State
from sandbox.slack.web_api import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.switches import further_switches, switches
from sandbox.vendors.ambition import Ambition
from sandbox.vendors.appxite import AppXite
from sandbox.vendors.axiom import Axiom
from sandbox.vendors.axiom_model import Token
from sandbox.vendors.axolo import Axolo
from sandbox.vendors.github import GitHub
from sandbox.vendors.ixon import Ixon

HOST = "127.0.0.1"


def compose(cast: Cast, clock: Clock, session: aiohttp.ClientSession, mode: str) -> Server:
    """Put the parts together; nothing listens yet."""
    changes = Changes()
    state = State(cast.world, changes, clock)
    sockets = Sockets(state)
    workspace = Workspace(state, Http(state, session), sockets, mode)
    slack = WebApi(state, sockets)
    axolo = Axolo(changes, clock, cast.organization, AXOLO_KEY)
    axiom = Axiom(changes, clock, cast.organization, [Token(AXIOM_TOKEN)])
    github = GitHub(changes, clock, cast.organization, GITHUB_TOKEN)
    ixon = Ixon(changes, clock, IXON)
    appxite = AppXite(changes, clock, APPXITE)
    ambition = Ambition(changes, clock, AMBITION)
    named = [
        *switches(axolo.faults, axiom.faults, slack.faults),
        *further_switches(ixon, appxite, ambition),
    ]
    server = Server(
        cast, changes, workspace, slack, axolo, axiom, github, ixon, appxite, ambition, named
    )
    furnish(server)
    return server


def application(server: Server) -> web.Application:
    """Return the one web application."""
    app = web.Application()
    app.add_subapp("/slack", server.slack.app())
    app.add_subapp("/axolo", server.axolo.app())
    app.add_subapp("/axiom", server.axiom.app())
    app.add_subapp("/github", server.github.app())
    app.add_subapp("/ixon", server.ixon.app())
    app.add_subapp("/appxite", server.appxite.app())
    app.add_subapp("/ambition", server.ambition.app())
    page_api.add(app, server)
    return app


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
    for service in (
        server.slack,
        server.axolo,
        server.axiom,
        server.github,
        server.ixon,
        server.appxite,
        server.ambition,
    ):
        service.faults.clear()
    await server.workspace.messenger.close()
    await server.workspace.sockets.close()
    server.changes.close()
    await runner.cleanup()
