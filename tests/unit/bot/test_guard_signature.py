"""What Slack signed within five minutes passes the guard, and nothing else does."""

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.guard import Guard, RefusedError
from tests.unit.bot.signed import (
    COMMAND,
    NOW,
    SECRET,
    Guarded,
    Headers,
    headers,
    signature,
    with_value,
    without,
)

STAMP, SIGNED = b"x-slack-request-timestamp", b"x-slack-signature"
RIGHT = headers(COMMAND)
RIGHT_SIGNATURE = signature(COMMAND, b"%d" % NOW)


@pytest.mark.parametrize(
    ("signed", "status"),
    [(SECRET, 200), ("the-one-before", 200), ("the-one-before-that", 401), ("", 401)],
)
async def test_while_a_secret_is_replaced_both_sign_and_no_other(signed: str, status: int) -> None:
    guarded = Guarded(previous="the-one-before")
    given = with_value(RIGHT, SIGNED, signature(COMMAND, b"%d" % NOW, signed))
    assert (await guarded.post(COMMAND, given)).status_code == status


async def test_an_empty_previous_secret_signs_nothing() -> None:
    guarded = Guarded(previous="")
    given = with_value(RIGHT, SIGNED, signature(COMMAND, b"%d" % NOW, ""))
    assert (await guarded.post(COMMAND, given)).status_code == 401
    assert (await guarded.post(COMMAND, RIGHT)).status_code == 200


async def test_what_slack_signed_reaches_the_application_as_it_was_sent() -> None:
    guarded = Guarded()
    answer = await guarded.post(COMMAND, RIGHT)
    assert (answer.status_code, answer.content) == (200, b"taken")
    assert guarded.app.bodies == [COMMAND]


def test_the_example_of_slacks_own_page_is_accepted() -> None:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signed = b"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    given: Headers = [
        (b"content-type", b"application/x-www-form-urlencoded"),
        (STAMP, b"1531420618"),
        (SIGNED, signed),
    ]
    guard = Guard(Guarded().app, SecretStr("8f742231b10e8888abcd99yyyzzz85a5"), lambda: 1531420618)
    guard.check(given, body)
    with pytest.raises(RefusedError):
        guard.check(given, body + b"&")


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(0, 200), (1, 200), (-1, 200), (299, 200), (300, 200), (-300, 200), (301, 401), (-301, 401),
     (300.5, 401), (-300.5, 401), (3600, 401), (-3600, 401), (NOW, 401)],
)  # fmt: skip
async def test_a_signature_holds_for_five_minutes_in_both_directions(
    seconds: float, status: int
) -> None:
    guarded = Guarded(now=NOW + seconds)
    assert (await guarded.post(COMMAND, RIGHT)).status_code == status


WRONG_SIGNATURES = {
    "of another secret": signature(COMMAND, b"%d" % NOW, "another-secret"),
    "of an empty secret": signature(COMMAND, b"%d" % NOW, ""),
    "of another body": signature(COMMAND + b"&", b"%d" % NOW),
    "of another moment": signature(COMMAND, b"%d" % (NOW - 1)),
    "in capitals": RIGHT_SIGNATURE.upper(),
    "with capital digits": b"v0=" + RIGHT_SIGNATURE[3:].upper(),
    "without its version": RIGHT_SIGNATURE[3:],
    "of another version": b"v1=" + RIGHT_SIGNATURE[3:],
    "cut short": RIGHT_SIGNATURE[:-1],
    "with more behind it": RIGHT_SIGNATURE + b"0",
    "with a line end": RIGHT_SIGNATURE + b"\n",
    "with a space": b" " + RIGHT_SIGNATURE,
    "twice in one header": RIGHT_SIGNATURE + b"," + RIGHT_SIGNATURE,
    "empty": b"",
    "version alone": b"v0=",
    "zeros": b"v0=" + b"0" * 64,
    "no hexadecimal": b"v0=" + b"g" * 64,
    "bytes beyond ascii": b"v0=" + b"\xff" * 64,
    "digits beyond ascii": b"v0=" + "\u0660".encode() * 32,
    "very long": b"v0=" + b"0" * 10_000,
}


@pytest.mark.parametrize("name", WRONG_SIGNATURES)
async def test_a_wrong_signature_is_refused(name: str) -> None:
    guarded = Guarded()
    answer = await guarded.post(COMMAND, with_value(RIGHT, SIGNED, WRONG_SIGNATURES[name]))
    assert answer.status_code == 401
    assert not guarded.app.bodies


@pytest.mark.parametrize(
    "stamp",
    [
        b"", b"abc", b"1e9", b"-1800000000", b"+1800000000", b" 1800000000", b"1800000000 ",
        b"1800000000\n", b"1_800_000_000", b"0x6b49d200", b"1800000000.0", b"nan", b"inf",
        "\uff11\uff18".encode(), b"9" * 13, b"9" * 5000, b"\xff", b"1800000000,1800000000",
    ],
)  # fmt: skip
async def test_an_odd_timestamp_is_refused_even_where_it_was_signed(stamp: bytes) -> None:
    guarded = Guarded()
    signed = with_value(headers(COMMAND, timestamp=stamp), STAMP, stamp)
    assert (await guarded.post(COMMAND, signed)).status_code == 401
    assert not guarded.app.bodies


async def test_a_timestamp_of_one_digit_is_merely_old() -> None:
    assert (await Guarded(now=300).post(COMMAND, headers(COMMAND, timestamp=b"0"))).is_success
    assert (await Guarded().post(COMMAND, headers(COMMAND, timestamp=b"0"))).status_code == 401


@pytest.mark.parametrize("name", [STAMP, SIGNED])
async def test_a_missing_header_is_refused(name: bytes) -> None:
    assert (await Guarded().post(COMMAND, without(RIGHT, name))).status_code == 401


@pytest.mark.parametrize("name", [STAMP, SIGNED])
@pytest.mark.parametrize("first", [False, True])
async def test_a_header_that_comes_twice_is_refused(name: bytes, first: bool) -> None:  # noqa: FBT001 - parametrized
    value = next(value for key, value in RIGHT if key == name)
    for second in (value, b"other"):
        twice = [(name, second), *RIGHT] if first else [*RIGHT, (name, second)]
        assert (await Guarded().post(COMMAND, twice)).status_code == 401


async def test_a_header_counts_however_its_name_is_cased() -> None:
    shouted = [(key.upper(), value) for key, value in RIGHT]
    Guard(Guarded().app, SecretStr("the-secret-of-the-tests"), lambda: NOW).check(shouted, COMMAND)
    assert (await Guarded().post(COMMAND, [*RIGHT, (SIGNED.upper(), b"v0=")])).status_code == 401


@pytest.mark.parametrize("body", [b"", b"payload=", b"[" * 100, b"\xff\xfe", b"{}"])
async def test_nothing_is_said_about_a_body_that_nobody_signed(body: bytes) -> None:
    answer = await Guarded().post(body, [(b"content-type", b"text/plain")])
    assert (answer.status_code, answer.content) == (401, b"")


async def test_the_log_gets_a_reason_and_nothing_of_the_request() -> None:
    with capture_logs() as written:
        await Guarded().post(b"canary-in-the-body", with_value(RIGHT, SIGNED, b"canary-signature"))
    assert written == [
        {"event": "refused", "log_level": "warning", "reason": "headers", "status": 401}
    ]
