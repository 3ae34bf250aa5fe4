"""Files in the sandbox's Slack: two calls and an upload, and what is refused on the way."""

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.page_state import page_state
from sandbox.parts import Server
from sandbox.slack.model import User
from sandbox.slack.workspace import Workspace
from tests.unit.sandbox.conftest import Caller

CONTENT = b"number,state\r\n12,completed\r\n"


@pytest.fixture
def lead(server: Server) -> User:
    return server.cast.lead


@pytest.fixture
def direct(server: Server, lead: User) -> str:
    """The direct message between the app and the lead."""
    state = server.workspace.state
    return state.directory.direct(lead.id, state.app.bot_user_id)[0].id


async def expected(call: Caller, length: int = len(CONTENT)) -> dict[str, Any]:
    """Ask for an address to upload to."""
    answer = await call.form("files.getUploadURLExternal", filename="a.csv", length=str(length))
    assert answer["ok"], answer
    return answer


async def upload(http: aiohttp.ClientSession, url: str, content: bytes = CONTENT) -> int:
    async with http.post(url, data=content) as answer:
        return answer.status


def listed(ticket: dict[str, Any], **more: str) -> str:
    return json.dumps([{"id": ticket["file_id"], **more}])


async def test_slacks_own_client_shares_a_file(
    server: Server, slack: Workspace, lead: User, direct: str
) -> None:
    token = server.environment()["SLACK_BOT_TOKEN"]
    client = AsyncWebClient(token=token, base_url=f"{server.url}/slack/api/")
    done = await client.files_upload_v2(
        channel=direct, content=CONTENT, filename="a.csv", title="History"
    )
    assert done["ok"]
    (message,) = slack.direct_messages(lead)
    (file,) = [slack.state.files.find(one) for one in message.files]
    assert (file.name, file.title, file.content) == ("a.csv", "History", CONTENT)
    assert slack.complaints == []


async def test_the_page_offers_it_and_it_can_be_downloaded(
    server: Server, call: Caller, http: aiohttp.ClientSession, lead: User, direct: str
) -> None:
    ticket = await expected(call)
    assert await upload(http, ticket["upload_url"]) == 200
    files = listed(ticket, title="History")
    assert (await call("files.completeUploadExternal", files=files, channel_id=direct))["ok"]
    (message,) = page_state(server, lead)["messages"][direct]
    (shown,) = message["files"]
    assert (shown["name"], shown["title"], shown["size"]) == ("a.csv", "History", len(CONTENT))
    async with http.get(shown["url_private_download"]) as answer:
        assert await answer.read() == CONTENT
        assert answer.headers["Content-Disposition"] == 'attachment; filename="a.csv"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_upload_counts_once_and_has_the_length_that_was_announced(
    call: Caller, http: aiohttp.ClientSession
) -> None:
    ticket = await expected(call)
    assert await upload(http, ticket["upload_url"], CONTENT + b"!") == 400
    assert await upload(http, ticket["upload_url"]) == 200
    assert await upload(http, ticket["upload_url"]) == 404
    assert await upload(http, f"{ticket['upload_url']}x") == 404


async def test_what_was_not_uploaded_or_not_shared_is_nowhere(
    server: Server, call: Caller, http: aiohttp.ClientSession, direct: str
) -> None:
    ticket = await expected(call)
    files = listed(ticket)
    answer = await call("files.completeUploadExternal", files=files, channel_id=direct)
    assert answer["error"] == "file_not_found"
    assert await upload(http, ticket["upload_url"]) == 200
    async with http.get(f"{server.url}/slack/files/{ticket['file_id']}") as kept:
        assert kept.status == 404
    assert (await call("files.completeUploadExternal", files=files))["ok"]
    async with http.get(f"{server.url}/slack/files/{ticket['file_id']}") as kept:
        assert kept.status == 404


@pytest.mark.parametrize(
    ("channel", "error"), [("C0NOWHERE1", "channel_not_found"), ("U0AMARA001", "channel_not_found")]
)
async def test_it_is_shared_only_where_the_app_is(
    call: Caller, http: aiohttp.ClientSession, channel: str, error: str
) -> None:
    ticket = await expected(call)
    await upload(http, ticket["upload_url"])
    files = listed(ticket)
    answer = await call("files.completeUploadExternal", files=files, channel_id=channel)
    assert answer["error"] == error


async def test_an_empty_file_and_one_without_the_scope_are_refused(
    server: Server, call: Caller
) -> None:
    answer = await call.form("files.getUploadURLExternal", filename="a.csv", length="0")
    assert answer["error"] == "missing_argument"
    server.workspace.state.scopes.discard("files:write")
    answer = await call.form("files.getUploadURLExternal", filename="a.csv", length="5")
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "files:write"


async def test_a_name_cannot_break_out_of_the_download(
    server: Server, call: Caller, http: aiohttp.ClientSession, direct: str
) -> None:
    name = '../a"b\r\nc.html'
    length = str(len(CONTENT))
    ticket = await call.form("files.getUploadURLExternal", filename=name, length=length)
    await upload(http, ticket["upload_url"])
    await call("files.completeUploadExternal", files=listed(ticket), channel_id=direct)
    async with http.get(f"{server.url}/slack/files/{ticket['file_id']}") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/octet-stream"
        assert not set('"\r\n/') & set(answer.headers["Content-Disposition"].split('"')[1])
