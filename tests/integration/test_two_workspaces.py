"""Two companies behind one door, each with its own process, policy, database and vendors."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from slack_sdk.oauth.installation_store import Installation

from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.model import Team
from storage.engine import create_engine
from storage.installations import Installations, key_of, signing_secret_of
from tests.canaries import found
from tests.integration.bots import CONFIGURATION, Bot, end_all
from tests.integration.doors import DOOR_KEY, Browser, cast_of, connect, fresh_token, opened, told

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NORTH, SOUTH = Team("T0NORTH001", "North", "north"), Team("T0SOUTH001", "South", "south")
BY_ITSELF = """
[[rules]]
name = "analysts"
when = { action = "onboard", profile = "analyst" }
automatic = true
"""
PATIENCE = 60.0
A_MOMENT = 0.2


@dataclass(frozen=True)
class Company:
    """One workspace, its process, and the browser of whoever installs the app in it."""

    server: Server
    bot: Bot
    browser: Browser

    async def standing(self, problems: list[str]) -> None:
        """Wait until the process says that it has these problems and no others."""
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as web:
            while await self._problems(web) != problems:  # noqa: ASYNC110 - another process tells nobody
                await asyncio.sleep(A_MOMENT)

    async def _problems(self, web: httpx.AsyncClient) -> list[str]:
        told: list[str] = (await web.get(f"{self.bot.url}/readyz", timeout=30)).json()["problems"]
        return told

    async def ask(self) -> str:
        """Have the manager ask for an analyst; return what they read at once."""
        cast = self.server.cast
        said = await self.server.workspace.command(
            cast.manager, "/onboard", f"<@{cast.newcomers[2].id}> lena-f analyst"
        )
        return said.text

    def accounts(self) -> int:
        """Return how many accounts this company's Axiom has."""
        return len(self.server.axiom.users)


def _dress(patch: pytest.MonkeyPatch, server: Server, folder: Path, policy: str) -> None:
    """Have the bot of a workspace take its token from the door's installations."""
    team, cast, plain = server.workspace.state.team.id, server.cast, server.environment()
    text = CONFIGURATION.format(
        channel=cast.requests, lead=cast.lead.id, group=cast.group.id,
        organization=cast.organization, url=server.url,
    )  # fmt: skip
    text = text.replace("[slack]", f'[slack]\nteam = "{team}"') + policy
    given = {name: value for name, value in plain.items() if name != "SLACK_BOT_TOKEN"}
    given |= {
        "SLACK_INSTALLATIONS": f"sqlite:///{folder / 'installations.db'}",
        "SLACK_INSTALLATIONS_KEY": key_of(DOOR_KEY, team),
        "SLACK_SIGNING_SECRET": signing_secret_of(DOOR_KEY, team),
    }
    patch.setattr(server, "configuration", lambda: text)
    patch.setattr(server, "environment", lambda: given)


@asynccontextmanager
async def _companies(folder: Path) -> AsyncIterator[tuple[Company, Company]]:
    policies: Mapping[str, str] = {NORTH.id: "", SOUTH.id: BY_ITSELF}
    async with (
        AsyncExitStack() as held,
        running(cast_of(NORTH, fresh_token())) as north,
        running(cast_of(SOUTH, fresh_token())) as south,
    ):
        patch = held.enter_context(pytest.MonkeyPatch.context())
        north.slack.oauth.know(south.workspace.state)
        bots = dict[str, Bot]()
        for server in (north, south):
            team = server.workspace.state.team.id
            _dress(patch, server, folder, policies[team])
            (folder / team).mkdir()
            bots[team] = Bot(server, folder / team)
        settings = told(folder, north.url, {team: bot.url for team, bot in bots.items()})
        async with opened(settings, time.time) as (_, door):
            made = [
                Company(one, bots[team.id], Browser(door, team.id))
                for one, team in ((north, NORTH), (south, SOUTH))
            ]
            try:
                for company in made:
                    connect(company.server, door)
                    assert (await company.browser.install()).status_code == 200
                await asyncio.gather(*(company.bot.start() for company in made))
                yield made[0], made[1]
            finally:
                await end_all(bots.values())


def _kept(folder: Path) -> bytes:
    """Return every byte that was written there, logs included."""
    files = [one for one in folder.rglob("*") if one.is_file()]
    return b"".join(one.read_bytes() for one in files)


def _told_of(folder: Path, company: Company, other: Company) -> set[str]:
    """Return what of ``other``'s, its id and secrets, the process of ``company`` wrote down."""
    state = other.server.workspace.state
    secret = signing_secret_of(DOOR_KEY, state.team.id)
    words = {state.team.id, state.app.bot_token, secret}
    said = _kept(folder / company.server.workspace.state.team.id)
    return {one for one in words if one.encode() in said}


async def test_two_companies_behind_one_door_never_see_each_other(tmp_path: Path) -> None:
    async with _companies(tmp_path) as (north, south):
        before = north.accounts(), south.accounts()
        for company in (north, south):
            company.server.workspace.http.patience = PATIENCE
            await company.ask()
        await south.server.workspace.until(lambda: south.accounts() > before[1], PATIENCE)
        cards = north.server.workspace
        await cards.until(lambda: cards.messages("#access-requests"), PATIENCE)
        assert (north.accounts(), south.accounts()) == (before[0], before[1] + 1)
        tokens = {one.server.workspace.state.app.bot_token for one in (north, south)}
        assert found(tokens, await asyncio.to_thread(_kept, tmp_path)) == set()
        assert await asyncio.to_thread(_told_of, tmp_path, north, south) == set()
        assert await asyncio.to_thread(_told_of, tmp_path, south, north) == set()
        said = await asyncio.to_thread(_kept, tmp_path / SOUTH.id)
        assert SOUTH.id.encode() in said


async def test_a_company_that_removes_the_app_and_installs_it_anew_goes_on(
    tmp_path: Path,
) -> None:
    async with _companies(tmp_path) as (north, south):
        north.server.workspace.http.patience = PATIENCE
        before = north.server.workspace.state.app.bot_token
        await north.server.workspace.remove_app()
        await north.standing(["installation"])
        await south.standing([])
        assert (await north.browser.install()).status_code == 200
        assert north.server.workspace.state.app.bot_token != before
        await north.standing([])
        await north.ask()
        cards = north.server.workspace
        assert await cards.until(lambda: cards.messages("#access-requests"), PATIENCE)


@asynccontextmanager
async def _alone(folder: Path, installations: bytes) -> AsyncIterator[tuple[Bot, Path]]:
    """Yield a process that has not begun, and the database that its token is to come from."""
    async with running(cast_of(NORTH, fresh_token())) as north:
        with pytest.MonkeyPatch.context() as patch:
            _dress(patch, north, folder, "")
            (folder / "bot").mkdir()
            url = f"sqlite:///{folder / 'whole.db'}"
            await asyncio.to_thread(_keep, url, north.workspace.state.app.bot_token)
            file = folder / "installations.db"
            await asyncio.to_thread(file.write_bytes, installations)
            bot = Bot(north, folder / "bot")
            try:
                yield bot, file
            finally:
                await bot.end()


def _keep(url: str, token: str) -> None:
    engine = create_engine(url)
    door = Installations(engine, "1042.2084", [DOOR_KEY])
    door.prepare()
    door.save(
        Installation(
            app_id="A1", team_id=NORTH.id, user_id="U1", bot_token=token, installed_at=1_000.0
        )
    )  # fmt: skip
    engine.dispose()


async def test_a_process_that_starts_waits_for_installations_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    async with _alone(tmp_path, b"no database at all" * 300) as (bot, file):
        starting = asyncio.create_task(bot.start())
        async with asyncio.timeout(PATIENCE):
            while not (bot.log.exists() and b"UnansweredError" in bot.log.read_bytes()):
                assert not starting.done()
                await asyncio.sleep(A_MOMENT)
        (tmp_path / "whole.db").replace(file)
        await starting


async def test_a_process_that_finds_no_installation_ends_with_a_sentence(tmp_path: Path) -> None:
    async with _alone(tmp_path, b"") as (bot, _):
        with pytest.raises(RuntimeError, match="in which no door has written") as ended:
            await bot.start()
    assert "refused by Slack" not in str(ended.value)
