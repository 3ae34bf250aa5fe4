"""The company of the sandbox and the bot's manifest agree."""

from pathlib import Path

import yaml

from sandbox.cast import COMMANDS, acme
from sandbox.parts import Server

MANIFEST = Path(__file__).parents[3] / "manifest.yml"


def test_the_sandbox_grants_what_the_manifest_asks_for() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text())
    app = acme().world.app
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == app.scopes
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == app.events


def test_the_sandbox_knows_the_commands_of_the_manifest() -> None:
    declared = yaml.safe_load(MANIFEST.read_text())["features"]["slash_commands"]
    assert [(one["command"], one["description"], one["usage_hint"]) for one in declared] == [
        (one.command, one.description, one.usage_hint) for one in COMMANDS
    ]


def test_every_company_has_people_of_its_own() -> None:
    one, other = acme(), acme()
    one.lead.deleted = True
    one.group.users.clear()
    one.world.channels[0].members.clear()
    assert not other.lead.deleted
    assert other.group.users
    assert other.world.channels[0].members


async def test_every_login_is_known_to_github(server: Server) -> None:
    assert all(server.github.user(login) for login in server.cast.logins.values())
