"""manifest.yml is a manifest that Slack takes, and asks for what the code uses and no more.

The schema and the reference of Slack's methods are read where the checkout lies beside a folder
`shared` that holds them; elsewhere those two comparisons are skipped.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.door_forwarding import ENDS
from bot.door_settings import REDIRECT_PATH
from bot.manifest import for_door, read
from commands.ids import COMMANDS, EVENTS
from commands.slack_methods import COMMAND_SCOPE, METHODS
from tests.architecture.documents import first_column
from tests.architecture.source import ROOT

SLACK = ROOT.parent / "shared" / "slack"
SCHEMA = SLACK / "manifest.schema.json"
REFERENCE = SLACK / "api-ref" / "docs.slack.dev" / "methods"
ADDRESS = "https://aboard.example.com/slack/events"
METHOD = re.compile(r"[a-z]+(?:\.[a-zA-Z]+)+")
# https://docs.slack.dev/reference/scopes/users.read.email: the address is left out without it.
WITH_THE_ADDRESS = {"users.info": {"users:read.email"}}


@cache
def _manifest() -> Mapping[str, Any]:
    manifest: Mapping[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return manifest


def _addresses(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for value in part.values():
            yield from _addresses(value)
    elif isinstance(part, list):
        for value in part:
            yield from _addresses(value)
    elif isinstance(part, str) and part.startswith("http"):
        yield part


def _bot_scopes() -> list[str]:
    scopes: list[str] = _manifest()["oauth_config"]["scopes"]["bot"]
    return scopes


@pytest.mark.skipif(
    not SCHEMA.exists(), reason="Slack's manifest schema is not beside the checkout"
)
def test_the_manifest_follows_slacks_schema() -> None:
    Draft7Validator(json.loads(SCHEMA.read_text())).validate(_manifest())


def test_the_manifest_names_the_commands_that_are_answered() -> None:
    commands = _manifest()["features"]["slash_commands"]
    assert sorted(command["command"] for command in commands) == sorted(COMMANDS)


def test_slack_escapes_people_in_every_command() -> None:
    commands = _manifest()["features"]["slash_commands"]
    assert all(command["should_escape"] and command["usage_hint"] for command in commands)


def test_the_manifest_subscribes_to_the_events_that_are_answered() -> None:
    events = _manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(events) == sorted(EVENTS)


def test_the_manifest_asks_for_the_scopes_that_its_calls_need() -> None:
    needed = {scope for scopes in METHODS.values() for scope in scopes}
    assert set(_bot_scopes()) == needed | {COMMAND_SCOPE}
    assert len(_bot_scopes()) == len(set(_bot_scopes()))
    assert set(_manifest()["oauth_config"]["scopes"]) == {"bot"}


def test_the_page_names_every_method_that_is_called_and_no_other() -> None:
    named = first_column(ROOT / "docs" / "slack.md")
    assert {one for one in named if METHOD.fullmatch(one)} == set(METHODS)


def test_every_address_of_the_manifest_is_the_one_that_is_served() -> None:
    assert set(_addresses(_manifest())) == {ADDRESS}


def test_people_can_be_written_to_and_the_home_tab_is_shown() -> None:
    assert _manifest()["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


@pytest.mark.skipif(not REFERENCE.exists(), reason="Slack's reference is not beside the checkout")
@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_scopes_of_a_method_are_those_that_slack_documents(method: str) -> None:
    documented = set(_reference(REFERENCE / f"{method}.json")["scope"].get("bot", ()))
    assert METHODS[method] <= documented | WITH_THE_ADDRESS.get(method, set())
    assert bool(METHODS[method]) == bool(documented)


def _reference(path: Path) -> Mapping[str, Any]:
    reference: Mapping[str, Any] = json.loads(path.read_text())
    return reference


def test_the_manifest_of_the_door_adds_the_way_back_and_the_events_of_an_end() -> None:
    plain, door = read(ROOT), for_door(read(ROOT))
    assert door["oauth_config"].pop("redirect_urls") == [
        f"https://aboard.example.com{REDIRECT_PATH}"
    ]
    events = door["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) - set(EVENTS) == set(ENDS)
    events[:] = plain["settings"]["event_subscriptions"]["bot_events"]
    assert door == plain
