"""Whatever Slack delivers again has one effect, through both of its doors.

Each command is delivered again, and twice more when its request was cancelled: nothing but the
memory of the delivery keeps those from making another.

`ABOARD_REPLAYS` says how many commands are delivered four times each: 100, and 1,000 in full.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox.slack.model import User
from storage.models import METADATA
from tests.integration.composed import Composed, composed
from tests.integration.staff import hire

COMMANDS = int(os.environ.get("ABOARD_REPLAYS", "100"))
AGAIN = ("at once", "late", "later still")
REQUEST = METADATA.tables["request"]

Tell = Callable[[str, object], None]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Composed]:
    async with composed(tmp_path) as bot:
        yield bot


class Envelopes:
    """Stands where Slack's socket is: takes what the bot answers to each envelope."""

    def __init__(self, handler: AsyncSocketModeHandler) -> None:
        self._handler, self.logger = handler, handler.client.logger
        self.answered: list[str] = []

    async def send_socket_mode_response(self, answer: SocketModeResponse) -> None:
        """Take an answer."""
        self.answered.append(answer.envelope_id)

    async def deliver(self, envelope: str, payload: dict[str, Any], attempt: int) -> None:
        """Hand over an envelope, as Slack does again where it was not answered in time."""
        request = SocketModeRequest("slash_commands", envelope, payload, retry_attempt=attempt)
        await self._handler.handle(self, request)  # type: ignore[arg-type]  # all that it calls


def command(bot: Composed, who: User, typed: str, text: str) -> dict[str, Any]:
    """Have somebody type a command, which is not delivered yet."""
    server = bot.server
    channel = server.workspace.state.directory.channel(server.cast.requests)
    return server.workspace.payloads().command(who, typed, text, channel)


async def requests(bot: Composed) -> dict[str, int]:
    """Count the requests that were recorded, by their states."""
    counted = sa.select(REQUEST.c.state, sa.func.count()).group_by(REQUEST.c.state)
    rows = await bot.aboard.means.database.read(lambda it: it.execute(counted).all())
    return {str(state): int(count) for state, count in rows}


Deliver = Callable[[str, dict[str, Any], int], Awaitable[None]]


async def play(bot: Composed, deliver: Deliver) -> None:
    """Deliver everything, and again, and see what it made."""
    for number in range(1, COMMANDS + 1):
        one = hire(bot.server, number)
        asked = command(bot, one.manager, "/onboard", one.command)
        await deliver(f"ask-{number}", asked, 0)
        await deliver(f"ask-{number}", asked, 1)
        await deliver(f"end-{number}", command(bot, one.manager, "/aboard", f"cancel {number}"), 0)
        for again in range(2, 1 + len(AGAIN)):
            await deliver(f"ask-{number}", asked, again)
    assert await requests(bot) == {"cancelled": COMMANDS}


@pytest.mark.timeout(120 + COMMANDS)
async def test_each_signed_command_has_one_effect_however_often_it_comes(
    bot: Composed, record_property: Tell
) -> None:
    async def post(_: str, payload: dict[str, Any], again: int) -> None:
        retried = {"x-slack-retry-num": str(again)} if again else {}
        answer = await bot.post(urlencode(payload).encode(), headers=retried)
        assert answer.status_code == 200

    await play(bot, post)
    record_property("tried", COMMANDS * len(AGAIN))


@pytest.mark.timeout(120 + COMMANDS)
async def test_each_envelope_has_one_effect_however_often_it_comes(
    bot: Composed, record_property: Tell
) -> None:
    handler = AsyncSocketModeHandler(bot.aboard.bolt, "xapp-1", web_client=bot.aboard.bolt.client)
    socket = Envelopes(handler)
    try:
        await play(bot, socket.deliver)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
    assert len(socket.answered) == COMMANDS * (2 + len(AGAIN))
    record_property("tried", COMMANDS * len(AGAIN))
