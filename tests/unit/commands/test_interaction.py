"""Payloads: what Slack documents is read, and whatever else comes raises one error and no other."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import interaction
from commands.interaction import Done, Interaction, PayloadError, Say, Show, Wrong, acknowledgement
from commands.views import forms
from tests.unit.commands.hostile import IDS, TEXTS
from tests.unit.commands.reading import unsafe

COMMAND = {
    "team_id": "T0ACME0001", "channel_id": "C0GENERAL1", "user_id": "U0ADA00001",
    "command": "/onboard", "text": "  <@U0BOB00002> bob ", "trigger_id": "13.37.abc",
    "response_url": "https://hooks.slack.example/1",
}  # fmt: skip
PRESS: dict[str, Any] = {
    "type": "block_actions", "team": {"id": "T0ACME0001"},
    "user": {"id": "U0ADA00001", "team_id": "T0ACME0001"}, "trigger_id": "13.37.abc",
    "channel": {"id": "C0GENERAL1"}, "message": {"ts": "1.2"},
    "container": {"channel_id": "C0OTHER001", "message_ts": "3.4"},
    "actions": [{"action_id": "request.approve", "value": "ref"}],
    "response_url": "https://hooks.slack.example/2",
}  # fmt: skip
SUBMISSION: dict[str, Any] = {
    "type": "view_submission", "team": {"id": "T0ACME0001"}, "user": {"id": "U0ADA00001"},
    "view": {"callback_id": "deny", "private_metadata": "ref", "state": {"values": {"a": {}}}},
}  # fmt: skip
SUGGESTION: dict[str, Any] = {
    "type": "block_suggestion", "team": {"id": "T0ACME0001"}, "user": {"id": "U0ADA00001"},
    "action_id": "value", "block_id": "access:engineer:axiom:role", "value": "adm",
}  # fmt: skip
EVENT: dict[str, Any] = {
    "team_id": "T0ACME0001", "event_id": "Ev1",
    "event": {"type": "app_home_opened", "user": "U0ADA00001", "tab": "home"},
}  # fmt: skip


def test_a_command_is_read() -> None:
    read = interaction.of_command(COMMAND, "raw")
    assert read == Interaction(
        "T0ACME0001", "U0ADA00001", interaction.delivery_key({}, "raw"), "C0GENERAL1",
        "<@U0BOB00002> bob", "13.37.abc", "https://hooks.slack.example/1",
    )  # fmt: skip


def test_a_press_is_read() -> None:
    read = interaction.of_action(PRESS, "raw")
    assert (read.action, read.value) == ("request.approve", "ref")
    assert (read.channel, read.message_ts) == ("C0GENERAL1", "1.2")


def test_a_press_on_a_message_that_only_one_sees_is_placed_by_its_container() -> None:
    bare = {key: value for key, value in PRESS.items() if key not in {"channel", "message"}}
    read = interaction.of_action(bare, "raw")
    assert (read.channel, read.message_ts) == ("C0OTHER001", "3.4")


def test_a_submission_is_read() -> None:
    read = interaction.of_submission(SUBMISSION, "raw")
    assert (read.action, read.metadata, read.values) == ("deny", "ref", {"a": {}})


def test_what_is_typed_into_a_list_is_read() -> None:
    read = interaction.of_suggestion(SUGGESTION, "raw")
    assert (read.action, read.text) == ("access:engineer:axiom:role", "adm")


def test_a_choice_in_a_form_is_read_with_what_stands_in_the_form() -> None:
    view = SUBMISSION["view"] | {"id": "V0FORM", "hash": "156772938.1827394"}
    action = {"action_id": "value", "selected_option": {"value": "analyst"}}
    read = interaction.of_action(PRESS | {"view": view, "actions": [action]}, "raw")
    assert (read.value, read.view, read.view_hash) == ("analyst", "V0FORM", "156772938.1827394")
    assert (read.metadata, read.values) == ("ref", {"a": {}})


def test_an_event_is_read() -> None:
    read = interaction.of_event(EVENT, "raw")
    assert (read.action, read.text, read.delivery) == ("app_home_opened", "home", "event:Ev1")


def test_the_team_is_that_of_whoever_acted() -> None:
    """In a channel that is shared, `team` is the channel's and `user.team_id` the stranger's."""
    stranger = PRESS | {"user": {"id": "U0ADA00001", "team_id": "T0NORTHWIND"}}
    assert interaction.of_action(stranger, "raw").team_id == "T0NORTHWIND"
    assert interaction.of_submission(SUBMISSION, "raw").team_id == "T0ACME0001"


READERS = {
    "command": (interaction.of_command, COMMAND, ("team_id", "user_id")),
    "press": (interaction.of_action, PRESS, ("user",)),
    "submission": (interaction.of_submission, SUBMISSION, ("user", "team")),
    "event": (interaction.of_event, EVENT, ("team_id", "event")),
    "suggestion": (interaction.of_suggestion, SUGGESTION, ("user", "team")),
}
ODD: tuple[object, ...] = (
    None,
    "",
    0,
    1.5,
    True,
    [],
    {},
    "nobody",
    ["U0ADA00001"],
    {"id": 1},
    {"id": "nobody"},
)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("odd", ODD)
def test_a_payload_without_a_person_or_a_team_is_refused(name: str, odd: object) -> None:
    read, payload, needed = READERS[name]
    for key in needed:
        if key.startswith("team") and (isinstance(odd, str) or odd == {"id": "nobody"}):
            continue  # whose team it is, is not judged by its form
        with pytest.raises(PayloadError):
            read(payload | {key: odd}, "raw")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.sampled_from(IDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(READERS)), st.data())
def test_an_odd_payload_is_read_or_refused_and_no_more(name: str, data: st.DataObject) -> None:
    read, payload, _ = READERS[name]
    changes = data.draw(st.dictionaries(st.sampled_from(sorted(payload)), JSON, max_size=3))
    try:
        done = read(payload | changes, "raw")
    except PayloadError:
        return
    assert done.actor == "U0ADA00001" or done.actor in IDS
    texts = (done.team_id, done.text, done.trigger_id, done.action, done.value, done.metadata)
    assert all(isinstance(one, str) for one in texts)
    assert done.channel is None or done.channel.startswith(("C", "G", "D"))


@pytest.mark.parametrize("value", [2**53, -(2**60), float("nan"), float("inf"), "\ud800"])
def test_an_odd_value_over_a_socket_is_read_or_refused(value: object) -> None:
    interaction.of_command(COMMAND | {"odd": value}, "")


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 99) | st.text(max_size=5), max_size=4))
def test_a_delivery_is_known_by_its_body_however_it_came(body: dict[str, object]) -> None:
    raw = json.dumps(body)
    assert interaction.delivery_key({}, raw) == interaction.delivery_key({}, raw)
    assert interaction.delivery_key({}, raw) != interaction.delivery_key({}, raw + " ")
    shuffled = dict(reversed(body.items()))
    assert interaction.delivery_key(body, "") == interaction.delivery_key(shuffled, "")
    assert interaction.delivery_key(body, "") != interaction.delivery_key(body | {"x": -1}, "")


def test_two_commands_of_the_same_words_are_two_deliveries() -> None:
    other = COMMAND | {"trigger_id": "13.37.abd"}
    assert interaction.delivery_key(COMMAND, "") != interaction.delivery_key(other, "")


def test_what_is_said_at_once_makes_no_links_by_itself() -> None:
    blocks = acknowledgement(Say("Onboard https://evil.example"))["blocks"]
    assert unsafe(blocks) == []


def test_each_reply_is_acknowledged_in_its_own_way() -> None:
    view = forms.deny("ref", 1)
    assert acknowledgement(Done()) == {}
    said = acknowledgement(Say("words"))
    assert (said["text"], said["response_type"]) == ("words", "ephemeral")
    assert acknowledgement(Wrong({"reason": "why"})) == {
        "response_action": "errors",
        "errors": {"reason": "why"},
    }
    assert acknowledgement(Show(view)) == {"response_action": "update", "view": view}
