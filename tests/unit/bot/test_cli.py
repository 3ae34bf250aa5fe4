"""The command line refuses to start with a sentence, never with a traceback or a value."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.single import only_one
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
    *("audit grants", "audit public-key", "door", "workspaces key", "workspaces reseal"),
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
    assert "aboard serve --socket-mode" in result.stderr


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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--url", "http://aboard.example"), "Slack calls https://… alone"),
        (("--url", "aboard.example"), "Slack calls https://… alone"),
        (
            ("--socket-mode", "--url", "https://aboard.example"),
            "Over Socket Mode nothing is called",
        ),
        (("--socket-mode", "--door"), "Over Socket Mode nothing is called"),
        (("--door",), "The door needs an address"),
    ],
)
def test_no_manifest_is_printed_that_slack_would_not_take(
    configuration: Configuration, options: tuple[str, ...], said: str
) -> None:
    result = run(configuration, "manifest", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


NOBODY_THERE = "postgresql://aboard:s3cret-word@127.0.0.1:9/aboard"


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_database_that_does_not_answer_is_told_in_a_sentence(
    configuration: Configuration, command: str
) -> None:
    configuration.environment["DATABASE_URL"] = NOBODY_THERE
    result = run(configuration, command)
    assert result.exit_code == 1, "whoever starts it again does so unless it is 2"
    assert "aboard: DATABASE_URL: it cannot be opened (OperationalError)" in result.stderr
    assert "s3cret-word" not in result.output
    assert "Traceback" not in result.output


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(
    configuration: Configuration, tmp_path: Path
) -> None:
    configuration.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'away' / 'aboard.db'}"
    result = run(configuration, "serve")
    assert (result.exit_code, "Traceback" in result.output) == (2, False)
    assert "aboard.db.lock cannot be written (No such file or directory)" in result.stderr


@pytest.mark.parametrize("options", [("--to", "9999"), ("--down",), ("--down", "--to", "9999")])
def test_a_schema_that_there_is_not_is_refused(
    configuration: Configuration, tmp_path: Path, options: tuple[str, ...]
) -> None:
    configuration.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'aboard.db'}"
    assert run(configuration, "migrate").exit_code == 0
    result = run(configuration, "migrate", *options)
    assert result.exit_code == 2
    assert f"there is no such revision; the newest is {newest()}." in result.stderr


def test_no_schema_is_taken_away_under_an_aboard_that_works(
    configuration: Configuration, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'aboard.db'}"
    configuration.environment["DATABASE_URL"] = url
    assert run(configuration, "migrate").exit_code == 0
    with only_one(url):
        result = run(configuration, "migrate", "--down", "--to", "base")
    assert (result.exit_code, "another Aboard works on this file" in result.stderr) == (2, True)
    assert run(configuration, "migrate", "--down", "--to", "base").exit_code == 0
