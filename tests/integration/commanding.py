"""An operator at a terminal: `aboard …` against a whole sandbox that goes on running meanwhile."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from typer.testing import CliRunner, Result

from bot.cli import app
from sandbox.parts import Server
from sandbox.server import running
from sandbox.vendors.ambition import Ambition
from sandbox.vendors.axiom_model import Token

PERSONAL = "xapt-of-the-lead"
WIDE = "400"  # columns: nothing is wrapped


@dataclass
class Terminal:
    """The settings and the environment of an operator, and the sandbox behind them."""

    server: Server
    folder: Path
    configuration: str
    environment: dict[str, str]

    def change(self, old: str, new: str) -> None:
        """Replace something that stands in aboard.toml."""
        assert old in self.configuration
        self.configuration = self.configuration.replace(old, new)

    async def run(self, *arguments: str) -> Result:
        """Type a command, and wait until it ends; the sandbox answers in this loop."""
        return await asyncio.to_thread(self._run, arguments)

    async def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """Type a command with --json, and return the objects it prints."""
        return objects(await self.run(*arguments, "--json"))

    def write(self, name: str, text: str) -> str:
        """Write a file, and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def become_lead(self) -> str:
        """Work at Axiom with the personal token of the lead; return the lead's address."""
        lead = self.server.cast.lead
        user = self.server.axiom.user(lead.email)
        assert user is not None
        self.server.axiom.tokens[PERSONAL] = Token(PERSONAL, owner=user.id)
        self.environment["AXIOM_TOKEN"] = PERSONAL
        organization = f'organization_id = "{self.server.axiom.organization.id}"'
        self.change("[vendors.axiom]\n", f"[vendors.axiom]\n{organization}\n")
        return lead.email

    def show_groups(self) -> None:
        """Have Ambition list its memberships, which no document promises."""
        list_memberships(self.server.ambition)
        self.change("[vendors.ambition]\n", "[vendors.ambition]\nlists_memberships = true\n")

    def _run(self, arguments: tuple[str, ...]) -> Result:
        file = Path(self.write("aboard.toml", self.configuration))
        given = {"COLUMNS": WIDE, **self.environment, "ABOARD_CONFIG": str(file)}
        forgotten = dict.fromkeys(os.environ.keys() - given.keys() - {"PATH", "HOME"})
        return CliRunner(env={**forgotten, **given}).invoke(app, list(arguments))


def objects(result: Result) -> list[dict[str, Any]]:
    """Return the JSON objects that a command printed, one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def list_memberships(ambition: Ambition) -> None:
    """Answer a GET of Ambition's memberships with all of them."""

    async def listed(_request: web.Request, _handler: Handler) -> web.StreamResponse:
        rows = [
            {"username": one.username, "group_type": kind, "group_name": group}
            for one in ambition.instance.accounts.values()
            for kind, group in one.groups.items()
        ]
        return web.json_response(rows)

    ambition.faults.plant("groups", listed, None, "GET /ambition/api/v1/group_membership/")


@asynccontextmanager
async def terminal(folder: Path) -> AsyncIterator[Terminal]:
    """Run a sandbox, and lend a terminal beside it."""
    async with running(port=0) as server:
        environment = {**server.environment(), "DATABASE_URL": f"sqlite:///{folder / 'a.db'}"}
        yield Terminal(server, folder, server.configuration(), environment)
