"""The same stories over Socket Mode, with the bot as a process of its own.

Socket Mode needs no signing secret, and listens nowhere; so the process counts as ready when it has
called Slack.
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

import pytest
from rich.console import Console

from bot.migration import migrate
from sandbox.parts import Server
from sandbox.play import play
from sandbox.server import running
from sandbox.slack.forms import find
from sandbox.slack.model import Message, User
from tests.databases import PostgresServer, fresh_database
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
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with fresh_database(server) as url:
        await asyncio.to_thread(migrate, url)
        async with working(tmp_path, url) as office:
            yield office


@asynccontextmanager
async def working(folder: Path, url: str) -> AsyncIterator[Office]:
    """Run the process until the block ends, and see that it ends well."""
    log = folder / "bot.log"
    async with running(mode="socket") as server:
        process = await _started(server, folder, url, log)
        try:
            sockets = server.workspace.sockets
            await server.workspace.until(lambda: sockets.connections, READY_WITHIN)
            yield Office(server, process, log)
        finally:
            process.terminate()
            code = await asyncio.wait_for(process.wait(), PATIENCE)
        assert code == 0, log.read_text()
        assert server.workspace.complaints == []


async def _started(server: Server, folder: Path, url: str, log: Path) -> Process:
    (folder / "aboard.toml").write_text(server.configuration())
    environment = server.environment() | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    del environment["SLACK_SIGNING_SECRET"]
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", "--socket-mode"),
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
