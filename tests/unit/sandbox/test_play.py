"""The story believes nobody: a bot that is dead, or that only says so, fails it."""

import io

from rich.console import Console

from sandbox.parts import Server
from sandbox.play import play
from tests.unit.sandbox.conftest import Caller
from tests.unit.sandbox.listener import Listener

PATIENCE = 0.2


def paper() -> Console:
    return Console(file=io.StringIO(), width=200)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_a_dead_bot_fails_the_story(server: Server, app: Listener) -> None:
    app.status = 500
    console = paper()
    assert not await play(server, console, PATIENCE)
    assert "✗ /onboard: dispatch_failed" in written(console)


async def test_a_bot_without_a_card_fails_the_story(server: Server, app: Listener) -> None:
    app.text = "Recorded"
    console = paper()
    assert not await play(server, console, PATIENCE)
    assert "in vain: a card about Ada Moreno" in written(console)
    assert "Marta Nowak was told: Recorded" in written(console)


async def test_a_card_that_says_completed_is_not_believed(
    server: Server, app: Listener, call: Caller
) -> None:
    label = {"type": "plain_text", "text": "Approve"}
    words = {"type": "mrkdwn", "text": "Completed: Ada Moreno"}
    blocks = [
        {"type": "section", "text": words},
        {"type": "actions", "elements": [{"type": "button", "text": label, "value": "x"}]},
    ]
    await call("chat.postMessage", channel=server.cast.requests, text="card", blocks=blocks)
    console = paper()
    assert not await play(server, console, PATIENCE)
    assert app.last.payload["type"] == "block_actions"
    assert "✗ not so: Axolo knows Ada Moreno" in written(console)
