"""Socket Mode: tickets, envelopes and acknowledgements, and Slack's own client on the other end."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.parts import Server
from sandbox.server import running
from tests.unit.sandbox.conftest import Caller


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running(mode="socket") as server:
        yield server


@pytest.fixture
async def socket(
    server: Server, http: aiohttp.ClientSession
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with http.ws_connect(await ticket(server, http)) as connection:
        assert (await connection.receive_json())["type"] == "hello"
        yield connection


async def ticket(server: Server, http: aiohttp.ClientSession) -> str:
    caller = Caller(http, server.url, server.environment()["SLACK_APP_TOKEN"])
    return str((await caller("apps.connections.open"))["url"])


async def test_a_ticket_opens_one_connection(server: Server, http: aiohttp.ClientSession) -> None:
    url = await ticket(server, http)
    async with http.ws_connect(url) as connection:
        hello = await connection.receive_json()
    assert (hello["num_connections"], hello["connection_info"]["app_id"]) == (1, "A0ABOARD01")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(url)


async def test_a_command_comes_in_an_envelope_and_is_answered_in_one(
    server: Server, socket: aiohttp.ClientWebSocketResponse
) -> None:
    typing = asyncio.create_task(server.workspace.command(server.cast.manager, "/onboard", "ada"))
    envelope = await socket.receive_json()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["text"] == "ada"
    await socket.send_json({"envelope_id": "another", "payload": {"text": "not for this"}})
    said = {"envelope_id": envelope["envelope_id"], "payload": {"text": "Working on it"}}
    await socket.send_json(said)
    assert (await typing).text == "Working on it"


async def test_an_event_says_how_often_it_was_sent(
    server: Server, socket: aiohttp.ClientWebSocketResponse
) -> None:
    looking = asyncio.create_task(server.workspace.open_home(server.cast.lead))
    envelope = await socket.receive_json()
    assert (envelope["type"], envelope["retry_attempt"]) == ("events_api", 0)
    assert envelope["accepts_response_payload"] is False
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    assert (await looking).ok


async def test_nobody_connected_and_nobody_answering_are_told_apart(
    server: Server, http: aiohttp.ClientSession
) -> None:
    slack, who = server.workspace, server.cast.manager
    assert (await slack.command(who, "/onboard")).error == "dispatch_failed"
    slack.sockets.patience = 0.05
    async with http.ws_connect(await ticket(server, http)) as connection:
        await connection.receive_json()
        assert (await slack.command(who, "/onboard")).error == "operation_timeout"


async def test_a_refresh_asks_the_app_to_come_back(
    server: Server, socket: aiohttp.ClientWebSocketResponse
) -> None:
    await server.workspace.sockets.refresh()
    asked = await socket.receive_json()
    assert (asked["type"], asked["reason"]) == ("disconnect", "refresh_requested")
    await server.workspace.until(lambda: not server.workspace.sockets.connections)


async def test_bolt_connects_and_answers(server: Server) -> None:
    environment = server.environment()
    client = AsyncWebClient(environment["SLACK_BOT_TOKEN"], environment["SLACK_API_URL"])
    app = AsyncApp(client=client)

    @app.command("/onboard")
    async def onboard(ack: AsyncAck) -> None:
        await ack("Bolt heard you")

    handler = AsyncSocketModeHandler(app, environment["SLACK_APP_TOKEN"])
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt left it unannotated
    try:
        await server.workspace.until(lambda: server.workspace.sockets.connections)
        answer = await server.workspace.command(server.cast.manager, "/onboard")
        assert answer.text == "Bolt heard you"
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # likewise unannotated
