"""Reads an answer's body: bounded while it streams, as strict JSON, and as what is documented.

Python's json accepts NaN, Infinity and the last of two equal keys, and 97 kB of gzip unfold to
100 MB: neither gets past here. Why a body is no good is said without quoting it.
"""

import json
import math
import re
import zlib
from typing import Annotated, NoReturn, TypeAlias, TypeVar

import httpx
from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

DEEPEST = 64
MOST_VALUES = 200_000
"""A body of 1 MiB that holds more says nothing: a megabyte of ``[{},{},…]`` becomes 100 of ours."""

_GZIP = 16 + zlib.MAX_WBITS
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")

T = TypeVar("T")

WIRE = ConfigDict(frozen=True, hide_input_in_errors=True)
ROW = ConfigDict(hide_input_in_errors=True)
"""For what a list holds by the thousand: as a frozen dataclass with slots it takes a third of the
room that a model takes, two thirds of the time to read, and the collector has less to go through.
"""

WireText = Annotated[str, StringConstraints(max_length=320, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""What Aboard compares or sends again: exactly as the vendor wrote it, or the answer is refused."""


def _harmless(text: str) -> str:
    """Return a label without what no eye sees. A list has thousands, and most are as they are."""
    seen = text if text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)
    return seen[:320]


WireLabel = Annotated[str, AfterValidator(_harmless)]
"""What people read only: an odd one is made harmless, so that it hides nobody else in its list."""

WireList: TypeAlias = Annotated[list[T], Field(fail_fast=True)]
"""A list is refused at its first odd item: an error for each of 300,000 takes a gigabyte."""

WireId = Annotated[str, StringConstraints(min_length=1, max_length=320, pattern=r"^[!-~]+$")]


class BodyError(ValueError):
    """The body cannot be used; the message completes "the body …"."""


async def read_bounded(response: httpx.Response, most: int) -> bytes:
    """Return the decoded body; ``BodyError`` as soon as it exceeds ``most`` bytes."""
    inflate = _decoder(response.headers.get("content-encoding", "identity"))
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk if inflate is None else _inflated(inflate, chunk, most + 1 - len(body))
        if len(body) > most:
            raise BodyError(f"exceeds {most} bytes")
    if inflate is not None and not inflate.eof:
        raise BodyError("ends inside its compression")
    return bytes(body)


def _decoder(encoding: str) -> "zlib._Decompress | None":
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip":
            return zlib.decompressobj(_GZIP)
        case _:
            raise BodyError("is in an encoding that was not asked for")


def _inflated(inflate: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    try:
        return inflate.decompress(chunk, room)
    except zlib.error:
        raise BodyError("is not the gzip it claims to be") from None


def looks_like_html(body: bytes) -> bool:
    """Tell whether a body is a page for people, which no vendor answers a program with."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def strict_json(body: bytes) -> JsonValue:
    """Return the JSON value in ``body``; ``BodyError`` for anything RFC 8259 leaves open."""
    if looks_like_html(body):
        raise BodyError("is a web page" if b"<html" in body[:2048].lower() else "is not JSON")
    try:
        value: JsonValue = json.loads(
            body.decode(),
            parse_constant=_refused,
            parse_float=_finite,
            object_pairs_hook=_unique,
        )
    except BodyError:
        raise
    except RecursionError:
        raise BodyError("is nested too deeply") from None
    except ValueError:
        raise BodyError("is not JSON" if body else "is empty") from None
    _check_size(value)
    return value


def _refused(_constant: str) -> NoReturn:
    raise BodyError("holds a number that is none")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BodyError("holds a number without end")
    return number


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise BodyError("names a key twice")
    return unique


def _check_size(value: JsonValue) -> None:
    level, values = [value], 1
    for _ in range(DEEPEST + 1):
        level = _within(level)
        values += len(level)
        if values > MOST_VALUES:
            raise BodyError(f"holds more than {MOST_VALUES} values")
        if not level:
            return
    raise BodyError("is nested too deeply")


def _within(level: list[JsonValue]) -> list[JsonValue]:
    """Return what the values of one level hold: a large list is gone through at every look-up."""
    found: list[JsonValue] = []
    for value in level:
        if isinstance(value, dict):
            found += value.values()
        elif isinstance(value, list):
            found += value
    return found


def documented(body: bytes, shape: TypeAdapter[T]) -> T:
    """Return ``body`` as ``shape``; ``BodyError`` says which field is not as documented."""
    value = strict_json(body)
    try:
        return shape.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise BodyError(f"is not as documented at {where}") from None
