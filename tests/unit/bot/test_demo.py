"""A demo that cannot begin says why in a sentence."""

import socket

import pytest

from tests.unit.bot.configured import Configuration
from tests.unit.bot.test_cli import NOBODY_THERE, run

pytestmark = pytest.mark.usefixtures("logging_as_before")


def test_a_second_demo_is_told_that_the_port_is_taken(configuration: Configuration) -> None:
    with socket.create_server(("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        result = run(configuration, "demo", "--port", str(port))
    assert result.exit_code == 2, result.output
    assert result.stderr == (
        f"aboard: The page cannot be shown on port {port}: Address already in use. End what runs "
        "there, another demo perhaps; or `.venv/bin/aboard demo --port 0` takes a free one.\n"
    )


def test_a_database_of_the_demo_that_does_not_answer_is_told(configuration: Configuration) -> None:
    result = run(configuration, "demo", "--database", NOBODY_THERE)
    assert result.exit_code == 1, result.output
    assert "aboard: DATABASE_URL: it cannot be opened" in result.stderr
    assert "Traceback" not in result.output
