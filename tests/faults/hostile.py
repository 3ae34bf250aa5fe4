"""Answers that no vendor documents, made of those that it gave: broken, flooding, and lying.

What is broken can be read as nothing at all. What lies is well made, and says something else.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from types import MappingProxyType

from pydantic import JsonValue

MEBIBYTE = 2**20
EVE = "eve@acme.example"
"""Somebody who has an account everywhere, and of whom nothing was asked."""

ODD: tuple[JsonValue, ...] = (
    None, True, -1, 0, 10**400, 1e308, "", " ", "x" * 10_000, "\u0000", "\u202e", "null", [], {},
    [None], {"id": None}, [[[]]], {"errors": ["no"]}, EVE,
)  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """One answer: its bytes, header lines, and whether anybody could read it as an answer."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    readable: bool = False


Way = Callable[[bytes, Random], Hostile]


@cache
def _bomb() -> bytes:
    """Return 100 MiB of spaces as gzip makes them, without ever holding them."""
    press = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    parts = [press.compress(b" " * MEBIBYTE) for _ in range(100)]
    return b"".join([*parts, press.flush()])


@cache
def _million(item: bytes) -> bytes:
    return b"[" + b",".join([item] * 1_000_000) + b"]"


@cache
def _as_many_as_fit(item: bytes) -> bytes:
    return b"[" + b",".join([item] * ((MEBIBYTE - 2) // (len(item) + 1))) + b"]"


def _bytes(*bodies: bytes) -> Way:
    return lambda _true, random: Hostile(random.choice(bodies))


def _cut(true: bytes, random: Random) -> Hostile:
    return Hostile(true[: random.randrange(len(true))] if len(true) > 1 else b"{")


def _flipped(true: bytes, random: Random) -> Hostile:
    body = bytearray(true or b"{}")
    for _ in range(random.randint(1, 8)):
        body[random.randrange(len(body))] = random.randrange(256)
    return Hostile(bytes(body), readable=True)


def _twice_named(true: bytes, _random: Random) -> Hostile:
    """Name the first key of the first object again, with another value."""
    at = true.find(b'{"')
    if at < 0:
        return Hostile(b'{"id": 1, "id": 2}')
    key = true[at + 1 : true.index(b'"', at + 2) + 1]
    return Hostile(true[: at + 1] + key + b": 7, " + true[at + 1 :])


def _no_number(true: bytes, random: Random) -> Hostile:
    odd = random.choice((b"NaN", b"Infinity", b"-Infinity", b"1e999"))
    return Hostile(b'{"id": ' + odd + b', "was": ' + (true or b"null") + b"}")


def _charset(true: bytes, random: Random) -> Hostile:
    text = true.decode() or "{}"
    body = random.choice(
        (text.encode("utf-16"), b"\xff" + true, ("\ufeff" + text).encode(), b'{"id": "\xe9"}')
    )
    return Hostile(body, {"Content-Type": "application/json; charset=klingon"})


def _packed(true: bytes, random: Random) -> Hostile:
    body, encoding = random.choice(
        (
            (gzip.compress(true)[:-4], "gzip"), (true, "gzip"), (true, "br"),
            (gzip.compress(gzip.compress(true)), "gzip, gzip"), (_bomb(), "gzip"),
        )
    )  # fmt: skip
    return Hostile(body, {"Content-Encoding": encoding})


def _headers(true: bytes, random: Random) -> Hostile:
    many = {f"X-Odd-{number}": "x" * 60 for number in range(random.choice((100, 2_000)))}
    return Hostile(true, random.choice((many, {"X-Long": "x" * 100_000})), readable=True)


def _places(value: JsonValue) -> list[tuple[dict[str, JsonValue] | list[JsonValue], str | int]]:
    found: list[tuple[dict[str, JsonValue] | list[JsonValue], str | int]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [(value, key), *_places(inner)]
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            found += [(value, place), *_places(inner)]
    return found


def _changed(true: bytes, random: Random) -> Hostile:
    """Put something else in one to three places, or take them away."""
    try:
        value: JsonValue = json.loads(true)
    except ValueError:
        value = {}
    for _ in range(random.randint(1, 3)):
        places = _places(value)
        if not places:
            break
        holder, key = random.choice(places)
        if random.random() < 0.3:
            del holder[key]  # type: ignore[arg-type]  # the key is its holder's
        else:
            holder[key] = random.choice(ODD)  # type: ignore[index]  # likewise
    return Hostile(json.dumps(value).encode(), readable=True)


def _of_somebody_else(true: bytes, _random: Random) -> Hostile:
    """Tell of Eve instead, by everything but the ids."""
    body = true.replace(b"ann", b"eve")
    return Hostile(body, readable=True)


def _doubled(true: bytes, random: Random) -> Hostile:
    """Show everything in the lists twice, as it is or in capitals."""
    value: JsonValue = json.loads(true or b"[]")
    lists = [holder[key] for holder, key in _places(value)]  # type: ignore[index]  # the key is its holder's
    for one in [value, *lists]:
        if isinstance(one, list):
            text = json.dumps(one)
            one.extend(json.loads(text if random.random() < 0.5 else text.replace("ann", "ANN")))
    return Hostile(json.dumps(value).encode(), readable=True)


def _shouted(true: bytes, _random: Random) -> Hostile:
    return Hostile(true.replace(b"ann", b"ANN").replace(b"acme", b"Acme"), readable=True)


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "empty, or no JSON": _bytes(b"", b"OK", b"{", b"<html>hello</html>", b"\x00", b"[1,]"),
        "cut": _cut,
        "bits flipped": _flipped,
        "a key twice": _twice_named,
        "no number": _no_number,
        "nested deeply": _bytes(b"[" * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70),
        "another charset": _charset,
        "packed badly": _packed,
        "long headers": _headers,
        "values changed": _changed,
        "of somebody else": _of_somebody_else,
        "everything twice": _doubled,
        "in capitals": _shouted,
    }
)
"""How an answer is made hostile."""

FLOODS: tuple[bytes, ...] = (b"{}", b"[]", b"0", b'""', b'{"id":1}')
"""Of what a flood consists."""


def made_ready() -> None:
    """Make whatever is large, so that what a vendor's answer takes is not what making it took."""
    _bomb()
    for item in FLOODS:
        _million(item)
        _as_many_as_fit(item)


def flood(random: Random) -> Hostile:
    """Answer with a million items, or with as many as a body may hold."""
    item = random.choice(FLOODS)
    return Hostile(_million(item) if random.random() < 0.3 else _as_many_as_fit(item))


def hostile(true: bytes, random: Random) -> tuple[str, Hostile]:
    """Return a way and the answer that it makes of a true one; one in forty is a flood."""
    if random.random() < 1 / 40:
        return "a flood", flood(random)
    name = random.choice(sorted(WAYS))
    return name, WAYS[name](true, random)
