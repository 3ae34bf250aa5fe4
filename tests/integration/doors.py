"""A door over HTTP in front of workspaces, and the browsers of people who install the app."""

import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.door import Door, compose
from bot.door_installing import COOKIE
from bot.door_settings import DoorSettings, load
from sandbox.cast import Cast, acme
from sandbox.parts import Server
from sandbox.slack.model import Team
from sandbox.slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.listening import listening

URL = "https://door.example"
DOOR_KEY = "the-key-of-the-door-0123456789abcdef"
HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')


def cast_of(team: Team, token: str) -> Cast:
    """Return Acme's people as those of another workspace, whose app has a token of its own."""
    cast = acme()
    before, cast.world.team = cast.world.team.id, team
    for user in cast.world.users:
        user.team_id = team.id if user.team_id == before else user.team_id
    ends = {"app_uninstalled", "tokens_revoked"}
    app = cast.world.app
    cast.world.app = replace(app, bot_token=token, events=app.events | ends)
    return cast


def told(folder: Path, slack_url: str, workspaces: Mapping[str, str], **more: str) -> DoorSettings:
    """Return the settings of a door whose Slack is at ``slack_url``."""
    file = folder / "door.toml"
    tables = "".join(f'[workspaces.{team}]\nurl = "{url}"\n' for team, url in workspaces.items())
    file.write_text(f'[door]\nurl = "{URL}"\n{tables}', encoding="utf-8")
    return load(environment(folder, slack_url) | more)


def environment(folder: Path, slack_url: str) -> dict[str, str]:
    """Return the variables of a door."""
    return {
        "DOOR_CONFIG": str(folder / "door.toml"),
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": acme().world.app.signing_secret,
        "SLACK_API_URL": f"{slack_url}/slack/api",
        "SLACK_INSTALLATIONS": f"sqlite:///{folder / 'installations.db'}",
        "DOOR_KEY": DOOR_KEY,
    }


@asynccontextmanager
async def opened(
    settings: DoorSettings, now: Callable[[], float]
) -> AsyncIterator[tuple[Door, str]]:
    """Run a door until the block ends; yield it with its address."""
    async with compose(settings, now) as door, listening(door.app) as url:
        yield door, url


@dataclass
class Browser:
    """Somebody's browser: it keeps the door's cookie, and follows where it is sent."""

    door: str
    team: str = ""
    user: str = "U0AMARA001"
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def begin(self) -> str:
        """Open the page that installs the app; return where Slack asks."""
        async with self._client() as client:
            answer = await client.get(f"{self.door}/slack/install")
        self._keep(answer)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def answer(self, asked: str, word: str = "allow") -> str:
        """Press a button on Slack's page; return the query with which one is sent back."""
        async with self._client() as client:
            shown = await client.get(asked, params=self._as_signed_in(asked))
            form = dict(HIDDEN.findall(shown.text))
            action = str(httpx.URL(asked).copy_with(query=None)).replace("authorize", "answer")
            answer = await client.post(action, data={**form, "answer": word})
        back = urlsplit(answer.headers["location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{URL}/slack/oauth_redirect"
        return back.query

    async def back(self, query: str) -> httpx.Response:
        """Come back to the door."""
        given = {"cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        async with self._client() as client:
            url = f"{self.door}/slack/oauth_redirect?{query}"
            answer = await client.get(url, headers=given)
        self._keep(answer)
        return answer

    async def install(self) -> httpx.Response:
        """Install the app from beginning to end."""
        return await self.back(await self.answer(await self.begin()))

    def _as_signed_in(self, asked: str) -> dict[str, str]:
        given = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        return {**given, "team": self.team, "user": self.user}

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            jar = SimpleCookie(line)
            if COOKIE in jar:
                self.headers["set-cookie"], self.cookie = line, jar[COOKIE].value

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(trust_env=False, timeout=30)


def connect(server: Server, door: str) -> None:
    """Have a workspace send what happens in it to the door."""
    server.connect(f"{door}/slack/events")


def fresh_token() -> str:
    """Return a bot token of Slack's length."""
    return f"xoxb-{secrets.randbelow(10**12):012}-{secrets.token_hex(24)}"
