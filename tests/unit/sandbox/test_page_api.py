"""The page gets what one person sees, and does what that person does."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import aiohttp
import pytest

from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.model import Message
from sandbox.slack.workspace import Workspace
from sandbox.switches import switches
from sandbox.tenancies import AXOLO_KEY, TENANCIES
from sandbox.vendors.axolo import Axolo, Engineer
from tests.unit.sandbox.conftest import Caller
from tests.unit.sandbox.listener import Listener

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


MENU = {"type": "external_select", "action_id": "role", "min_query_length": 0}
BUTTON = {"type": "button", "action_id": "go", "text": plain("Go")}
ROW = {"type": "actions", "block_id": "row", "elements": [BUTTON, MENU]}
WORDS = {"type": "plain_text_input", "action_id": "value"}
FIELD = {"type": "input", "block_id": "why", "label": plain("Why"), "element": WORDS}
FORM = {"type": "modal", "title": plain("Ask"), "submit": plain("Send"), "blocks": [FIELD, ROW]}


class Page:
    """The page's side of the wire."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def state(self, who: str) -> Json:
        async with self._http.get("/api/state", params={"as": who}) as answer:
            state: Json = await answer.json()
            return state

    async def post(self, path: str, **body: object) -> Json:
        async with self._http.post(f"/api/{path}", json=body) as answer:
            said: Json = await answer.json()
            return said


@pytest.fixture
async def page(server: Server) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession(server.url) as http:
        yield Page(http)


@pytest.fixture
async def card(server: Server, slack: Workspace, call: Caller) -> Message:
    await call("chat.postMessage", channel=server.cast.requests, text="card", blocks=[ROW])
    return slack.messages(server.cast.requests)[-1]


@pytest.fixture
async def view(server: Server, call: Caller) -> str:
    trigger = server.workspace.state.triggers.new(server.cast.lead.id)
    return str((await call("views.open", trigger_id=trigger, view=FORM))["view"]["id"])


async def test_everybody_sees_their_own_part(
    server: Server, page: Page, call: Caller, card: Message
) -> None:
    lead, guest = server.cast.lead, server.cast.guest
    where = {"channel": card.channel, "user": lead.id}
    await call("chat.postEphemeral", text="psst", **where)
    mine, theirs = await page.state(lead.id), await page.state(guest.id)
    assert [message["text"] for message in mine["messages"][card.channel]] == ["card", "psst"]
    assert card.channel not in theirs["messages"]
    assert {channel["name"] for channel in theirs["channels"]} == {"general"}


async def test_the_state_has_everything_the_page_draws(
    server: Server, page: Page, http: aiohttp.ClientSession
) -> None:
    body = {"organization": "acme", "githubLogin": "octocat", "slackId": "U0ADAMOR01"}
    url = f"{server.url}/axolo/v1/engineer/onboard"
    await http.post(url, json=body, headers={"x-api-key": AXOLO_KEY})
    state = await page.state("")
    assert state["me"] == server.cast.manager.id
    assert [command["command"] for command in state["commands"]] == [
        "/onboard",
        "/offboard",
        "/aboard",
    ]
    axolo = next(vendor for vendor in state["vendors"] if vendor["name"] == "axolo")
    assert axolo["accounts"] == [
        {
            "id": "octocat",
            "who": "Ada Moreno",
            "access": "acme/octocat",
            "state": "active",
            "acts": [],
        }
    ]
    assert (axolo["calls"][0]["path"], axolo["calls"][0]["status"]) == ("/v1/engineer/onboard", 200)
    assert state["bot"] == {"up": True, "restarts": 0}
    ada = next(user for user in state["users"] if user["id"] == "U0ADAMOR01")
    assert (ada["initials"], ada["is_bot"], ada["deleted"]) == ("AM", False, False)


async def test_an_organization_at_appxite_is_shown_by_its_name(page: Page) -> None:
    vendors = {one["name"]: one for one in (await page.state(""))["vendors"]}
    assert [one["access"] for one in vendors["appxite"]["accounts"]] == ["Manager in Acme"]


async def test_the_faults_stand_in_the_order_of_the_vendors_with_slack_at_the_end(
    page: Page,
) -> None:
    state = await page.state("")
    services = dict.fromkeys(one["service"] for one in state["faults"])
    assert [*services] == [*(one["title"] for one in state["vendors"]), "Slack"]


@pytest.mark.parametrize("path", ["/", "/axiom/v2/users"])
async def test_every_answer_tells_the_time_that_it_is_in_the_sandbox(path: str) -> None:
    async with (
        running(clock=lambda: 1_772_442_000.0) as server,
        aiohttp.ClientSession(server.url) as http,
        http.get(path) as answer,
    ):
        assert answer.headers["Date"] == "Mon, 02 Mar 2026 09:00:00 GMT"


class Rooms(Axolo):
    """A vendor that is new in here."""

    title: ClassVar[str] = "Acme Rooms"


async def test_every_vendor_of_the_sandbox_is_on_the_page_also_a_new_one(
    server: Server, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = Rooms(server.changes, time.time, "acme", "key")
    rooms.engineers["ada"] = Engineer("acme", "ada", "U0NOBODYHERE")
    monkeypatch.setattr(server, "vendors", {**server.vendors, "rooms": rooms})
    *known, new = (await page.state(""))["vendors"]
    assert [one["name"] for one in known] == list(TENANCIES)
    assert (new["name"], new["title"]) == ("rooms", "Acme Rooms")
    assert [(one["id"], one["who"]) for one in new["accounts"]] == [("ada", "ada")]
    assert new["calls"] == []
    found = switches(server.vendors, server.axiom.faults, server.ixon, server.slack.faults)
    own = [one for one in found if one.service == rooms.title]
    assert [(one.id, one.label) for one in own] == [
        ("rooms_down", "Acme Rooms is down"),
        ("rooms_lost", "Acme Rooms: lose next answer"),
    ]
    own[0].turn(on=True)
    assert rooms.faults.active("rooms_down")


async def test_changes_are_streamed(server: Server, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.url}/api/events") as stream:
        first = await stream.content.readline()
        assert json.loads(first.removeprefix(b"data: ")) == {"version": server.changes.version}
        await stream.content.readline()
        server.changes.happened()
        second = await stream.content.readline()
        assert json.loads(second.removeprefix(b"data: ")) == {"version": server.changes.version}


async def test_a_name_in_a_command_becomes_a_mention(
    server: Server, page: Page, app: Listener
) -> None:
    said = await page.post(
        "command",
        **{"as": server.cast.manager.id},
        channel=server.cast.requests,
        text="/onboard @Ada @nobody a@b.c octocat",
    )
    assert said == {"ok": True}
    assert app.last.form["text"] == "<@U0ADAMOR01|ada> @nobody a@b.c octocat"


async def test_words_without_a_slash_are_a_message(
    server: Server, slack: Workspace, page: Page, app: Listener
) -> None:
    lead, channel = server.cast.lead, server.cast.requests
    await page.post("command", **{"as": lead.id}, channel=channel, text="good morning")
    assert (slack.messages(channel)[-1].text, app.heard) == ("good morning", [])


async def test_a_button_is_pressed_from_the_page(
    server: Server, page: Page, app: Listener, card: Message
) -> None:
    where = {"channel": card.channel, "ts": card.ts, "block_id": "row", "action_id": "go"}
    assert await page.post("action", **{"as": server.cast.lead.id}, **where) == {"ok": True}
    assert app.last.payload["actions"][0]["action_id"] == "go"
    gone = await page.post("action", **{"as": server.cast.lead.id}, **where | {"ts": "1.0"})
    assert gone == {"ok": False, "error": "This message is gone."}


async def test_a_form_is_submitted_from_the_page(
    server: Server, slack: Workspace, page: Page, app: Listener, view: str
) -> None:
    lead = server.cast.lead
    values = {"why": {"value": {"type": "plain_text_input", "value": "because"}}}
    app.says = {"response_action": "errors", "errors": {"why": "Say more"}}
    await page.post("view/submit", **{"as": lead.id}, view_id=view, values=values)
    (modal,) = (await page.state(lead.id))["modals"]
    assert (modal["view_id"], modal["errors"]) == (view, {"why": "Say more"})
    app.says = None
    await page.post("view/submit", **{"as": lead.id}, view_id=view, values=values)
    assert app.last.payload["view"]["state"]["values"]["why"] == values["why"]
    assert slack.modal(lead) is None


async def test_a_button_in_a_form_brings_what_was_typed(
    server: Server, page: Page, app: Listener, view: str
) -> None:
    typed = {"why": {"value": {"type": "plain_text_input", "value": "half"}}}
    where = {"view_id": view, "block_id": "row", "action_id": "go", "values": typed}
    assert (await page.post("view/action", **{"as": server.cast.lead.id}, **where))["ok"]
    assert app.last.payload["view"]["state"]["values"]["why"] == typed["why"]
    assert app.last.payload["container"] == {"type": "view", "view_id": view}


async def test_a_form_is_closed_from_the_page(
    server: Server, slack: Workspace, page: Page, view: str
) -> None:
    await page.post("view/close", **{"as": server.cast.lead.id}, view_id=view)
    assert slack.modal(server.cast.lead) is None


async def test_the_home_is_opened_and_used_from_the_page(
    server: Server, page: Page, app: Listener, call: Caller
) -> None:
    lead = server.cast.lead
    await page.post("home/open", **{"as": lead.id})
    assert app.last.payload["event"]["type"] == "app_home_opened"
    await call("views.publish", user_id=lead.id, view={"type": "home", "blocks": [ROW]})
    assert (await page.state(lead.id))["home"]["blocks"][0]["block_id"] == "row"
    await page.post("home/action", **{"as": lead.id}, block_id="row", action_id="go")
    assert app.last.payload["view"]["type"] == "home"


async def test_options_are_asked_for_from_the_page(
    server: Server, page: Page, app: Listener, card: Message
) -> None:
    app.says = {"options": [{"text": plain("Owner"), "value": "owner"}]}
    where = {"view_id": None, "channel": card.channel, "ts": card.ts}
    field = {"block_id": "row", "action_id": "role", "query": "ow"}
    said = await page.post("options", **{"as": server.cast.lead.id}, **where, **field)
    assert said["options"][0]["value"] == "owner"
    assert app.last.payload["value"] == "ow"


@pytest.mark.parametrize(
    "fault",
    [
        "axiom_down",
        "axiom_lost",
        "axiom_429",
        "axiom_401",
        "axolo_down",
        "axolo_lost",
        "slack_429",
    ],
)
async def test_every_fault_is_switched_on_and_off(page: Page, fault: str) -> None:
    async def active() -> bool:
        faults = (await page.state(""))["faults"]
        return bool(next(one["active"] for one in faults if one["id"] == fault))

    assert not await active()
    await page.post("fault", id=fault, active=True)
    assert await active()
    await page.post("fault", id=fault, active=False)
    assert not await active()
    assert (await page.post("fault", id="moon_falls", active=True))["ok"] is False


async def test_the_bot_is_killed_by_whoever_runs_it(server: Server, page: Page) -> None:
    assert (await page.post("kill"))["ok"] is False
    killed = []

    async def kill() -> None:
        killed.append(True)

    server.kill = kill
    assert (await page.post("kill"))["ok"] is True
    assert killed == [True]


async def test_the_page_itself_is_served(server: Server, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.url}/") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
    async with http.get(f"{server.url}/static/app.js") as answer:
        assert answer.status == 200
