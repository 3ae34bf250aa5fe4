"""A conversation in which Slack is slow or silent holds up no other."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.engine import Connection

from commands import delivery
from sandbox import mishaps
from sandbox.slack.model import User
from storage.models import METADATA
from tests.e2e.crowds import Crowd
from tests.e2e.story import REQUESTS, Story, mention

POST = "chat.postMessage"
MESSAGES, MANY = METADATA.tables["batchmessage"], 9
PATIENCE_OF_A_CALL = 100.0
"""So many seconds the bot waits here for one answer of Slack's: ten times as long as it does."""


@contextmanager
def silent(story: Story, channel: str) -> Iterator[list[float]]:
    """Have Slack take what this story posts into a channel, and say nothing; yield when."""
    place, held, released = story.slack.channel(channel), list[float](), asyncio.Event()
    ours = {place.encode(), story.asker.id.encode()}

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        body = await request.read()
        if not all(word in body for word in ours):
            return await handler(request)
        held.append(monotonic())
        story.world.server.changes.happened()
        await released.wait()
        return mishaps.dropped(request)

    story.world.server.slack.faults.plant("silent", mishap, None, POST)
    try:
        with patient(story):
            yield held
    finally:
        story.world.server.slack.faults.clear("silent")
        released.set()


@contextmanager
def patient(story: Story) -> Iterator[None]:
    """Have the bot wait longer for Slack than everything takes that is done meanwhile."""
    session, total = story.world.aboard.bolt.client.session, PATIENCE_OF_A_CALL
    assert session is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "_CALL_SECONDS", total)
        patch.setattr(session, "_timeout", aiohttp.ClientTimeout(total=total))
        yield


async def asks_for(story: Story, subject: User, channel: str) -> None:
    text = f"{mention(subject)} {story.people.login(subject)}"
    await story.types("/onboard", text, channel=channel)


async def test_a_channel_that_is_silent_holds_up_no_other(story: Story, ada: User) -> None:
    with silent(story, REQUESTS) as held:
        await asks_for(story, ada, "#general")
        await story.until(lambda: held)
        for one in (story.people.member(), story.people.member()):
            await asks_for(story, one, "#general")
            await story.hears(story.asker, f"@{one.real_name}", "Waiting for approval")
        assert monotonic() - held[0] < PATIENCE_OF_A_CALL
        assert len(held) == 1
    await story.world.later(timedelta(minutes=1))
    card = await story.card(ada)
    await story.world.spoken()
    assert [one.ts for one in story.cards() if ada.email in story.text(one)] == [card.ts]


async def test_a_channel_is_told_one_thing_after_the_other_however_slow_it_is(
    story: Story, ada: User
) -> None:
    people = [ada, story.people.member(), story.people.member()]
    with silent(story, REQUESTS) as held:
        for one in people:
            await asks_for(story, one, "#general")
            await story.hears(story.asker, f"@{one.real_name}", "Waiting for approval")
        assert len(held) == 1
    await story.world.spoken()
    for one in people:
        assert [one.email in story.text(card) for card in story.cards()].count(True) == 1


async def test_a_channel_that_is_silent_holds_up_no_batch_elsewhere(story: Story) -> None:
    crowd = Crowd(story)
    with silent(story, REQUESTS) as held:
        for count in (2, 3):
            people = [story.people.member() for _ in range(count)]
            assert await crowd.pastes(*(crowd.row(one) for one in people)) is None
            await story.until(lambda: held)
            await crowd.answer("Waiting for approval", f"onboard {count} people")
        assert monotonic() - held[0] < PATIENCE_OF_A_CALL
        assert len(held) == 1
    for count in (2, 3):
        await crowd.card("Waiting for approval", f"onboard {count} people")
    texts = [story.text(card) for card in story.cards()]
    assert [sum(f"onboard {count} people" in text for text in texts) for count in (2, 3)] == [1, 1]


async def test_a_batch_is_shown_within_a_minute_of_slacks_return(story: Story) -> None:
    crowd, person, faults = Crowd(story), story.people.member(), story.world.server.slack.faults
    faults.down(only="chat.")
    assert await crowd.pastes(crowd.row(person)) is None
    while await story.world.aboard.means.database.read(_tried) < MANY:
        await story.world.later(timedelta(minutes=6))
        await story.world.aboard.batch_delivery.once()
    faults.clear()
    for _ in range(3):
        await story.world.later(timedelta(seconds=20))
        await story.world.aboard.batch_delivery.once()
    await crowd.card("Waiting for approval")


def _tried(connection: Connection) -> int:
    """Return how often the newest card was tried."""
    tries = sa.select(MESSAGES.c.tries).where(MESSAGES.c.kind == "card")
    return int(connection.scalar(tries.order_by(MESSAGES.c.id.desc()).limit(1)) or 0)
