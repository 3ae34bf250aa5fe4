"""What `slack run` calls, in .slack/hooks.json, is there: https://docs.slack.dev/tools/slack-cli/reference/hooks."""

import json
import shlex

import pytest
import typer
import yaml
from typer.testing import CliRunner

from bot.cli import app
from tests.architecture.source import ROOT

HOOKS: dict[str, str] = json.loads((ROOT / ".slack" / "hooks.json").read_text())["hooks"]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_calls_a_command_that_exists_with_options_it_knows(hook: str) -> None:
    program, name, *options = shlex.split(HOOKS[hook])
    command = typer.main.get_group(app).commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert program == ".venv/bin/aboard"
    assert set(options) <= known


def test_the_manifest_for_socket_mode_needs_no_address() -> None:
    _, *arguments = shlex.split(HOOKS["get-manifest"])
    printed = CliRunner().invoke(app, [*arguments, f"--source={ROOT}"])
    assert printed.exit_code == 0, printed.output
    manifest = json.loads(printed.stdout)
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "https://" not in printed.stdout
    written = yaml.safe_load((ROOT / "manifest.yml").read_text())
    assert manifest["oauth_config"] == written["oauth_config"]
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
