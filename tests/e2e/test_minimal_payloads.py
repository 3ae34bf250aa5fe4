"""A Slack that sends only what its documents promise: everything works without the rest.

The fields that stay are those that https://docs.slack.dev/reference/interaction-payloads and
https://docs.slack.dev/interactivity/implementing-slash-commands call always present.
"""

from typing import Any

import pytest

from sandbox.slack.model import User
from tests.e2e.forging import Forger
from tests.e2e.story import Story, mention

Json = dict[str, Any]


def bare(payload: Json, *names: str) -> Json:
    """Return a payload with these fields alone."""
    return {name: payload[name] for name in names if name in payload}


def bare_click(payload: Json) -> Json:
    click = bare(payload, "type", "team", "user", "api_app_id", "trigger_id", "actions")
    [action] = click["actions"]
    return click | {
        "team": bare(click["team"], "id"),
        "user": bare(click["user"], "id"),
        "actions": [bare(action, "type", "action_id", "block_id", "value", "action_ts")],
    }


def bare_submission(payload: Json) -> Json:
    sent = bare(payload, "type", "team", "user", "view")
    view = bare(sent["view"], "id", "type", "callback_id", "private_metadata", "state", "blocks")
    return sent | {
        "team": bare(sent["team"], "id"),
        "user": bare(sent["user"], "id"),
        "view": view,
    }


async def test_a_bare_command_makes_a_request(story: Story, ada: User, forger: Forger) -> None:
    text = f"{mention(ada)} {story.people.login(ada)}"
    payload = forger.command(story.asker, "/onboard", text)
    names = ("command", "text", "user_id", "team_id", "channel_id", "trigger_id", "api_app_id")
    answer = await forger.send("command", bare(payload, *names))
    said = answer.json()
    assert said is not None
    assert "is recorded" in said["text"]
    await story.card(ada)
    await story.hears(story.asker, "Waiting for approval")


async def test_a_command_without_any_text_opens_the_form(story: Story, forger: Forger) -> None:
    payload = forger.command(story.asker, "/onboard")
    names = ("command", "user_id", "team_id", "channel_id", "trigger_id")
    assert (await forger.send("command", bare(payload, *names))).ok
    assert story.slack.opened(story.asker).callback_id == "onboard"


async def test_a_bare_click_approves_and_is_answered_directly(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    click = bare_click(forger.click(story.approver, card, "Approve"))
    assert (await forger.send("interaction", click)).ok
    await story.reads(card, "Completed")
    await story.direct(story.approver, "You approved request")


async def test_a_click_of_the_same_form_by_another_person_is_another_click(
    story: Story, ada: User, forger: Forger
) -> None:
    card = await story.onboarding(ada)
    bea = story.people.member()
    for who in (bea, story.approver):
        click = bare_click(forger.click(who, card, "Approve"))
        assert (await forger.send("interaction", click)).ok
    await story.direct(bea, "You are not an approver")
    await story.reads(card, "Completed")


async def test_a_bare_form_makes_a_request(story: Story, ada: User, forger: Forger) -> None:
    form = await story.opens("/onboard")
    payload = forger.submission(story.asker, form, subject=ada.id, github=story.people.login(ada))
    answer = await forger.send("interaction", bare_submission(payload))
    assert (answer.status, answer.body) == (200, b"")
    await story.card(ada)
    await story.hears(story.asker, "is recorded")


async def test_a_bare_denial_counts(story: Story, ada: User, forger: Forger) -> None:
    card = await story.onboarding(ada)
    deny = bare_click(forger.click(story.approver, card, "Deny"))
    assert (await forger.send("interaction", deny)).ok
    form = story.slack.opened(story.approver)
    payload = bare_submission(forger.submission(story.approver, form, reason="Not now"))
    assert (await forger.send("interaction", payload)).ok
    await story.reads(card, "Denied", "Not now")


async def test_a_bare_visit_at_home_is_served(story: Story, forger: Forger) -> None:
    payload = story.slack.payloads().home_opened(story.asker)
    event = bare(payload["event"], "type", "user", "channel", "event_ts")
    names = ("team_id", "api_app_id", "type", "event_id", "event_time")
    assert (await forger.send("event", bare(payload, *names) | {"event": event})).ok
    assert story.slack.home(story.asker)


@pytest.mark.parametrize("missing", ["team_id", "user_id"])
async def test_a_command_without_a_person_or_a_team_does_nothing(
    story: Story, ada: User, forger: Forger, missing: str
) -> None:
    text = f"{mention(ada)} {story.people.login(ada)}"
    payload = forger.command(story.asker, "/onboard", text)
    del payload[missing]
    answer = await forger.send("command", payload)
    assert answer.status == 200
    assert "is recorded" not in answer.body.decode()


ODD_CLICKS: list[Json] = [
    {"user": {}},
    {"user": None},
    {"team": None, "user": {"id": "U0E2E99999"}},
    {"channel": "C1"},
    {"message": []},
    {"container": 7},
]
WITHOUT_AN_ACTION: list[Json] = [
    {"actions": []},
    {"actions": None},
    {"actions": [{}]},
    {"actions": ["x"]},
]


@pytest.mark.parametrize("changes", [ODD_CLICKS, WITHOUT_AN_ACTION])
async def test_an_odd_click_is_no_error_of_ours(
    story: Story, ada: User, forger: Forger, changes: list[Json]
) -> None:
    card = await story.onboarding(ada)
    for change in changes:
        click = forger.click(story.approver, card, "Details") | change
        answer = await forger.send("interaction", click)
        assert answer.status in {200, 400, 404}, change
    await story.nothing_happened(card, ada)


async def test_an_odd_form_is_no_error_of_ours(story: Story, forger: Forger) -> None:
    form = await story.opens("/onboard")
    odd: list[object] = [None, [], {"values": None}, {"values": {"subject": []}}, {}]
    for state in odd:
        payload = forger.submission(story.asker, form)
        payload["view"]["state"] = state
        said = (await forger.send("interaction", payload)).json()
        assert said is not None
        assert said["errors"] == {"subject": "Please choose a person."}
