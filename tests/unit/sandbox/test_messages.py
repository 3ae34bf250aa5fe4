"""Pressing things in messages, and answering by the response URL."""

from typing import Any

import aiohttp
import pytest

from sandbox.parts import Server
from sandbox.slack.model import Message
from sandbox.slack.workspace import Workspace
from tests.unit.sandbox.conftest import Caller, HandClock
from tests.unit.sandbox.listener import Listener

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


BUTTONS = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {"type": "button", "action_id": "yes", "value": "ref-1", "text": plain("Approve")},
        {
            "type": "static_select",
            "action_id": "pick",
            "options": [{"text": plain("Later"), "value": "later"}],
        },
    ],
}


@pytest.fixture
async def card(server: Server, slack: Workspace, call: Caller) -> Message:
    await call("chat.postMessage", channel=server.cast.requests, text="card", blocks=[BUTTONS])
    return slack.messages(server.cast.requests)[-1]


async def test_a_press_tells_everything_about_itself(
    server: Server, slack: Workspace, app: Listener, card: Message
) -> None:
    lead = server.cast.lead
    assert (await slack.press(lead, card, "Approve")).ok
    payload = app.last.payload
    assert payload["type"] == "block_actions"
    assert payload["user"] == {
        "id": lead.id,
        "username": "amara",
        "name": "amara",
        "team_id": "T0ACME0001",
    }
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("yes", "row", "ref-1")
    assert payload["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": card.channel,
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == card.ts
    assert payload["channel"] == {"id": card.channel, "name": "access-requests"}
    assert (payload["enterprise"], payload["is_enterprise_install"]) == (None, False)


async def test_a_choice_carries_the_option_and_stays_chosen(
    server: Server, slack: Workspace, app: Listener, card: Message
) -> None:
    await slack.choose(server.cast.lead, card, "pick", "Later")
    option = {"text": plain("Later"), "value": "later"}
    assert app.last.payload["actions"][0]["selected_option"] == option
    state = app.last.payload["state"]["values"]["row"]["pick"]
    assert state == {"type": "static_select", "selected_option": option}


async def test_a_stranger_presses_under_their_own_workspace(
    server: Server, slack: Workspace, app: Listener, card: Message
) -> None:
    await slack.press(server.cast.stranger, card, "Approve")
    assert app.last.payload["user"]["team_id"] == "T0NORTHW01"
    assert app.last.payload["team"]["id"] == "T0ACME0001"


async def test_a_press_in_an_ephemeral_message_has_no_message(
    server: Server, slack: Workspace, app: Listener, call: Caller
) -> None:
    lead = server.cast.lead
    where = {"channel": server.cast.requests, "user": lead.id}
    await call("chat.postEphemeral", text="psst", blocks=[BUTTONS], **where)
    await slack.click(lead, slack.ephemerals(lead)[-1], "yes")
    assert app.last.payload["container"]["is_ephemeral"] is True
    assert "message" not in app.last.payload


async def test_what_is_not_there_cannot_be_pressed(
    server: Server, slack: Workspace, card: Message
) -> None:
    with pytest.raises(LookupError, match="there is 'Approve'"):
        await slack.press(server.cast.lead, card, "Deny")


async def test_a_press_that_nobody_answers_is_excused(
    server: Server, slack: Workspace, app: Listener, card: Message
) -> None:
    app.status = 503
    assert (await slack.press(server.cast.lead, card, "Approve")).error == "dispatch_failed"
    assert "Approve failed" in slack.ephemerals(server.cast.lead)[-1].text


@pytest.fixture
async def hook(server: Server, app: Listener, card: Message) -> str:
    await server.workspace.press(server.cast.lead, card, "Approve")
    return str(app.last.payload["response_url"])


async def test_a_response_url_replaces_the_message(
    hook: str, card: Message, http: aiohttp.ClientSession
) -> None:
    async with http.post(hook, json={"replace_original": True, "text": "done"}) as answer:
        assert (answer.status, await answer.text()) == (200, "ok")
    assert (card.text, card.blocks) == ("done", [])


async def test_a_response_url_answers_one_person_or_all(
    hook: str, server: Server, slack: Workspace, card: Message, http: aiohttp.ClientSession
) -> None:
    await http.post(hook, json={"text": "for you"})
    await http.post(hook, json={"text": "for all", "response_type": "in_channel"})
    assert [message.text for message in slack.ephemerals(server.cast.lead)] == ["for you"]
    assert slack.messages(card.channel)[-1].text == "for all"


async def test_a_response_url_deletes_the_message_once(
    hook: str, slack: Workspace, card: Message, http: aiohttp.ClientSession
) -> None:
    async with http.post(hook, json={"delete_original": True}) as first:
        assert first.status == 200
    assert slack.messages(card.channel) == []
    async with http.post(hook, json={"delete_original": True}) as again:
        assert (again.status, (await again.json())["error"]) == (404, "message_not_found")


async def test_a_response_url_works_five_times(hook: str, http: aiohttp.ClientSession) -> None:
    statuses = []
    for _ in range(6):
        async with http.post(hook, json={"text": "again"}) as answer:
            statuses.append((answer.status, await answer.text()))
    assert [status for status, _ in statuses] == [200] * 5 + [404]
    assert "used_url" in statuses[-1][1]


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (31, 404)])
async def test_a_response_url_lives_for_half_an_hour(
    hook: str, http: aiohttp.ClientSession, clock: HandClock, minutes: int, status: int
) -> None:
    clock.forward(minutes * 60)
    async with http.post(hook, json={"text": "late"}) as answer:
        assert answer.status == status


async def test_a_response_url_refuses_bad_blocks_and_nonsense(
    hook: str, http: aiohttp.ClientSession
) -> None:
    async with http.post(hook, json={"text": "x", "blocks": [{"type": "marquee"}]}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_blocks")
    async with http.post(hook, data="nonsense") as answer:
        assert answer.status == 400


async def test_waiting_ends_at_the_change_or_at_the_limit(
    server: Server, slack: Workspace, call: Caller
) -> None:
    with pytest.raises(TimeoutError, match=r"still not so after 0\.01 seconds"):
        await slack.until(lambda: slack.messages(server.cast.requests), within=0.01)
    await call("chat.postMessage", channel=server.cast.requests, text="now")
    (message,) = await slack.until(lambda: slack.messages(server.cast.requests))
    assert message.text == "now"
