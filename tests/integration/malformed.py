"""Requests that Slack never sent: random bodies under random headers, never rightly signed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

NOW = 1_800_000_000
WORDS = (
    b"payload=",
    b"command=%2Faboard",
    b"&",
    b"=",
    b"{",
    b"}",
    b"[",
    b'"',
    b"\\",
    b"%",
    b"ssl_check=1",
)
KINDS = (
    b"application/json", b"application/x-www-form-urlencoded", b"text/plain", b"", b"\xff",
    b"multipart/form-data; boundary=x", b"application/json; charset=utf-8",
)  # fmt: skip
STAMPS = (
    b"", b"abc", b"0", b"-1", b"1e9", b"nan", b"\xff\xfe", b"9" * 400, b" 1", b"1800000000 ",
    b"1799999000", b"1800001000", b"1_800_000_000",
)  # fmt: skip
SIGNATURES = (
    b"", b"v0=", b"v0=zz", b"v1=" + b"0" * 64, b"v0=" + b"A" * 64, b"v0=" + b"0" * 63, b"\xff" * 67,
    b"v0=" + b"\xc3\xa9" * 32, b"=" * 500,
)  # fmt: skip
FORGED = (b"x-slack-bolt-lazy-only", b"x-slack-bolt-lazy-function-name", b"x-slack-retry-num")


@dataclass(frozen=True)
class Malformed:
    """One request, as bytes."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


def request(random: Random) -> Malformed:
    """Make the next request of a seeded series."""
    headers = [(b"content-type", random.choice(KINDS))] * random.choice((0, 1, 1, 1, 1, 2))
    headers += _header(random, b"x-slack-request-timestamp", STAMPS, b"%d" % NOW)
    right_form = b"v0=" + random.randbytes(32).hex().encode()
    headers += _header(random, b"x-slack-signature", SIGNATURES, right_form)
    if random.random() < 0.2:
        headers.append((random.choice(FORGED), b"1"))
    return Malformed(headers, random.choice(BODIES)(random))


def _header(
    random: Random, name: bytes, odd: tuple[bytes, ...], of_right_form: bytes
) -> list[tuple[bytes, bytes]]:
    value = of_right_form if random.random() < 0.6 else random.choice(odd)
    return [(name, value)] * random.choice((0, 1, 1, 1, 1, 1, 1, 2))


def _noise(random: Random) -> bytes:
    return random.randbytes(random.randrange(200))


def _words(random: Random) -> bytes:
    return b"".join(random.choices(WORDS, k=random.randrange(12)))


def _command(random: Random) -> bytes:
    return (
        b"command=%2Faboard&text=" + random.randbytes(4).hex().encode() + b"&user_id=U0&team_id=T0"
    )


def _payload(random: Random) -> bytes:
    return b"payload=" + random.choice((b"", b"%7B%7D", b"null", b"[]", b"%FF", b"%7B"))


def _json(random: Random) -> bytes:
    values: tuple[object, ...] = (None, True, 1, "text", [], [[]], {}, {"type": []}, {"event": 1})
    return json.dumps(random.choice(values)).encode()


def _deep(random: Random) -> bytes:
    return random.choice((b"[", b'{"a":')) * random.randrange(65, 3000)


def _broken(random: Random) -> bytes:
    return b'{"type": "event_callback", "event": {"text": "' + random.randbytes(8) + b'"}}'


def _large(random: Random) -> bytes:
    return b"x" * random.choice((10_000, 300_000))


BODIES: tuple[Callable[[Random], bytes], ...] = (
    _noise, _noise, _words, _words, _command, _payload, _json, _json, _deep, _broken,
    lambda random: _large(random) if random.random() < 0.1 else b"",
)  # fmt: skip
