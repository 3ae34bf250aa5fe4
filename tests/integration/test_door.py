"""The door of several workspaces: who installs, what is kept, and what is handed on to whom."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.door import Door
from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.delivery import encoded
from sandbox.slack.model import Team
from sandbox.slack.signing import signed
from storage.installations import signing_secret_of
from storage.oauth_states import LIFETIME
from tests.canaries import found
from tests.integration.doors import (
    DOOR_KEY,
    Browser,
    cast_of,
    connect,
    fresh_token,
    opened,
    told,
)
from tests.listening import listening

NORTH, SOUTH = Team("T0NORTH001", "North & <Co>", "north"), Team("T0SOUTH001", "South", "south")
OF_NORTH, OF_SOUTH = (signing_secret_of(DOOR_KEY, team.id) for team in (NORTH, SOUTH))
STRANGER = Team("T0STRANGE1", "Stranger", "stranger")


class Clock:
    """Seconds of the epoch, ahead of the machine's by what a test lets pass."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class House:
    """The process of a workspace, as far as the door sees it."""

    name: str
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def app(self) -> Starlette:
        """Return what answers for it."""

        async def take(request: Request) -> Response:
            self.taken.append((dict(request.headers), await request.body()))
            return JSONResponse({"text": f"{self.name} heard it"})

        return Starlette(routes=[Route("/slack/events", take, methods=["POST"])])


@dataclass
class Street:
    """Two workspaces behind one door, and a third that is not on its list."""

    door: Door
    url: str
    folder: Path
    clock: Clock
    north: Server
    south: Server
    stranger: Server
    houses: tuple[House, House]

    def browser(self, server: Server) -> Browser:
        """Return the browser of somebody who is signed in to a workspace."""
        return Browser(self.url, server.workspace.state.team.id)

    def files(self) -> bytes:
        """Return every byte that the door wrote."""
        return b"".join(one.read_bytes() for one in self.folder.glob("installations.db*"))


@asynccontextmanager
async def _street(folder: Path) -> AsyncIterator[Street]:
    clock, houses = Clock(), (House("North"), House("South"))
    tokens = [fresh_token() for _ in range(3)]
    teams = (NORTH, SOUTH, STRANGER)
    casts = [cast_of(team, token) for team, token in zip(teams, tokens, strict=True)]
    async with (
        running(casts[0]) as north, running(casts[1]) as south, running(casts[2]) as stranger,
        listening(houses[0].app()) as to_north, listening(houses[1].app()) as to_south,
    ):  # fmt: skip
        for other in (south, stranger):
            north.slack.oauth.know(other.workspace.state)
        settings = told(folder, north.url, {NORTH.id: to_north, SOUTH.id: to_south})
        async with opened(settings, clock) as (door, url):
            for server in (north, south, stranger):
                connect(server, url)
                server.workspace.messenger.retries = ()
            yield Street(door, url, folder, clock, north, south, stranger, houses)


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with _street(tmp_path) as street:
        yield street


async def test_two_workspaces_install_the_app_and_each_gets_its_own_token(street: Street) -> None:
    for server in (street.north, street.south):
        answer = await street.browser(server).install()
        assert answer.status_code == 200
        assert "Aboard is installed" in answer.text
    kept = {team: street.door.installations.token(team) for team in (NORTH.id, SOUTH.id)}
    assert kept == {
        NORTH.id: street.north.workspace.state.app.bot_token,
        SOUTH.id: street.south.workspace.state.app.bot_token,
    }


async def test_what_a_workspace_is_called_never_becomes_markup(street: Street) -> None:
    answer = await street.browser(street.north).install()
    assert "North &amp; &lt;Co&gt;" in answer.text
    assert "<Co>" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_state_is_held_by_the_browser_that_began_and_by_no_script(
    street: Street,
) -> None:
    browser = street.browser(street.north)
    asked = parse_qs(urlsplit(await browser.begin()).query)
    assert asked["state"] == [browser.cookie]
    flags = {part.strip().casefold() for part in browser.headers["set-cookie"].split(";")}
    assert {"secure", "httponly", "samesite=lax", "path=/", f"max-age={LIFETIME}"} <= flags
    assert asked["scope"][0].split(",") == sorted(street.north.workspace.state.scopes)


async def test_a_state_of_another_browser_is_refused_and_does_not_spend_it(
    street: Street,
) -> None:
    victim, attacker = street.browser(street.north), street.browser(street.south)
    his = await attacker.answer(await attacker.begin())
    asked = await victim.begin()
    assert "did not begin" in (await victim.back(his)).text
    assert "did not begin" in (await Browser(street.url).back(his)).text
    assert street.door.installations.all() == []
    assert (await attacker.back(his)).status_code == 200
    assert (await victim.back(await victim.answer(asked))).status_code == 200


async def test_a_state_counts_once_however_many_come_with_it(street: Street) -> None:
    browser = street.browser(street.north)
    query = await browser.answer(await browser.begin())
    cookie = browser.cookie
    assert (await browser.back(query)).status_code == 200
    browser.cookie = cookie
    assert "has ended already" in (await browser.back(query)).text


async def test_what_begins_at_one_door_ends_at_another_of_the_same_database_once(
    street: Street,
) -> None:
    settings = told(street.folder, street.north.url, {NORTH.id: street.url})
    browser = street.browser(street.north)
    async with opened(settings, street.clock) as (_, other):
        query = await browser.answer(await browser.begin())
        cookie, browser.door = browser.cookie, other
        assert (await browser.back(query)).status_code == 200
        browser.cookie, browser.door = cookie, street.url
        assert (await browser.back(query)).status_code == 400
    kept = street.door.installations.token(NORTH.id)
    assert kept == street.north.workspace.state.app.bot_token


async def test_a_state_that_is_too_old_is_refused(street: Street) -> None:
    browser = street.browser(street.north)
    query = await browser.answer(await browser.begin())
    street.clock.ahead = LIFETIME + 1
    assert "took too long" in (await browser.back(query)).text
    assert street.door.installations.all() == []


async def test_who_presses_cancel_reads_that_nothing_was_installed(street: Street) -> None:
    browser = street.browser(street.north)
    answer = await browser.back(await browser.answer(await browser.begin(), "cancel"))
    assert "was not allowed" in answer.text
    assert street.door.installations.all() == []


async def test_a_workspace_that_is_not_listed_is_refused_and_let_go_of(street: Street) -> None:
    answer = await street.browser(street.stranger).install()
    assert answer.status_code == 400
    assert "not on the list" in answer.text
    assert not street.stranger.workspace.state.is_installed
    assert street.door.installations.all() == []


async def test_the_app_is_not_installed_in_a_whole_organization(street: Street) -> None:
    street.north.slack.oauth.is_of_an_org = True
    assert "not in an org" in (await street.browser(street.north).install()).text
    assert not street.north.workspace.state.is_installed
    assert street.door.installations.all() == []


@pytest.mark.parametrize("is_there_already", [True, False])
async def test_a_listed_workspace_that_is_refused_keeps_what_it_has(
    street: Street, *, is_there_already: bool
) -> None:
    browser, state = street.browser(street.north), street.north.workspace.state
    if is_there_already:
        await browser.install()
    before, token = street.door.installations.all(), state.app.bot_token
    asked = httpx.URL(await browser.begin())
    fewer = asked.params["scope"].replace("chat:write,", "")
    query = await browser.answer(str(asked.copy_set_param("scope", fewer)))
    assert "did not grant chat:write" in (await browser.back(query)).text
    street.north.slack.oauth.rotates = True
    assert "token rotation" in (await browser.install()).text
    assert (state.is_installed, state.app.bot_token) == (True, token)
    assert street.door.installations.all() == before
    assert street.door.installations.token(NORTH.id) == (token if is_there_already else None)


async def test_no_token_stands_in_the_files_in_any_form(street: Street) -> None:
    await street.browser(street.north).install()
    token = street.north.workspace.state.app.bot_token
    assert NORTH.id.encode() in street.files()
    assert found([token, token.removeprefix("xoxb-")], street.files()) == set()


async def test_a_command_reaches_the_process_of_its_workspace_and_is_signed_for_it_alone(
    street: Street,
) -> None:
    north, south = street.houses
    said = await street.south.workspace.command("U0AMARA001", "/aboard", "help")
    assert said.text == "South heard it"
    assert north.taken == []
    [(headers, body)] = south.taken
    stamp = int(headers["x-slack-request-timestamp"])
    slacks = street.south.workspace.state.app.signing_secret
    passing = [
        secret
        for secret in (slacks, OF_NORTH, OF_SOUTH)
        if signed(secret, stamp, body)["X-Slack-Signature"] == headers["x-slack-signature"]
    ]
    assert passing == [OF_SOUTH]


@pytest.mark.parametrize("secret", ["another-secret", DOOR_KEY])
async def test_what_slack_did_not_sign_reaches_nobody(street: Street, secret: str) -> None:
    assert await _knock(street, secret) == 401
    assert [one.taken for one in street.houses] == [[], []]


async def test_what_is_signed_with_a_companys_own_secret_reaches_nobody_at_the_door(
    street: Street,
) -> None:
    for secret in (OF_NORTH, OF_SOUTH):
        assert await _knock(street, secret) == 401
    assert [one.taken for one in street.houses] == [[], []]
    assert await _knock(street, street.south.workspace.state.app.signing_secret) == 200
    assert [len(one.taken) for one in street.houses] == [0, 1]


async def _knock(street: Street, secret: str) -> int:
    """Send a command of South as whoever has ``secret`` could; return the status."""
    channel = street.south.workspace.state.directory.channel("C0GENERAL1")
    lead = street.south.workspace.user("U0AMARA001")
    payload = street.south.workspace.payloads().command(lead, "/aboard", "help", channel)
    body, kind = encoded("command", payload)
    headers = {"content-type": kind, **signed(secret, int(time.time()), body)}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{street.url}/slack/events", content=body, headers=headers)
    return answer.status_code


async def test_a_person_of_an_unknown_workspace_reads_why_and_events_are_not_repeated(
    street: Street,
) -> None:
    said = await street.stranger.workspace.command("U0AMARA001", "/aboard", "help")
    assert "not set up for this workspace" in said.text
    answer = await street.stranger.workspace.event({"type": "app_home_opened"})
    assert answer is not None
    assert answer.status == 404
    assert answer.headers["x-slack-no-retry"] == "1"
    assert [one.taken for one in street.houses] == [[], []]


async def test_slack_proves_the_address_and_gets_its_challenge(street: Street) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "as-it-was"}).encode()
    secret = street.north.workspace.state.app.signing_secret
    headers = {"content-type": "application/json", **signed(secret, int(time.time()), body)}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{street.url}/slack/events", content=body, headers=headers)
    assert (answer.status_code, answer.text) == (200, "as-it-was")


async def test_who_removes_the_app_has_its_token_forgotten_and_the_process_told(
    street: Street,
) -> None:
    for server in (street.north, street.south):
        await street.browser(server).install()
    answer = await street.north.workspace.remove_app()
    assert answer is not None
    assert answer.status == 200
    assert [one.team for one in street.door.installations.all()] == [SOUTH.id]
    assert b"app_uninstalled" in street.houses[0].taken[-1][1]


async def test_a_late_word_of_a_removal_does_not_end_a_newer_installation(
    street: Street,
) -> None:
    await street.browser(street.north).install()
    payload = street.north.workspace.payloads().event({"type": "app_uninstalled"})
    payload["event_time"] -= 60
    await street.north.workspace.messenger.send_event(payload)
    assert [one.team for one in street.door.installations.all()] == [NORTH.id]


async def test_a_door_whose_clock_is_ahead_forgets_a_token_all_the_same(street: Street) -> None:
    street.clock.ahead = 60
    await street.browser(street.north).install()
    answer = await street.north.workspace.remove_app()
    assert answer is not None
    assert answer.status == 200
    assert street.door.installations.all() == []


async def test_a_workspace_that_installs_anew_keeps_one_token_the_newest(street: Street) -> None:
    await street.browser(street.north).install()
    street.north.workspace.state.is_installed = False
    street.clock.ahead = 5
    await street.browser(street.north).install()
    assert len(street.door.installations.all()) == 1
    newest = street.north.workspace.state.app.bot_token
    assert street.door.installations.token(NORTH.id) == newest


async def test_a_door_says_that_it_works_and_counts_what_it_handed_on(street: Street) -> None:
    await street.south.workspace.command("U0AMARA001", "/aboard", "help")
    await street.stranger.workspace.command("U0AMARA001", "/aboard", "help")
    async with listening(street.door.status) as status, httpx.AsyncClient(trust_env=False) as web:
        ready = await web.get(f"{street.url}/readyz")
        metrics = (await web.get(f"{status}/metrics")).text
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert 'aboard_door_requests_total{outcome="forwarded"} 1.0' in metrics
    assert 'aboard_door_requests_total{outcome="unknown"} 1.0' in metrics
    assert 'aboard_door_requests_total{outcome="unreachable"} 0.0' in metrics
    assert 'aboard_door_refused_total{status="401"} 0.0' in metrics


async def test_while_a_process_is_down_slack_hears_so_and_the_other_workspace_goes_on(
    tmp_path: Path,
) -> None:
    house = House("South")
    async with (
        running(cast_of(NORTH, "xoxb-north")) as north,
        running(cast_of(SOUTH, "xoxb-south")) as south,
        listening(house.app()) as to_south,
    ):
        settings = told(tmp_path, north.url, {NORTH.id: "http://127.0.0.1:9", SOUTH.id: to_south})
        async with opened(settings, time.time) as (_, url):
            connect(north, url)
            connect(south, url)
            north.workspace.messenger.retries = ()
            answer = await north.workspace.event({"type": "app_home_opened"})
            said = await south.workspace.command("U0AMARA001", "/aboard", "help")
    assert said.text == "South heard it"
    assert answer is not None
    assert answer.status == 503
    assert "x-slack-no-retry" not in answer.headers
