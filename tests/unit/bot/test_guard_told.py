"""What the guard refuses is told with its reason, and so is what passes once more."""

import pytest
from pydantic import SecretStr
from starlette.types import Message
from structlog.testing import capture_logs

from bot.guard import WINDOW_SECONDS, Guard, RefusedError
from tests.unit.bot.signed import COMMAND, FORM, JSON, NOW, SECRET, Guarded, headers, without

LONG = b"command=%2Fa&text=" + b"x" * 300_000

REFUSALS = [
    (COMMAND, without(headers(COMMAND), b"x-slack-signature"), 401, "headers"),
    (COMMAND, headers(COMMAND + b"&"), 401, "signature"),
    (COMMAND, headers(COMMAND, timestamp=b"1"), 401, "stale"),
    (LONG, headers(LONG), 413, "size"),
    (COMMAND, [(b"content-length", b"262145"), *headers(COMMAND)], 413, "size"),
    (b"\xff", headers(b"\xff"), 400, "encoding"),
    (COMMAND, headers(COMMAND, b"text/plain"), 400, "content-type"),
    (b"a=1", headers(b"a=1"), 400, "form"),
    (b"command=1" + b"&a=1" * 100, headers(b"command=1" + b"&a=1" * 100), 400, "form"),
    (b"[" * 65, headers(b"[" * 65, JSON), 400, "depth"),
    (b"{", headers(b"{", JSON), 400, "json"),
    (b"[]", headers(b"[]", JSON), 400, "shape"),
    (b'{"actions": []}', headers(b'{"actions": []}', JSON), 400, "shape"),
]


@pytest.mark.parametrize(("body", "given", "status", "reason"), REFUSALS)
async def test_a_refusal_is_logged_and_told_once_with_its_reason(
    body: bytes, given: list[tuple[bytes, bytes]], status: int, reason: str
) -> None:
    guarded = Guarded()
    with capture_logs() as written:
        answer = await guarded.post(body, given)
    assert answer.status_code == status
    assert guarded.told == [(status, reason)]
    assert [(one["status"], one["reason"]) for one in written] == [(status, reason)]
    assert not guarded.app.bodies


async def test_a_caller_who_goes_away_is_told_of_as_gone() -> None:
    guarded = Guarded()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        assert message.get("status", 400) == 400

    await guarded.guard({"type": "http", "headers": headers(COMMAND)}, receive, send)
    assert guarded.told == [(400, "gone")]


def test_a_refusal_reads_as_its_reason() -> None:
    guard = Guard(Guarded().app, SecretStr(SECRET), lambda: NOW)
    with pytest.raises(RefusedError) as refused:
        guard.check(headers(b"another"), COMMAND)
    assert str(refused.value) == "signature"


async def test_a_line_end_behind_a_backslash_ends_no_text_and_hides_no_brackets() -> None:
    guarded = Guarded()
    body = b'["\\\n", ' + b"[" * 64 + b'"'
    await guarded.post(body, headers(body, JSON))
    assert guarded.told == [(400, "depth")]


async def test_what_passes_for_the_first_time_is_not_told() -> None:
    guarded = Guarded()
    await guarded.post(COMMAND, headers(COMMAND))
    await guarded.post(COMMAND, headers(COMMAND, timestamp=b"%d" % (NOW - 1)))
    assert not guarded.told
    assert len(guarded.app.bodies) == 2


async def test_what_passes_once_more_is_told_as_long_as_it_can_pass() -> None:
    guarded = Guarded(now=NOW - WINDOW_SECONDS)
    await guarded.post(COMMAND, headers(COMMAND))
    guarded.now = NOW + WINDOW_SECONDS
    answer = await guarded.post(COMMAND, headers(COMMAND))
    assert answer.is_success, "that it has no second effect, the database sees to"
    assert guarded.told == [(200, "again")]


async def test_what_is_refused_is_not_taken_for_what_passed() -> None:
    guarded = Guarded()
    odd = headers(COMMAND, b"text/plain")
    await guarded.post(COMMAND, odd)
    await guarded.post(COMMAND, headers(COMMAND, FORM))
    assert guarded.told == [(400, "content-type")]
