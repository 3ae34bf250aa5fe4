"""What Slack refuses is delivered later, shown elsewhere or told to operators; never twice."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.slack.model import User
from tests.e2e.story import REQUESTS, Story, mention
from tests.e2e.world import PUT_OFF

POST, UPDATE = "chat.postMessage", "chat.update"
MANY = 10


@contextmanager
def refusing(story: Story, method: str, code: str, channel: str) -> Iterator[list[str]]:
    """Have Slack refuse a method in one channel; yield the codes that it gave."""
    place, given = story.slack.channel(channel), list[str]()

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        if place.encode() not in await request.read():
            return await handler(request)
        given.append(code)
        story.world.server.changes.happened()
        return web.json_response({"ok": False, "error": code})

    story.world.server.slack.faults.plant("refusing", mishap, None, method)
    try:
        yield given
    finally:
        story.world.server.slack.faults.clear("refusing")


def busy(story: Story) -> Counter[int]:
    """Have Slack answer three of ten posts that they come too fast; return how it answered."""
    answered: Counter[int] = Counter()

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        status = 429 if answered.total() % 10 in {0, 4, 7} else 200
        answered[status] += 1
        if status == 200:
            return await handler(request)
        body = {"ok": False, "error": "ratelimited"}
        return web.json_response(body, status=status, headers={"Retry-After": "1"})

    story.world.server.slack.faults.plant("busy", mishap, None, POST)
    return answered


def times_shown(story: Story, subject: User) -> int:
    return [subject.email in story.text(card) for card in story.cards()].count(True)


async def test_every_card_arrives_once_where_three_of_ten_posts_come_too_fast(
    story: Story,
) -> None:
    answered = busy(story)
    people = [story.people.member() for _ in range(MANY)]
    for one in people:
        await story.types("/onboard", f"{mention(one)} {story.people.login(one)}")
    await story.world.at_rest()
    await story.world.spoken()
    assert [times_shown(story, one) for one in people] == [1] * MANY
    for one in people:
        assert any(f"@{one.real_name}" in text for text in story.heard(story.asker))
    assert answered[429] >= MANY * 3 // 10


async def test_a_card_in_a_channel_that_was_archived_since_goes_on_in_direct_messages(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    with refusing(story, UPDATE, "is_inactive", REQUESTS):
        await story.denies(card, "Not yet")
        copy = await story.card(ada, told=story.approver)
        assert "Denied" in story.text(copy)
    await story.world.later(PUT_OFF)
    await story.reads(card, "Denied", "Not yet")
    assert times_shown(story, ada) == 1


async def test_what_an_operator_must_put_right_is_logged_as_an_error_and_delivered_afterwards(
    story: Story, ada: User
) -> None:
    with refusing(story, POST, "missing_scope", REQUESTS) as given:
        await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
        await story.until(lambda: given)
        while len(given) < 2:
            await story.world.later(timedelta(seconds=5))
    await story.world.later(timedelta(minutes=5))
    await story.card(ada)
    await story.world.spoken()
    assert times_shown(story, ada) == 1
    assert story.world.errors
    assert all("missing_scope" in one and "operator" in one for one in story.world.errors)
    story.world.errors.clear()


async def test_a_card_that_may_not_be_changed_any_more_is_posted_anew_once(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    with refusing(story, UPDATE, "edit_window_closed", REQUESTS) as given:
        await story.denies(card, "Not yet")
        again = await story.card(ada)
        assert "Denied" in story.text(again)
        await story.world.spoken()
    assert given == ["edit_window_closed"]
    assert times_shown(story, ada) == 2
