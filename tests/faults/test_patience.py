"""How long a message is tried: an outage is no refusal, and no number of tries is too many.

What a channel refuses for more than an hour is given up only where something else says it as well.
"""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.engine import Connection
from structlog.testing import capture_logs

from sandbox.slack.model import User
from storage import audit, messages
from storage.messages import Place
from storage.models import METADATA
from tests.faults.office import Office, open_office
from workflow.clock import MINUTE, SECOND

MESSAGES = METADATA.tables["message"]
GENERAL = "C0GENERAL1"
POST = "chat.postMessage"
AN_HOUR, THREE_HOURS = 60 * MINUTE, 180 * MINUTE


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    with capture_logs():
        async with open_office() as office:
            yield office


@pytest.fixture
async def user(office: Office) -> User:
    return office.hire()


async def speaks(office: Office, length: int) -> None:
    """Let the bot speak for so long."""
    until = office.clock.now + length
    while office.clock.now < until:
        await office.delivery.once()
        office.clock.now += 10 * SECOND


async def waits(office: Office) -> int:
    return await office.means.database.read(messages.waiting)


def said(office: Office, words: str, channel: str | None = None) -> int:
    """Count what is read with these words in a channel, by default that of the requests."""
    slack = office.server.workspace
    found = slack.messages(channel or office.settings.slack.channel)
    return sum(words in slack.text_of(one) for one in found)


async def test_a_welcome_outlives_hours_without_slack(office: Office, user: User) -> None:
    number = await office.approved(user, profile="analyst")
    await office.works()
    await speaks(office, MINUTE)
    assert await waits(office) == 0

    def welcomed(connection: Connection) -> None:
        place = Place(number, "welcome", GENERAL)
        messages.want(connection, place, wanted=audit.last_of(connection, number))

    await office.means.database.write(welcomed)
    office.server.slack.faults.down(only="chat.")
    await speaks(office, THREE_HOURS)
    office.server.slack.faults.clear()
    await speaks(office, MINUTE)
    assert said(office, "Please welcome", GENERAL) == 1


async def test_a_thread_that_takes_no_reply_after_an_outage_is_tried_for_an_hour(
    office: Office, user: User
) -> None:
    number = await office.asks(user, profile="analyst")
    await speaks(office, MINUTE)
    office.server.slack.faults.down(only="chat.")
    await office.approves(number)
    await office.works()
    await speaks(office, AN_HOUR)
    office.server.slack.faults.clear()
    asked = await _refused_for_hours(office)
    assert asked[-1] - asked[0] > AN_HOUR
    assert await waits(office) == 0
    assert said(office, "Completed") == 1


async def _refused_for_hours(office: Office) -> list[int]:
    asked = list[int]()

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        if (await request.json()).get("thread_ts") is None:
            return await handler(request)
        asked.append(office.clock.now)
        return web.json_response({"ok": False, "error": "restricted_action_thread_locked"})

    office.server.slack.faults.plant("locked", mishap, None, POST)
    await speaks(office, THREE_HOURS)
    return asked


async def test_a_message_that_was_tried_thousands_of_times_is_tried_on(
    office: Office, user: User
) -> None:
    await office.asks(user, profile="analyst")
    await office.means.database.write(_try_thousands_of_times)

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        del request, handler
        return web.json_response({"ok": False, "error": "missing_scope"})

    office.server.slack.faults.plant("refusing", mishap, None, POST)
    await speaks(office, MINUTE)
    held = await office.means.database.read(_latest)
    assert office.clock.now + MINUTE < held <= office.clock.now + 5 * MINUTE
    office.server.slack.faults.clear()
    await speaks(office, 6 * MINUTE)
    assert said(office, "Waiting for approval") == 1


def _try_thousands_of_times(connection: Connection) -> None:
    connection.execute(sa.update(MESSAGES).values(tries=5_000))


def _latest(connection: Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.max(MESSAGES.c.next_at))) or 0)
