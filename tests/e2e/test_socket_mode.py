"""The same stories over Socket Mode, with the bot as a process of its own.

Socket Mode needs no signing secret, and Slack finds nothing to call; so the process counts as ready
when it has called Slack. Who watches it asks at a port of its own.
"""

import asyncio
import io
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from benchmarks.ports import free_port
from bot.migration import migrate
from sandbox.parts import Server
from sandbox.play import play
from sandbox.server import running
from sandbox.slack.forms import find
from sandbox.slack.model import Message, User
from tests.e2e.settings import Setting, on_both_databases

ROOT = Path(__file__).parents[2]
READY_WITHIN = 50.0
PATIENCE = 20.0


@dataclass(frozen=True)
class Office:
    """A sandbox, and the process that called it."""

    server: Server
    process: Process
    log: Path
    status: str
    """Where the process answers those who watch it."""

    async def asks(self, path: str) -> httpx.Response:
        """Ask the process how it is."""
        async with httpx.AsyncClient(base_url=self.status) as client:
            return await client.get(path)

    async def card(self, about: User) -> Message:
        """Wait for the card about somebody."""
        slack, place = self.server.workspace, self.server.cast.requests

        def arrived() -> list[Message]:
            return [one for one in slack.messages(place) if about.email in slack.text_of(one)]

        return (await slack.until(arrived, PATIENCE))[-1]


@pytest.fixture(params=on_both_databases())
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    """Run a bot that calls the sandbox, with one kind of database after the other."""
    setting: Setting = request.param
    if setting.database == "sqlite":
        async with working(tmp_path, f"sqlite:///{tmp_path / 'aboard.db'}") as office:
            yield office
        return
    with request.getfixturevalue("postgres_server").lent() as url:
        await asyncio.to_thread(migrate, url)
        async with working(tmp_path, url) as office:
            yield office


@asynccontextmanager
async def working(folder: Path, url: str) -> AsyncIterator[Office]:
    """Run the process until the block ends, and see that it ends well."""
    log = folder / "bot.log"
    async with running(mode="socket") as server:
        port = free_port()
        process = await _started(server, folder, url, log, port)
        try:
            sockets = server.workspace.sockets
            await server.workspace.until(lambda: sockets.connections, READY_WITHIN)
            yield Office(server, process, log, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            code = await asyncio.wait_for(process.wait(), PATIENCE)
        assert code == 0, log.read_text()
        assert server.workspace.complaints == []


async def _started(server: Server, folder: Path, url: str, log: Path, port: int) -> Process:
    (folder / "aboard.toml").write_text(server.configuration())
    environment = server.environment() | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    del environment["SLACK_SIGNING_SECRET"]
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", "--socket-mode", "--status-port", str(port)),
            cwd=folder,
            env={"PATH": os.defpath, **environment},
            stdout=output,
            stderr=output,
        )


@pytest.mark.parametrize("office", on_both_databases()[:1], indirect=True)
async def test_the_whole_story_plays_over_a_socket(office: Office) -> None:
    told = io.StringIO()
    assert await play(office.server, Console(file=told)), told.getvalue() + office.log.read_text()


async def test_what_comes_twice_has_one_effect_and_a_lost_connection_is_opened_again(
    office: Office,
) -> None:
    cast, slack = office.server.cast, office.server.workspace
    ada = cast.newcomers[0]
    said = await slack.command(cast.manager, "/onboard", f"<@{ada.id}> {cast.logins[ada.id]}")
    assert "is recorded" in said.text
    card = await office.card(ada)
    await _reconnected(office)
    click = slack.payloads().block_actions(cast.lead, card, find(card, "Approve"), {})
    answers = [await slack.messenger.send("interaction", click) for _ in range(3)]
    assert all(one.ok for one in answers)
    await slack.until(lambda: "Completed" in slack.text_of(card), PATIENCE)
    assert slack.text_of(card).count("approved by") == 1
    created = office.server.axiom.journal.asked("POST", "/v2/users")
    assert len(created) == 1


async def _reconnected(office: Office) -> None:
    sockets = office.server.workspace.sockets
    [before] = sockets.connections
    await sockets.refresh()
    await office.server.workspace.until(
        lambda: [one for one in sockets.connections if one is not before], PATIENCE
    )


@pytest.mark.parametrize("office", on_both_databases()[:1], indirect=True)
async def test_a_form_and_its_lists_open_over_a_socket(office: Office) -> None:
    manager, slack = office.server.cast.manager, office.server.workspace
    await slack.command(manager, "/onboard", "", channel="#general")
    form = slack.opened(manager)
    await slack.fill(manager, {"profile": "analyst"})
    offered = await slack.options(manager, form, "access:analyst:axiom:role", "adm")
    assert [one["value"] for one in offered] == ["admin"]


@pytest.mark.parametrize("office", on_both_databases()[:1], indirect=True)
async def test_a_bot_that_slack_cannot_reach_says_so(office: Office) -> None:
    async def until(status: int) -> httpx.Response:
        async with asyncio.timeout(PATIENCE):
            while (answer := await office.asks("/readyz")).status_code != status:
                await office.asks("/healthz")
        return answer

    await until(200)
    assert 'aboard_slack_connected{mode="socket"} 1.0' in (await office.asks("/metrics")).text
    office.server.slack.faults.down(only="apps.connections.open")
    await office.server.workspace.sockets.close()
    missing = {"ready": False, "problems": ["slack"], "degraded": []}
    assert (await until(503)).json() == missing
    told = (await office.asks("/metrics")).text
    assert 'aboard_slack_connected{mode="socket"} 0.0' in told
    assert "aboard_ready 0.0" in told
