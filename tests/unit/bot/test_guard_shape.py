"""What Slack signed and is yet of no shape that Slack sends gets 400 or 413, and no parser."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from pydantic import SecretStr
from starlette.types import Message

from bot.guard import DEEPEST, LARGEST_BODY, Guard
from tests.unit.bot.signed import COMMAND, FORM, JSON, NOW, SECRET, Guarded, headers


def nested(depth: int) -> bytes:
    """Return JSON whose brackets nest ``depth`` deep."""
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


async def post_json(body: bytes) -> httpx.Response:
    """Send a signed JSON body."""
    return await Guarded().post(body, headers(body, JSON))


async def post_payload(payload: str) -> httpx.Response:
    """Send a signed interaction, its payload inside a form."""
    body = str(httpx.QueryParams({"payload": payload})).encode()
    return await Guarded().post(body, headers(body))


@pytest.mark.parametrize("depth", [1, 2, DEEPEST - 1, DEEPEST])
async def test_what_nests_as_deep_as_slack_does_passes(depth: int) -> None:
    assert (await post_json(nested(depth))).status_code == 200
    assert (await post_payload(nested(depth).decode())).status_code == 200


@pytest.mark.parametrize("depth", [DEEPEST + 1, 100, 5_000, 10_000])
async def test_what_nests_deeper_is_refused_before_it_is_parsed(depth: int) -> None:
    assert (await post_json(nested(depth))).status_code == 400
    assert (await post_json(b"[" * depth)).status_code == 400
    assert (await post_payload(nested(depth).decode())).status_code == 400


async def test_no_more_than_64_levels_nest_wherever_they_stand() -> None:
    beside = b'{"a": {"b": {}, "c": [[], []], "d": %s}}'
    for depth, status in ((62, 200), (63, 400)):
        assert (await post_json(beside % nested(depth))).status_code == status


async def test_what_stands_side_by_side_does_not_nest() -> None:
    body = b'{"a": [' + b"[]," * 200 + b'{}], "b": [' + b"{}," * 200 + b"[]]}"
    assert (await post_json(body)).status_code == 200


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ([{"action_id": "a"}], 200), ([{"action_id": "a"}, {"action_id": ""}], 200), ([], 400),
        ([{}], 400), ([{"action_id": "a"}, {}], 400), ([1], 400), (["action_id"], 400),
        (None, 400), (1, 400), ("action_id", 400), ({"action_id": "a"}, 400), ({}, 400),
    ],
)  # fmt: skip
async def test_a_press_that_does_not_say_what_was_pressed_is_refused(
    actions: object, status: int
) -> None:
    assert (await post_payload(json.dumps({"actions": actions}))).status_code == status


async def test_brackets_inside_a_text_nest_nothing() -> None:
    text = '"' + "[{" * 200 + '\\" [ \\\\'
    assert (await post_json(json.dumps({"text": text}).encode())).status_code == 200


async def test_brackets_behind_a_text_that_never_ends_are_counted_or_refused() -> None:
    assert (await post_json(b'{"a": "\\"' + b"[" * 500)).status_code == 400


@pytest.mark.parametrize("end", ["", "\\"])
@pytest.mark.parametrize("send", [post_payload, lambda text: post_json(text.encode())])
async def test_the_longest_text_that_never_ends_is_refused_in_no_time(
    send: Callable[[str], Awaitable[httpx.Response]], end: str
) -> None:
    text = '{"a": "' + '\\"' * 43_000 + end
    started = time.process_time()
    assert (await send(text)).status_code == 400
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"true", b"1", b'"text"', b"[]", b"[{}]", b"{", b"{}{}", b"{'a': 1}", b"NaN",
        b"{]", b"\xef\xbb\xbf{}", b"{} trailing", b'{"a": ' + b"9" * 5000 + b"}", b"payload={}",
    ],
)  # fmt: skip
async def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    assert (await post_json(body)).status_code == 400


@pytest.mark.parametrize("payload", ["", "null", "[]", "1", "{", '"text"', "{'a': 1}"])
async def test_a_payload_that_is_no_object_is_refused(payload: str) -> None:
    assert (await post_payload(payload)).status_code == 400


@pytest.mark.parametrize("body", [b"", b"a=1", b"payload", b"text=hello", b"&&&", b"=", b"%00"])
async def test_a_form_without_a_command_and_without_a_payload_is_refused(body: bytes) -> None:
    assert (await Guarded().post(body, headers(body))).status_code == 400


async def test_a_form_of_too_many_fields_is_refused() -> None:
    for count, status in ((100, 200), (101, 400), (200, 400)):
        body = b"command=%2Fa" + b"".join(b"&f%d=1" % number for number in range(count - 1))
        assert (await Guarded().post(body, headers(body))).status_code == status


@pytest.mark.parametrize("body", [b"\xff\xfe", b"command=%2Fa&text=\xc3\x28", b'{"a": "\xe9"}'])
@pytest.mark.parametrize("kind", [FORM, JSON])
async def test_what_is_no_utf8_is_refused(body: bytes, kind: bytes) -> None:
    assert (await Guarded().post(body, headers(body, kind))).status_code == 400


@pytest.mark.parametrize(
    "kind",
    [b"", b"text/plain", b"text/html", b"multipart/form-data; boundary=x", b"application/xml",
     b"application/jsonx", b"application/x-www-form-urlencoded2", b"\xff", b";"],
)  # fmt: skip
async def test_another_content_type_is_refused(kind: bytes) -> None:
    assert (await Guarded().post(COMMAND, headers(COMMAND, kind))).status_code == 400


async def test_no_content_type_and_two_content_types_are_refused() -> None:
    signed = headers(COMMAND)
    assert (await Guarded().post(COMMAND, signed[1:])).status_code == 400
    assert (await Guarded().post(COMMAND, [signed[0], *signed])).status_code == 400
    assert (await Guarded().post(COMMAND, [(b"content-type", JSON), *signed])).status_code == 400


async def test_a_character_set_beside_the_content_type_is_fine() -> None:
    assert (await Guarded().post(b"{}", headers(b"{}", JSON + b"; charset=utf-8"))).is_success
    assert (await Guarded().post(COMMAND, headers(COMMAND, FORM + b";charset=utf-8"))).is_success


async def test_the_largest_body_passes_and_a_byte_more_does_not() -> None:
    for size, status in ((LARGEST_BODY, 200), (LARGEST_BODY + 1, 413), (300 * 1024, 413)):
        body = COMMAND + b"&a=" + b"x" * (size - len(COMMAND) - 3)
        assert (await Guarded().post(body, headers(body))).status_code == status


@pytest.mark.parametrize(
    "length",
    [
        b"262145", b"999999999999", b"-1", b"abc", b"", b"1e3", b"\xff",
        b"9" * 5000, b"0000001",
    ],
)  # fmt: skip
async def test_a_length_that_is_too_large_or_none_is_refused_before_the_body_is_read(
    length: bytes,
) -> None:
    assert await status_of([b""], [(b"content-length", length), *headers(b"")]) == 413


async def test_the_largest_length_passes() -> None:
    body = COMMAND + b"&a=" + b"x" * (256 * 1024 - len(COMMAND) - 3)
    assert await status_of([body], [(b"content-length", b"262144"), *headers(body)]) == 200


async def test_a_body_without_a_length_is_read_no_further_than_it_may_be() -> None:
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 65_536

    parts = endless()
    assert await status_of(parts, headers(b"")) == 413
    assert len(read) == 5


async def test_a_caller_who_goes_away_in_the_middle_reaches_nothing() -> None:
    assert await status_of([COMMAND[:10]], headers(COMMAND), ends=False) == 400


async def test_headers_that_only_bolt_may_set_are_dropped_and_all_others_kept() -> None:
    guarded = Guarded()
    forged = [(b"X-Slack-Bolt-Lazy-Only", b"1"), (b"x-slack-bolt-lazy-function-name", b"f")]
    kept = [(b"x-slack-retry-num", b"1"), (b"x-slack-boltless", b"1"), *headers(COMMAND)]
    await guarded.post(COMMAND, [*forged, *kept])
    assert guarded.app.headers == [kept]


async def status_of(
    parts: "list[bytes] | AsyncIterator[bytes]",
    given: list[tuple[bytes, bytes]],
    *,
    ends: bool = True,
) -> int:
    """Send a body part by part to a guard, and return the status that it answers."""
    messages = _messages(parts, ends=ends)
    statuses: list[int] = []

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))

    guard = Guard(Guarded().app, SecretStr(SECRET), lambda: NOW)
    await guard({"type": "http", "headers": given}, lambda: anext(messages), send)
    return statuses[0]


async def _messages(
    parts: "list[bytes] | AsyncIterator[bytes]", *, ends: bool
) -> AsyncIterator[Message]:
    if isinstance(parts, list):
        for number, part in enumerate(parts, start=1):
            more = not ends or number < len(parts)
            yield {"type": "http.request", "body": part, "more_body": more}
    else:
        async for part in parts:
            yield {"type": "http.request", "body": part, "more_body": True}
    yield {"type": "http.disconnect"}
