"""The command line refuses to start with a sentence, never with a traceback or a value."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group
from typer.testing import CliRunner, Result

from bot.cli import app
from storage.migrate import newest
from tests.unit.bot.configured import Configuration

pytestmark = pytest.mark.usefixtures("logging_as_before")


def run(configuration: Configuration, *arguments: str) -> Result:
    """Run a command with this configuration and nothing else of the environment."""
    configuration.file.write_text(configuration.document)
    given = configuration.environment | {"ABOARD_CONFIG": str(configuration.file)}
    forgotten = dict.fromkeys(os.environ.keys() - given.keys() - {"PATH", "HOME"})
    return CliRunner(env={**forgotten, **given}).invoke(app, list(arguments))


NO_ROWS = {
    *("serve", "demo", "manifest", "evidence of", "evidence verify"),
    *("audit grants", "audit public-key"),
}
"""What runs, and what prints or checks one whole document."""


def leaves(command: object, *names: str) -> Iterator[tuple[str, set[str]]]:
    """Yield every command that runs, and its options."""
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            yield from leaves(below, *names, name)
    elif isinstance(command, TyperCommand):
        yield " ".join(names), {one for given in command.params for one in given.opts}


def test_every_command_that_prints_rows_prints_them_for_programs() -> None:
    silent = {name for name, options in leaves(get_group(app)) if "--json" not in options}
    assert silent <= NO_ROWS


def test_serving_over_http_needs_the_signing_secret(configuration: Configuration) -> None:
    del configuration.environment["SLACK_SIGNING_SECRET"]
    result = run(configuration, "serve")
    assert result.exit_code == 2
    assert "SLACK_SIGNING_SECRET is missing" in result.stderr


def test_serving_over_a_socket_needs_the_app_token(configuration: Configuration) -> None:
    result = run(configuration, "serve", "--socket-mode")
    assert result.exit_code == 2
    assert "SLACK_APP_TOKEN is missing" in result.stderr


@pytest.mark.parametrize("command", ["serve", "migrate", "check", "history"])
def test_every_command_refuses_a_wrong_configuration_in_sentences(
    configuration: Configuration, command: str
) -> None:
    configuration.change('channel = "C0123456789"', 'channel = "#canary-value"')
    result = run(configuration, command)
    assert result.exit_code == 2
    assert result.stderr.count("aboard: ") == 1
    assert "slack.channel must be the id of a channel" in result.stderr
    assert "canary-value" not in result.output
    assert "Traceback" not in result.output


def test_a_database_can_be_made_and_read_from_the_command_line(
    configuration: Configuration, tmp_path: Path
) -> None:
    configuration.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'aboard.db'}"
    migrated = run(configuration, "migrate")
    assert migrated.exit_code == 0
    assert f"The database is at revision {newest()}." in migrated.stdout
    listed = run(configuration, "history", "--json")
    assert (listed.exit_code, listed.stdout) == (0, "")
