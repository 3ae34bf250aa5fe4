"""The Web API: who may call, what is read, what is refused, and what is remembered."""

from typing import Any

import aiohttp
import pytest

from sandbox.parts import Server
from sandbox.slack.workspace import Workspace
from tests.unit.sandbox.conftest import Caller

CARD = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]


async def test_no_token_and_a_wrong_token_are_told_apart(
    server: Server, http: aiohttp.ClientSession
) -> None:
    assert (await Caller(http, server.url, None)("auth.test"))["error"] == "not_authed"
    assert (await Caller(http, server.url, "xoxb-no")("auth.test"))["error"] == "invalid_auth"


async def test_the_token_may_stand_in_the_form(server: Server, http: aiohttp.ClientSession) -> None:
    nobody = Caller(http, server.url, None)
    token = server.environment()["SLACK_BOT_TOKEN"]
    answer = await nobody.form("auth.test", token=token)
    assert answer["user_id"] == server.cast.app.id
    assert "token" not in server.workspace.calls[-1].arguments


async def test_each_token_opens_its_own_methods(server: Server, call: Caller) -> None:
    call.token = server.environment()["SLACK_APP_TOKEN"]
    assert (await call("auth.test"))["error"] == "not_allowed_token_type"
    call.token = server.environment()["SLACK_BOT_TOKEN"]
    assert (await call("apps.connections.open"))["error"] == "not_allowed_token_type"


async def test_an_unknown_method_is_named_so(call: Caller) -> None:
    assert (await call("chat.shout"))["error"] == "unknown_method"


async def test_a_missing_argument_is_named(call: Caller) -> None:
    answer = await call("chat.postMessage", text="hi")
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_an_unknown_argument_is_a_complaint(
    server: Server, call: Caller, slack: Workspace
) -> None:
    await call("chat.postMessage", channel=server.cast.requests, text="hi", colour="red")
    assert slack.complaints == ["chat.postMessage: unknown argument colour"]


async def test_json_to_a_method_that_reads_forms_is_not_read(
    server: Server, call: Caller, slack: Workspace
) -> None:
    ada = server.cast.newcomers[0]
    assert (await call("users.info", user=ada.id))["error"] == "invalid_arguments"
    assert slack.complaints == ["users.info: does not read JSON bodies; send a form"]
    assert (await call.form("users.info", user=ada.id))["user"]["real_name"] == "Ada Moreno"


async def test_a_missing_scope_is_named(call: Caller, slack: Workspace) -> None:
    slack.state.scopes.discard("usergroups:read")
    answer = await call.form("usergroups.users.list", usergroup="S0ITOPS001")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "usergroups:read")


async def test_an_address_is_shown_only_to_those_who_may_read_it(
    server: Server, call: Caller, slack: Workspace
) -> None:
    ada, noor = server.cast.newcomers[0], server.cast.stranger
    profile = (await call.form("users.info", user=ada.id))["user"]["profile"]
    assert profile["email"] == "ada@acme.example"
    stranger = (await call.form("users.info", user=noor.id))["user"]
    assert stranger["is_stranger"] is True
    assert "email" not in stranger["profile"]
    slack.state.scopes.discard("users:read.email")
    assert "email" not in (await call.form("users.info", user=ada.id))["user"]["profile"]


async def test_people_are_told_apart(server: Server, call: Caller) -> None:
    async def asked(user: str) -> dict[str, Any]:
        return await call.form("users.info", user=user)

    assert (await asked(server.cast.gone.id))["user"]["deleted"] is True
    assert (await asked(server.cast.guest.id))["user"]["is_restricted"] is True
    assert (await asked(server.cast.other_bot.id))["user"]["is_bot"] is True
    assert (await asked("U0NOBODY01"))["error"] == "user_not_found"


async def test_lists_come_in_pages(call: Caller) -> None:
    first = await call.form("users.list", limit="5")
    cursor = first["response_metadata"]["next_cursor"]
    second = await call.form("users.list", limit="100", cursor=cursor)
    names = [user["name"] for user in first["members"] + second["members"]]
    assert len(names) == len(set(names)) == 14
    assert second["response_metadata"]["next_cursor"] == ""
    assert (await call.form("users.list", cursor="nonsense"))["error"] == "invalid_cursor"


async def test_a_user_group_lists_its_people(server: Server, call: Caller) -> None:
    answer = await call.form("usergroups.users.list", usergroup=server.cast.group.id)
    assert answer["users"] == [user.id for user in server.cast.ops]
    refused = await call.form("usergroups.users.list", usergroup="S0NOTHING1")
    assert refused["error"] == "no_such_subteam"


async def test_a_message_is_posted_changed_and_deleted(
    server: Server, call: Caller, slack: Workspace
) -> None:
    channel = server.cast.requests
    posted = await call("chat.postMessage", channel=channel, text="hello", blocks=CARD)
    message = slack.messages(channel)[-1]
    assert (message.ts, message.blocks[0]["text"]["text"]) == (posted["ts"], "hello")
    changed = await call("chat.update", channel=channel, ts=posted["ts"], text="bye", blocks=[])
    assert (changed["ok"], message.text, message.blocks) == (True, "bye", [])
    assert message.edited_ts is not None
    assert (await call("chat.delete", channel=channel, ts=posted["ts"]))["ok"]
    assert slack.messages(channel) == []
    again = await call("chat.update", channel=channel, ts=posted["ts"], text="x")
    assert again["error"] == "message_not_found"


async def test_a_card_that_is_redrawn_does_not_read_as_edited(
    server: Server, call: Caller, slack: Workspace
) -> None:
    where = {"channel": server.cast.requests, "blocks": CARD}
    metadata = {"event_type": "card", "event_payload": {}}
    posted = await call("chat.postMessage", text="hello", metadata=metadata, **where)
    await call("chat.update", ts=posted["ts"], text="again", **where)
    message = slack.messages(server.cast.requests)[-1]
    assert (message.text, message.edited_ts, message.metadata) == ("again", None, metadata)


async def test_another_ones_message_cannot_be_changed(
    server: Server, call: Caller, slack: Workspace
) -> None:
    said = await slack.say(server.cast.lead, server.cast.requests, "hello")
    changed = await call("chat.update", channel=said.channel, ts=said.ts, text="x")
    deleted = await call("chat.delete", channel=said.channel, ts=said.ts)
    assert (changed["error"], deleted["error"]) == ("cant_update_message", "cant_delete_message")


async def test_posting_needs_a_place_and_something_to_say(
    server: Server, call: Caller, slack: Workspace
) -> None:
    channel = slack.state.directory.channel(server.cast.requests)
    assert (await call("chat.postMessage", channel="C0NOWHERE1", text="x"))[
        "error"
    ] == "channel_not_found"
    assert (await call("chat.postMessage", channel=channel.id))["error"] == "no_text"
    channel.members.remove(server.cast.app.id)
    assert (await call("chat.postMessage", channel=channel.id, text="x"))[
        "error"
    ] == "not_in_channel"
    channel.members.append(server.cast.app.id)
    channel.is_archived = True
    assert (await call("chat.postMessage", channel=channel.id, text="x"))["error"] == "is_archived"


async def test_bad_blocks_are_refused_and_nothing_is_posted(
    server: Server, call: Caller, slack: Workspace
) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = await call("chat.postMessage", channel=server.cast.requests, text="x", blocks=blocks)
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert slack.messages(server.cast.requests) == []


async def test_blocks_without_a_text_are_a_complaint(
    server: Server, call: Caller, slack: Workspace
) -> None:
    assert (await call("chat.postMessage", channel=server.cast.requests, blocks=CARD))["ok"]
    assert "without a top-level text" in slack.complaints[0]


async def test_a_person_is_a_place_to_post(server: Server, call: Caller, slack: Workspace) -> None:
    ada = server.cast.newcomers[0]
    answer = await call("chat.postMessage", channel=ada.id, text="welcome")
    assert answer["channel"].startswith("D")
    assert [message.text for message in slack.direct_messages(ada)] == ["welcome"]


async def test_an_ephemeral_message_is_for_one_pair_of_eyes(
    server: Server, call: Caller, slack: Workspace
) -> None:
    channel, lead, ada = server.cast.requests, server.cast.lead, server.cast.newcomers[0]
    answer = await call("chat.postEphemeral", channel=channel, user=lead.id, text="psst")
    assert [message.text for message in slack.ephemerals(lead)] == ["psst"]
    assert slack.messages(channel, ada) == []
    update = await call("chat.update", channel=channel, ts=answer["message_ts"], text="x")
    assert update["error"] == "message_not_found"
    outside = await call("chat.postEphemeral", channel=channel, user=server.cast.guest.id, text="x")
    assert outside["error"] == "user_not_in_channel"


async def test_an_update_is_shorter_than_a_post(server: Server, call: Caller) -> None:
    channel = server.cast.requests
    posted = await call("chat.postMessage", channel=channel, text="x" * 4001)
    assert posted["ok"]
    update = await call("chat.update", channel=channel, ts=posted["ts"], text="x" * 4001)
    assert update["error"] == "msg_too_long"


async def test_a_thread_is_read_from_its_parent(
    server: Server, call: Caller, slack: Workspace
) -> None:
    slack.state.scopes.add("channels:history")
    channel = server.cast.requests
    parent = await call("chat.postMessage", channel=channel, text="parent")
    await call("chat.postMessage", channel=channel, text="reply", thread_ts=parent["ts"])
    thread = await call.form("conversations.replies", channel=channel, ts=parent["ts"])
    assert [message["text"] for message in thread["messages"]] == ["parent", "reply"]
    history = await call.form("conversations.history", channel=channel)
    assert [message["text"] for message in history["messages"]] == ["parent"]
    nowhere = await call.form("conversations.replies", channel=channel, ts="1.000000")
    assert nowhere["error"] == "thread_not_found"


async def test_a_direct_message_opens_once(server: Server, call: Caller, slack: Workspace) -> None:
    slack.state.scopes.add("im:write")
    ada = server.cast.newcomers[0]
    first = await call("conversations.open", users=ada.id)
    second = await call("conversations.open", users=ada.id, return_im=True)
    assert first["channel"]["id"] == second["channel"]["id"]
    assert second["already_open"] is True
    assert (await call("conversations.open"))["error"] == "users_list_not_supplied"
    gone = await call("conversations.open", users=server.cast.gone.id)
    assert gone["error"] == "user_disabled"


async def test_too_many_calls_are_told_when_to_come_back(
    server: Server, http: aiohttp.ClientSession, call: Caller
) -> None:
    server.slack.faults.rate_limit(seconds=7)
    url = f"{server.url}/slack/api/auth.test"
    async with http.post(url, headers=call.headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        assert (await answer.json())["error"] == "ratelimited"
    assert (await call("auth.test"))["ok"]


@pytest.mark.parametrize("method", ["team.info", "users.conversations", "conversations.info"])
async def test_reading_more_needs_more_scopes(call: Caller, method: str) -> None:
    answer = await call.form(method, channel="C0REQUEST1")
    assert answer["error"] == "missing_scope"


async def test_a_reaction_counts_once(server: Server, call: Caller, slack: Workspace) -> None:
    slack.state.scopes.add("reactions:write")
    posted = await call("chat.postMessage", channel=server.cast.requests, text="x")
    where = {"channel": server.cast.requests, "timestamp": posted["ts"]}
    assert (await call("reactions.add", name="eyes", **where))["ok"]
    assert (await call("reactions.add", name="eyes", **where))["error"] == "already_reacted"


async def test_a_link_leads_to_the_message(server: Server, call: Caller) -> None:
    posted = await call("chat.postMessage", channel=server.cast.requests, text="x")
    answer = await call.form(
        "chat.getPermalink", channel=server.cast.requests, message_ts=posted["ts"]
    )
    assert answer["permalink"].endswith(f"/C0REQUEST1/p{posted['ts'].replace('.', '')}")
