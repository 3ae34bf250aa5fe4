"""What the application behind the guard is handed, and what a caller hears who is refused."""

import asyncio
from collections.abc import Sequence

import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.guard import PAYLOAD, Guard
from tests.unit.bot.signed import (
    COMMAND,
    FORM,
    JSON,
    NOW,
    SECRET,
    Guarded,
    Headers,
    headers,
    without,
)


async def heard(
    given: Sequence[tuple[bytes, bytes]], *messages: Message, app: ASGIApp | None = None
) -> list[Message]:
    """Send a request message by message to a guard; return every message that it answers."""
    waiting, answered = list(messages), list[Message]()

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        answered.append(message)

    guard = Guard(app or Guarded().app, SecretStr(SECRET), lambda: NOW)
    await guard({"type": "http", "headers": list(given)}, receive, send)
    return answered


def _status(answered: list[Message]) -> int:
    status: int = answered[0]["status"]
    return status


async def test_who_is_refused_hears_a_status_and_an_empty_body() -> None:
    assert await heard(headers(COMMAND)[1:], {"type": "http.request", "body": COMMAND}) == [
        {"type": "http.response.start", "status": 400, "headers": [(b"content-length", b"0")]},
        {"type": "http.response.body", "body": b""},
    ]


async def silence() -> Message:
    """Send nothing at all, for ever."""
    forever: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await forever


async def unheard(_: Message) -> None:
    """Listen to nothing."""


@pytest.mark.parametrize(
    "given",
    [[], without(headers(COMMAND), b"x-slack-signature"), headers(COMMAND, timestamp=b"1")],
)
async def test_who_could_not_be_slack_is_refused_before_the_body_is_waited_for(
    given: Headers,
) -> None:
    guarded = Guarded()
    await guarded.guard({"type": "http", "headers": given}, silence, unheard)
    assert [status for status, _ in guarded.told] == [401]


async def test_a_body_is_waited_for_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded, loop, passed = Guarded(), asyncio.get_running_loop(), 0.0
    time = loop.time
    monkeypatch.setattr(loop, "time", lambda: time() + passed)
    scope: Scope = {"type": "http", "headers": headers(COMMAND)}
    waiting = asyncio.create_task(guarded.guard(scope, silence, unheard))
    for seconds, told in ((0.0, []), (9.5, []), (10.5, [(400, "slow")])):
        passed = seconds
        for _ in range(10):
            await asyncio.sleep(0)
        assert guarded.told == told
    await waiting


async def test_a_body_in_one_message_needs_no_word_that_it_ends() -> None:
    answered = await heard(headers(COMMAND), {"type": "http.request", "body": COMMAND})
    assert _status(answered) == 200


async def test_a_message_without_a_body_adds_nothing() -> None:
    first, last = {"type": "http.request", "more_body": True}, {"type": "http.request"}
    whole = {"type": "http.request", "body": COMMAND, "more_body": True}
    assert _status(await heard(headers(COMMAND), first, whole, last)) == 200


async def test_a_length_that_is_right_passes() -> None:
    length = (b"Content-Length", b"%d" % len(COMMAND))
    body = {"type": "http.request", "body": COMMAND}
    assert _status(await heard([length, *headers(COMMAND)], body)) == 200


async def test_what_is_no_request_is_handed_on_as_it_came() -> None:
    seen = list[object]()

    async def app(*given: object) -> None:
        seen.extend(given)

    async def receive() -> Message:
        raise AssertionError

    async def send(_: Message) -> None:
        raise AssertionError

    scope: Scope = {"type": "lifespan"}
    await Guard(app, SecretStr(SECRET), lambda: NOW)(scope, receive, send)
    assert seen == [scope, receive, send]


async def test_the_application_reads_the_body_once_and_then_hears_that_nothing_follows() -> None:
    read = list[Message]()

    async def app(_: Scope, receive: Receive, __: Send) -> None:
        read.extend([await receive(), await receive(), await receive()])

    await heard(headers(COMMAND), {"type": "http.request", "body": COMMAND}, app=app)
    gone = {"type": "http.disconnect"}
    assert read == [{"type": "http.request", "body": COMMAND, "more_body": False}, gone, gone]


async def test_the_application_learns_where_a_request_went() -> None:
    guarded = Guarded()
    await guarded.post(COMMAND, headers(COMMAND))
    assert [(one["method"], one["path"]) for one in guarded.app.scopes] == [
        ("POST", "/slack/events")
    ]


@pytest.mark.parametrize(
    ("body", "kind", "payload"),
    [
        (b"command=%2Fa&text=&a=1&a=2", FORM, {"command": "/a", "text": "", "a": "2"}),
        (b"payload=%7B%22a%22%3A+1%7D&command=1", FORM, {"a": 1}),
        (b'{"a": {"b": [1]}}', JSON, {"a": {"b": [1]}}),
    ],
)
async def test_the_application_finds_what_was_sent_parsed(
    body: bytes, kind: bytes, payload: dict[str, object]
) -> None:
    guarded = Guarded()
    await guarded.post(body, headers(body, kind))
    assert guarded.app.scopes[0][PAYLOAD] == payload
