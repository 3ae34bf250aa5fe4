"""A start that fails because somebody does not answer is worth another one, and ends so."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import stamina
from typer.testing import Result

from storage.installations import key_of
from tests.unit.bot.configured import Configuration
from tests.unit.bot.test_cli import run

pytestmark = pytest.mark.usefixtures("logging_as_before", "hasty")

NOBODY = "http://127.0.0.1:9/api"
TRIES = 3
WAYS = [["serve"], ["serve", "--socket-mode"]]


@pytest.fixture
def hasty() -> Iterator[None]:
    """Have so many tries without a wait stand for all of the minutes that a start has."""
    with stamina.set_testing(True, attempts=TRIES):
        yield


@dataclass
class Slack:
    """Answers everything with one error."""

    error: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def slack(started: Configuration) -> Iterator[Slack]:
    """Have somebody there who is asked in Slack's place."""
    told = Slack()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.asked.append(self.path)
            said = json.dumps({"ok": False, "error": told.error}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Keep the terminal to the tests."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        started.environment["SLACK_API_URL"] = f"http://127.0.0.1:{server.server_port}/api"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield told
        server.shutdown()
        thread.join()


@pytest.fixture
def started(configuration: Configuration, tmp_path: Path) -> Configuration:
    """Give settings with which Slack is asked: all that comes before it is there."""
    configuration.environment |= {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'aboard.db'}",
        "SLACK_APP_TOKEN": "xapp-0123456789-token",
        "SLACK_API_URL": NOBODY,
    }
    return configuration


def _said(result: Result) -> str:
    """Return the one sentence of a command that said no more than that."""
    assert "Traceback" not in result.output
    [line] = [one for one in result.stderr.splitlines() if one.startswith("aboard: ")]
    return line


@pytest.mark.parametrize("way", WAYS)
def test_a_slack_that_cannot_be_reached_is_worth_another_start(
    started: Configuration, way: list[str]
) -> None:
    result = run(started, *way)
    assert result.exit_code == 1, result.output
    assert _said(result).startswith("aboard: Slack did not answer for 300 seconds (")
    assert _said(result).endswith(f"Can this machine reach {NOBODY}/?")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "error", ["internal_error", "fatal_error", "service_unavailable", "ratelimited", "brand_new"]
)
def test_an_error_of_slack_that_passes_is_no_refused_token(
    started: Configuration, slack: Slack, way: list[str], error: str
) -> None:
    slack.error = error
    result = run(started, *way)
    assert result.exit_code == 1, result.output
    assert _said(result) == (
        "aboard: For 300 seconds Slack could not say whether it takes SLACK_BOT_TOKEN "
        f"({error}). Try again later: https://slack-status.com tells whether it has trouble."
    )
    assert slack.asked == ["/api/auth.test"] * TRIES


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
def test_a_token_that_slack_refuses_is_not_tried_again(
    started: Configuration, slack: Slack, way: list[str], error: str
) -> None:
    slack.error = error
    result = run(started, *way)
    assert result.exit_code == 2, result.output
    assert _said(result).startswith(f"aboard: SLACK_BOT_TOKEN is refused by Slack ({error}).")
    assert slack.asked == ["/api/auth.test"]


@pytest.mark.parametrize("way", WAYS)
def test_a_database_of_the_door_that_cannot_be_read_is_worth_another_start(
    started: Configuration, way: list[str]
) -> None:
    del started.environment["SLACK_BOT_TOKEN"]
    started.environment |= {
        "SLACK_INSTALLATIONS": "postgresql://aboard:s3cret-word@127.0.0.1:9/door",
        "SLACK_INSTALLATIONS_KEY": key_of("door-key-0123456789-0123456789-0123", "T0123456789"),
    }
    started.change("[slack]", '[slack]\nteam = "T0123456789"')
    result = run(started, *way)
    assert result.exit_code == 1, result.output
    assert _said(result) == (
        "aboard: SLACK_BOT_TOKEN: the door's installations cannot be read: look at "
        "SLACK_INSTALLATIONS, and whether that database runs."
    )
    assert "s3cret-word" not in result.output


@pytest.mark.parametrize("command", [["policy", "check"], ["policy", "explain", "onboard"]])
def test_a_command_that_slack_does_not_answer_is_worth_another_try(
    started: Configuration, command: list[str]
) -> None:
    result = run(started, *command)
    assert result.exit_code == 1, result.output
    assert _said(result).startswith("aboard: Slack did not answer for 12 seconds (")
