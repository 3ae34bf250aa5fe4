"""Slack refuses, is too busy, or is away: what people have to know reaches them, and once."""

import os
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from types import MappingProxyType

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from structlog.testing import capture_logs

from commands.slack_errors import CURES
from sandbox.slack.model import User
from storage import messages
from tests.faults.office import Office, open_office
from workflow.clock import MINUTE, SECOND

TIMES = int(os.environ.get("ABOARD_SLACK_ERRORS", "1"))
REQUESTS = int(os.environ.get("ABOARD_SLACK_POSTS", "25")) // 5
"""Each makes five posts: the answer, the card, two lines below it, and the outcome."""
POST, UPDATE = "chat.postMessage", "chat.update"
ENGINEER = "engineer"
LONG_ENOUGH = 30 * MINUTE
AFTER_AN_OUTAGE = 60 * SECOND
TWO_HOURS = 120 * MINUTE
GIVEN_UP = 3 * 60 * MINUTE

ERRORS: Mapping[str, str] = MappingProxyType(
    {
        "message_not_found": UPDATE,
        "cant_update_message": UPDATE,
        "edit_window_closed": UPDATE,
        "is_inactive": UPDATE,
        "channel_not_found": POST,
        "not_in_channel": POST,
        "is_archived": POST,
        "restricted_action": POST,
        "missing_scope": POST,
        "account_inactive": POST,
        "internal_error": POST,
        "invalid_blocks": POST,
    }
)
"""What Slack says, and of which call."""
POSTED_ANEW = ("message_not_found", "cant_update_message", "edit_window_closed")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as office:
        yield office


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep what is logged off the screen: an outage of hours has much to say."""
    with capture_logs():
        yield


async def speaks(office: Office, length: int, step: int = SECOND) -> int:
    """Let the bot speak for so long at most; return how long it took, in microseconds."""
    began = office.clock.now
    while office.clock.now < began + length:
        if await office.delivery.once() is None and not await _waits(office):
            break
        office.clock.now += step
    return office.clock.now - began


async def _waits(office: Office) -> int:
    return await office.means.database.read(messages.waiting)


@contextmanager
def refusing(office: Office, method: str, code: str) -> Iterator[Counter[str]]:
    """Have Slack refuse a call in the channel of the requests; yield how often it did."""
    place, given = office.server.workspace.channel(office.settings.slack.channel), Counter[str]()

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        if place.encode() not in await request.read():
            return await handler(request)
        given[code] += 1
        return web.json_response({"ok": False, "error": code})

    office.server.slack.faults.plant("refusing", mishap, None, method)
    try:
        yield given
    finally:
        office.server.slack.faults.clear("refusing")


def cards(office: Office, user: User) -> list[str]:
    """Return the cards about somebody in the channel, as people read them."""
    slack = office.server.workspace
    found = slack.messages(office.settings.slack.channel)
    texts = [slack.text_of(one) for one in found if not one.is_reply]
    return [one for one in texts if user.email in one]


def read_by(office: Office, who: User, user: User) -> list[str]:
    """Return the direct messages that somebody reads about a person."""
    slack = office.server.workspace
    texts = [slack.text_of(one) for one in slack.direct_messages(who)]
    return [one for one in texts if user.email in one or user.real_name in one]


async def _through(office: Office, code: str) -> list[str]:
    """Have somebody's request meet an error; return what people did not get to know."""
    user, method, cast = office.hire(), ERRORS[code], office.server.cast
    number = await office.asks(user, profile=ENGINEER)
    if method == UPDATE:
        await speaks(office, LONG_ENOUGH)
    with capture_logs() as lines, refusing(office, method, code) as given:
        if method == POST:
            await speaks(office, 30 * SECOND)
        await office.approves(number)
        await office.works()
        decided = (await office.request(number)).state == "completed"
        await speaks(office, 30 * SECOND)
    is_logged, is_elsewhere = (
        any(code in str(one) for one in lines),
        read_by(office, cast.lead, user),
    )
    is_said = is_elsewhere if CURES[code] == "elsewhere" else is_logged
    await speaks(office, LONG_ENOUGH, 5 * SECOND)
    shown = cards(office, user)
    most = 2 if code in POSTED_ANEW else 1
    checks = {
        "Slack was not asked": not given,
        "the decision waited for Slack": not decided,
        "nobody was told that it was refused": not is_said,
        f"the card is there {len(shown)} times": not 1 <= len(shown) <= most,
        "no card says how it ended": not any("Completed" in one for one in shown),
        "the requester heard nothing": not _hears_the_end(office, user),
        "something is left to say": await _waits(office) > 0,
    }
    return [f"{code}: {what}" for what, is_so in checks.items() if is_so]


def _hears_the_end(office: Office, user: User) -> bool:
    told = read_by(office, office.server.cast.manager, user)
    return ["is done." in one for one in told].count(True) == 1


@pytest.mark.timeout(900)
async def test_every_refusal_is_got_round_or_told_and_no_decision_waits_for_it(
    office: Office,
) -> None:
    wrong = [one for code in ERRORS for _ in range(TIMES) for one in await _through(office, code)]
    assert not wrong, wrong


def _busy(office: Office, random: Random) -> Mapping[str, list[tuple[float, float]]]:
    """Have three of ten posts come too fast; return by channel when that was, and for how long."""
    refused: dict[str, list[tuple[float, float]]] = defaultdict(list)

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        if random.random() >= 0.3:
            return await handler(request)
        seconds = random.choice((1, 2, 5, 10))
        channel = str((await request.json())["channel"])
        refused[channel].append((office.clock.now / SECOND, seconds))
        headers = {"Retry-After": str(seconds)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)

    office.server.slack.faults.plant("busy", mishap, None, POST)
    return refused


def _posts(office: Office) -> list[tuple[str, float]]:
    calls = office.server.workspace.calls
    return [
        (str(one.arguments["channel"]), one.at)
        for one in calls
        if one.method == POST and one.error is None
    ]


@pytest.mark.timeout(900)
async def test_three_of_ten_posts_too_fast_delay_what_is_said_and_change_nothing_else(
    office: Office,
) -> None:
    refused = _busy(office, Random("busy"))  # noqa: S311 - it has to be the same again
    people = [office.hire() for _ in range(REQUESTS)]
    for user in people:
        await office.approved(user, profile=ENGINEER)
        await office.works()
    await speaks(office, 40 * REQUESTS * SECOND + LONG_ENOUGH)
    assert await _waits(office) == 0
    assert [len(cards(office, user)) for user in people] == [1] * REQUESTS
    assert all("Completed" in cards(office, user)[0] for user in people)
    assert all(_hears_the_end(office, user) for user in people)
    posts = _posts(office)
    early = [
        (channel, at)
        for channel, at in posts
        for began, seconds in refused[channel]
        if began < at < began + seconds
    ]
    assert early == []
    many = sum(len(one) for one in refused.values())
    assert many > 0.2 * len(posts)


async def test_two_hours_without_slack_lose_nothing_and_are_made_up_for_in_a_minute(
    office: Office,
) -> None:
    office.server.slack.faults.down(only="chat.")
    people = [office.hire() for _ in range(5)]
    for user in people:
        await office.approved(user, profile=ENGINEER)
        await office.works()
    await speaks(office, TWO_HOURS, 20 * SECOND)
    assert [cards(office, user) for user in people] == [[]] * len(people)
    office.server.slack.faults.clear()
    assert await speaks(office, TWO_HOURS) <= AFTER_AN_OUTAGE
    for user in people:
        assert ["Completed" in one for one in cards(office, user)] == [True]
        assert _hears_the_end(office, user)


async def test_a_reply_in_a_thread_that_takes_none_is_given_up_and_the_card_says_it(
    office: Office,
) -> None:
    user = office.hire()
    number = await office.asks(user, profile=ENGINEER)
    await speaks(office, LONG_ENOUGH)
    tried = list[str]()

    async def mishap(request: web.Request, handler: Handler) -> web.StreamResponse:
        if (await request.json()).get("thread_ts") is None:
            return await handler(request)
        tried.append(request.path)
        return web.json_response({"ok": False, "error": "restricted_action_thread_locked"})

    office.server.slack.faults.plant("locked", mishap, None, POST)
    await office.approves(number)
    await office.works()
    assert await speaks(office, GIVEN_UP, 20 * SECOND) < GIVEN_UP
    assert len(tried) > 10
    assert ["Completed" in one for one in cards(office, user)] == [True]
