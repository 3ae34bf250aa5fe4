"""Sorts an answer that is not a yes into the tree of ``vendors.errors``; reads how long to wait.

What any answer tells in passing is read here, too: the time, and how many calls are left. A
redirect is never followed: custom credential headers survive a redirect to another host.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pydantic import JsonValue

from vendors.body import BodyError, strict_json
from vendors.errors import (
    AmbiguousError,
    ConflictError,
    CredentialError,
    ForbiddenError,
    NotFoundError,
    PermanentError,
    RateLimitError,
    RejectedError,
    UnavailableError,
    VendorError,
)
from vendors.quoting import quoted

if TYPE_CHECKING:
    from vendors.call import Call, Endpoint

SHORTEST_WAIT = 1.0
LONGEST_WAIT = 3600.0
_SECONDS = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``body`` is empty where it was too long or garbled.

    ``sent`` is every text that the call carried, credentials too: no error may repeat it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    trace: str | None
    sent: tuple[str, ...]


def lost(endpoint: "Endpoint", call: "Call", why: str, answer: Answer | None = None) -> VendorError:
    """Return the error for a call that was sent and whose answer says nothing."""
    status, trace = (answer.status, answer.trace) if answer else (None, None)
    if call.may_repeat:
        return UnavailableError(endpoint.name, f"{endpoint.title} {why}.", status, trace)
    sentence = f"{endpoint.title} {why}: the change may have happened."
    return AmbiguousError(endpoint.name, sentence, status, trace)


def refusal(endpoint: "Endpoint", call: "Call", answer: Answer, now: datetime) -> VendorError:
    """Return the error for an answer whose status is not 2xx."""
    if endpoint.limited(answer.status, answer.headers):
        return RateLimitError(
            endpoint.name,
            f"{endpoint.title} is being called too often.",
            answer.status,
            answer.trace,
            retry_after=asked_wait(answer.headers, now, endpoint.patience),
        )
    if answer.status == 408 or answer.status >= 500 or answer.status < 300:  # noqa: PLR2004 - the classes of RFC 9110, section 15
        return lost(endpoint, call, f"answered with HTTP {answer.status}", answer)
    kind, what = _meaning(endpoint, answer)
    return kind(endpoint.name, f"{endpoint.title} {what}.", answer.status, answer.trace)


def _meaning(endpoint: "Endpoint", answer: Answer) -> tuple[type[VendorError], str]:
    match answer.status:
        case 401:
            which = endpoint.refused(_json(answer), answer.headers)
            return CredentialError, f"does not accept {which}"
        case 403:
            return ForbiddenError, "does not allow the credential to do this"
        case 404 | 410:
            return _not_found(endpoint, answer)
        case 409:
            return ConflictError, _with_words("says that it is already there", endpoint, answer)
        case status if status < 400:  # noqa: PLR2004 - the classes of RFC 9110, section 15
            return PermanentError, f"answered with a redirect (HTTP {status}): check the base URL"
        case status:
            return RejectedError, _with_words(
                f"refused this person or access (HTTP {status})", endpoint, answer
            )


def _not_found(endpoint: "Endpoint", answer: Answer) -> tuple[type[VendorError], str]:
    if _words(endpoint, answer) is None:
        return PermanentError, f"has no such address (HTTP {answer.status}): check the base URL"
    return NotFoundError, _with_words("does not know what was named", endpoint, answer)


def _words(endpoint: "Endpoint", answer: Answer) -> str | None:
    return endpoint.complaint(_json(answer))


def _json(answer: Answer) -> JsonValue:
    """Return the body, or None where it is no JSON."""
    try:
        return strict_json(answer.body)
    except BodyError:
        return None


def _with_words(what: str, endpoint: "Endpoint", answer: Answer) -> str:
    words = quoted(_words(endpoint, answer) or "", answer.sent)
    return f"{what}, and says: “{words}”" if words.strip("… ") else what


def asked_wait(headers: Mapping[str, str], now: datetime, patience: float) -> float:
    """Return the seconds a vendor asks to be left alone, from 1 to 3600.

    Read are ``Retry-After`` (RFC 9110: seconds or a date) and ``X-RateLimit-Reset`` (the UTC epoch
    in seconds, as Axiom and GitHub send it); without either, ``patience``.
    """
    hint = _retry_after(headers.get("retry-after", "").strip(), now)
    if hint is None:
        hint = _until_reset(headers.get("x-ratelimit-reset", "").strip(), now)
    return min(LONGEST_WAIT, max(SHORTEST_WAIT, patience if hint is None else hint))


def told_date(headers: Mapping[str, str]) -> datetime | None:
    """Return the moment in ``Date`` (RFC 9110), which any server with a clock sends."""
    try:
        told = parsedate_to_datetime(headers.get("date", "").strip())
    except (TypeError, ValueError, OverflowError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def told_rest(headers: Mapping[str, str]) -> int | None:
    """Return how many calls ``X-RateLimit-Remaining`` says are left."""
    text = headers.get("x-ratelimit-remaining", "").strip()
    return int(text) if _SECONDS.fullmatch(text) and text.isdecimal() else None


def _retry_after(text: str, now: datetime) -> float | None:
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        return (parsedate_to_datetime(text) - now).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None


def _until_reset(text: str, now: datetime) -> float | None:
    if not _SECONDS.fullmatch(text):
        return None
    return float(text) - now.timestamp()
