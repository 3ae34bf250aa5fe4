"""What Slack sends to the app, and what people see when the app is late, wrong or gone."""

import hashlib
import hmac
from urllib.parse import urlencode

from sandbox.parts import Server
from sandbox.slack.workspace import Workspace
from tests.unit.sandbox.conftest import Caller, HandClock
from tests.unit.sandbox.listener import Listener


async def test_every_request_is_signed_over_its_bytes(
    server: Server, slack: Workspace, app: Listener, clock: HandClock
) -> None:
    await slack.command(server.cast.manager, "/onboard", "<@U1> é & =")
    heard = app.last
    stamp = heard.headers["x-slack-request-timestamp"]
    secret = server.environment()["SLACK_SIGNING_SECRET"].encode()
    digest = hmac.new(secret, f"v0:{stamp}:".encode() + heard.body, hashlib.sha256).hexdigest()
    assert heard.headers["x-slack-signature"] == f"v0={digest}"
    assert stamp == str(int(clock.now))


async def test_a_command_comes_as_a_plain_form(
    server: Server, slack: Workspace, app: Listener
) -> None:
    answer = await slack.command(
        server.cast.manager, "/onboard", "<@U1|ada> é & =", channel="#engineering"
    )
    assert (answer.status, answer.error, answer.text) == (200, None, "")
    form = app.last.form
    assert (form["command"], form["text"]) == ("/onboard", "<@U1|ada> é & =")
    assert (form["user_id"], form["user_name"]) == (server.cast.manager.id, "marta")
    assert (form["channel_name"], form["team_id"]) == ("engineering", "T0ACME0001")
    assert form["is_enterprise_install"] == "false"
    assert form["response_url"].startswith(f"{server.url}/slack/response/")
    assert form["trigger_id"].count(".") == 2


async def test_a_command_in_a_direct_message_says_so(
    server: Server, slack: Workspace, app: Listener, call: Caller
) -> None:
    direct = (await call("chat.postMessage", channel=server.cast.manager.id, text="hi"))["channel"]
    await slack.command(server.cast.manager, "/onboard", channel=direct)
    assert app.last.form["channel_name"] == "directmessage"


async def test_a_plain_answer_is_read_by_one_person(
    server: Server, slack: Workspace, app: Listener
) -> None:
    app.text = "Working on it"
    answer = await slack.command(server.cast.manager, "/onboard")
    assert answer.text == "Working on it"
    assert slack.ephemerals(server.cast.manager) == [answer.message]


async def test_an_answer_for_the_channel_is_read_by_all(
    server: Server, slack: Workspace, app: Listener
) -> None:
    app.says = {"response_type": "in_channel", "text": "Everybody!"}
    await slack.command(server.cast.manager, "/onboard", channel="#engineering")
    assert [message.text for message in slack.messages("#engineering")] == ["Everybody!"]


async def test_an_answer_slack_would_refuse_is_a_complaint(
    server: Server, slack: Workspace, app: Listener
) -> None:
    app.says = {"text": "x", "blocks": [{"type": "marquee"}]}
    answer = await slack.command(server.cast.manager, "/onboard")
    assert answer.message is None
    assert "invalid_blocks" in slack.complaints[0]


async def test_a_late_app_is_told_on(server: Server, slack: Workspace, app: Listener) -> None:
    app.silent = True
    slack.http.patience = 0.05
    answer = await slack.command(server.cast.manager, "/onboard")
    assert (answer.status, answer.error) == (None, "operation_timeout")
    excuse = slack.ephemerals(server.cast.manager)[-1]
    assert (excuse.user, "operation_timeout" in excuse.text) == ("USLACKBOT", True)


async def test_an_app_that_fails_is_told_on(
    server: Server, slack: Workspace, app: Listener
) -> None:
    app.status = 500
    answer = await slack.command(server.cast.manager, "/onboard")
    assert (answer.status, answer.error) == (500, "dispatch_failed")
    server.connect("http://127.0.0.1:9/slack/events")
    gone = await slack.command(server.cast.manager, "/onboard")
    assert (gone.status, gone.error) == (None, "dispatch_failed")


async def test_commands_of_nobody_and_by_strangers_reach_nobody(
    server: Server, slack: Workspace, app: Listener
) -> None:
    unknown = await slack.command(server.cast.manager, "/dance")
    foreign = await slack.command(server.cast.stranger, "/onboard", channel="#engineering")
    assert (unknown.error, foreign.error) == ("invalid_command", "invalid_command")
    assert app.heard == []


async def test_an_event_comes_as_json_in_an_envelope(
    server: Server, slack: Workspace, app: Listener
) -> None:
    assert (await slack.open_home(server.cast.lead)).ok
    payload = app.last.payload
    assert (payload["type"], payload["event"]["type"]) == ("event_callback", "app_home_opened")
    assert payload["event"]["user"] == server.cast.lead.id
    assert payload["event"]["tab"] == "home"
    assert payload["authorizations"][0]["user_id"] == server.cast.app.id
    assert "x-slack-retry-num" not in app.last.headers


async def test_a_failed_event_comes_three_times_more_and_says_why(
    server: Server, slack: Workspace, app: Listener
) -> None:
    app.status = 500
    slack.messenger.retries = (0.0, 0.0, 0.0)
    await slack.open_home(server.cast.lead)
    await slack.until(lambda: len(slack.deliveries) == 4)
    numbers = [heard.headers.get("x-slack-retry-num") for heard in app.heard]
    assert numbers == [None, "1", "2", "3"]
    assert app.last.headers["x-slack-retry-reason"] == "http_error"
    assert len({heard.payload["event_id"] for heard in app.heard}) == 1


async def test_a_repaired_app_hears_an_event_again_and_no_third_time(
    server: Server, slack: Workspace, app: Listener
) -> None:
    app.status = 500
    slack.messenger.retries = (0.0, 0.0, 0.0)
    await slack.open_home(server.cast.lead)
    app.status = 200
    await slack.until(lambda: slack.deliveries[-1].retry == 1)
    assert [delivery.status for delivery in slack.deliveries] == [500, 200]


async def test_only_subscribed_events_are_sent(
    server: Server, slack: Workspace, app: Listener
) -> None:
    assert await slack.event({"type": "team_join"}) is None
    await slack.say(server.cast.lead, "#general", f"<@{server.cast.app.id}> hello")
    assert app.heard == []


async def test_the_request_url_is_asked_for_its_challenge(slack: Workspace, app: Listener) -> None:
    app.says = {"challenge": "of yesterday"}
    assert not await slack.verify_url()
    app.says = lambda heard: {"challenge": heard.payload["challenge"]}
    assert await slack.verify_url()
    assert app.last.payload["type"] == "url_verification"


async def test_a_forged_request_goes_out_as_it_was_made(slack: Workspace, app: Listener) -> None:
    body = urlencode({"command": "/onboard"}).encode()
    answer = await slack.deliver_raw(body, {"X-Slack-Signature": "v0=forged"})
    assert (answer.status, app.last.body) == (200, body)
    assert app.last.headers["x-slack-signature"] == "v0=forged"
