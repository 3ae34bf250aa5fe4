"""A whole story at the loudest, with a canary for every credential: none is found anywhere.

Looked through are the log, the database's bytes, all that Slack got, files that were handed out,
what the operators' commands print, health and metrics, and what the system shows of the process;
for each canary as it is, quoted, in addresses, in hex and in base64.
"""

import asyncio
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import psycopg
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from psycopg import sql
from rich.console import Console

from benchmarks.ports import free_port
from sandbox.bot_process import BotProcess
from sandbox.parts import Server
from sandbox.play import play
from sandbox.slack.model import User
from sandbox.stage import Stage
from tests.battery.plugin import DEFECT
from tests.canaries import found
from tests.integration.canary_house import CREDENTIALS, canary_house

ASKED = os.environ.get("ABOARD_CANARIES", "")
WHOLE = ASKED == "whole"
PATIENCE = 60.0
LOUD = (sys.executable, "-m", "tests.integration.loud", os.environ.get(DEFECT) or "-")
PEOPLE = "first_name,last_name,email,role,team_name\nJo,Day,jo@acme.example,Manager,Cats\n"
COMMANDS = (
    "migrate", "check", "vendors", "accounts axiom --json", "choices axiom role",
    "vendors ambition import people.csv", "history --csv", "history --json",
    "evidence --period 2020-01-01..2099-12-31 --output period.zip", "evidence U0NOAHWE01",
    "audit verify", "audit public-key", "policy check", "person show U0NOAHWE01",
)  # fmt: skip


@dataclass
class Places:
    """Everything that a secret could have come to, by what it is."""

    bytes: dict[str, bytes] = field(default_factory=dict)

    def hits(self, secrets: Iterable[str]) -> dict[str, set[str]]:
        """Return which secrets stand where."""
        known = list(secrets)
        each = {place: found(known, held) for place, held in self.bytes.items()}
        return {place: seen for place, seen in each.items() if seen}

    def folder(self, name: str, folder: Path) -> None:
        """Add every file of a folder, the database's among them."""
        for file in sorted(one for one in folder.rglob("*") if one.is_file()):
            self.bytes[f"{name} {file.name}"] = file.read_bytes()


async def _echo(request: web.Request, _handler: Handler) -> web.StreamResponse:
    words = f"refused for {dict(request.headers)} and {await request.text()}"
    return web.json_response({"message": words, "error": words, "detail": words}, status=422)


def _vendors(server: Server) -> Iterator[str]:
    for name, vendor in server.vendors.items():
        writes = "POST /appxite/users/invite" if name == "appxite" else f"POST /{name}/"
        vendor.faults.plant("echo", _echo, None, writes)
        yield name


@dataclass
class Tale:
    """People who ask for everything, while vendors repeat what they got and things break."""

    server: Server
    stage: Stage

    async def tell(self) -> None:
        """Live through it."""
        await self._seller_comes()
        await self._breaks(self.server.cast.keeper)
        await self._seller_goes()
        await self._looked_at()
        if WHOLE:
            assert await play(self.server, Console(file=StringIO()), PATIENCE)

    async def _seller_comes(self) -> None:
        noah, lead = self.server.cast.seller, self.server.cast.lead
        assert len(list(_vendors(self.server))) == 5
        await self.stage.ask_in_form(noah, "seller", "Sells in the north")
        card = await self.stage.card(noah)
        await self.stage.press(lead, card, "Approve")
        await self.stage.settled(card, "Needs attention")
        for vendor in self.server.vendors.values():
            vendor.faults.clear("echo")
        await self.stage.press(lead, card, "Retry all failed")
        await self.stage.settled(card, "Completed")

    async def _breaks(self, person: User) -> None:
        colleague = self.server.cast.colleague
        slack, asker = self.server.workspace, self.server.cast.manager
        login = self.stage.login(colleague)
        mention = f"<@{colleague.id}|{colleague.name}> {login} engineer"
        await slack.command(asker, "/onboard", mention)
        await self.stage.ask_in_form(person, "analyst", "Reads the dashboards")
        card = await self.stage.card(person)
        await self.stage.press(self.server.cast.lead, card, "Approve")
        await self.stage.settled(card, "Needs attention")

    async def _seller_goes(self) -> None:
        noah = self.server.cast.seller
        card = await self.stage.ask_to_go(noah, "Sells for somebody else")
        await self.stage.press(self.server.cast.lead, card, "Approve")
        await self.stage.settled(card, "AppXite is done by hand")

    async def _looked_at(self) -> None:
        slack, lead = self.server.workspace, self.server.cast.ops[0]
        for words in (
            "status",
            "history",
            "export",
            "check",
            "why 1",
            "evidence <@U0NOAHWE01|noah>",
        ):
            await slack.command(lead, "/aboard", words)
        await slack.open_home(lead)
        await self.stage.until("a file arrives", lambda: slack.state.files._all)


async def _asked(places: Places, url: str, *paths: str) -> None:
    async with aiohttp.ClientSession(trust_env=False) as session:
        for path in paths:
            async with session.get(f"{url}{path}") as answer:
                places.bytes[path] = f"{answer.headers} {await answer.text()}".encode()


def _slack(places: Places, server: Server) -> None:
    state = server.workspace.state
    places.bytes["calls of Slack"] = repr(state.calls).encode()
    places.bytes["answers to Slack"] = repr(server.workspace.messenger.__dict__).encode()
    for file in state.files._all.values():
        places.bytes[f"handed out {file.name}"] = file.content or b""


def _process(places: Places, pid: int) -> None:
    for name in ("cmdline", "comm", "environ", "status"):
        places.bytes[f"/proc {name}"] = Path(f"/proc/{pid}/{name}").read_bytes()


def _tables(places: Places, url: str) -> None:
    with psycopg.connect(url) as connection:
        listed = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|inform)'"
        for schema, table in connection.execute(listed).fetchall():
            every = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, table))
            rows = [str(row) for row in connection.execute(every)]
            places.bytes[f"table {schema}.{table}"] = "\n".join(rows).encode()


async def _commands(server: Server, folder: Path) -> bytes:
    (folder / "people.csv").write_text(PEOPLE)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "COLUMNS": "300"}
    process = await asyncio.create_subprocess_exec(
        *LOUD, " + ".join(COMMANDS), cwd=folder, env=environment | server.environment(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    return told


async def _lived(folder: Path, database: str) -> Places:
    """Live through the tale with a real process; return all that is left of it."""
    keys, home, places = folder / "keys", folder / "home", Places()
    keys.mkdir()
    home.mkdir()
    async with canary_house(keys, database) as server:
        status = free_port()
        bot = BotProcess(server, home, (*LOUD, "serve", "--status-port", str(status)))
        server.connect(f"{bot.url}/slack/events")
        try:
            await bot.start()
            await Tale(server, Stage(server, Console(file=StringIO()), PATIENCE)).tell()
            _process(places, bot.pid)
            places.folder("while it runs,", home)
            await _asked(places, bot.url, "/healthz", "/readyz", "/nothing", "/slack/events")
            await _asked(places, f"http://127.0.0.1:{status}", "/metrics")
        finally:
            await bot.end()
        places.bytes["the commands"] = await _commands(server, home)
        places.folder("in the end,", home)
        _slack(places, server)
    return places


def _is_whole(places: Places) -> None:
    """See that all this was really looked at, and that there was something to see."""
    log, told = places.bytes["in the end, bot.log"], places.bytes["the commands"]
    assert log.count(b"***") > 20
    assert b'"level": "debug"' in log
    assert log.count(b"RuntimeError") >= 3, "what was planted broke"
    assert b"Traceback" not in b"".join(one for one in log.splitlines() if one[:1] != b"{")
    for words in (b"People: 1 (", b"noah", b"Axiom, credential: it is accepted"):
        assert words in told, told.decode()[-2000:]
    assert len(places.bytes) > 12
    assert "in the end, period.zip" in places.bytes


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(not ASKED, reason="the battery has the time")
async def test_no_credential_is_found_anywhere_after_a_whole_story(tmp_path: Path) -> None:
    places = await _lived(tmp_path, f"sqlite:///{tmp_path / 'home' / 'aboard.db'}")
    assert "while it runs, aboard.db-wal" in places.bytes
    _is_whole(places)
    assert places.hits(CREDENTIALS.values()) == {}


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(400)
@pytest.mark.skipif(not WHOLE, reason="the battery has the time")
async def test_nor_on_postgresql_whose_password_is_one_more(tmp_path: Path, postgres: str) -> None:
    places, password = await _lived(tmp_path, postgres), urlsplit(postgres).password
    assert password
    _tables(places, postgres)
    _is_whole(places)
    assert places.hits([*CREDENTIALS.values(), password]) == {}
