"""Secrets that are looked for: each in every form in which text travels, and in all bytes."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

_SKIPPED = (0, 2, 3)
"""How many signs of base64 depend on what stands before: none, one or two bytes of a group."""


def forms(secret: str) -> set[bytes]:
    """Return a secret as it is, quoted, in an address, in hex and within any base64."""
    raw = secret.encode()
    texts = {secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}
    texts |= {json.dumps(secret)[1:-1], raw.hex(), raw.hex().upper()}
    return {one.encode() for one in texts} | set(_in_base64(raw))


def _in_base64(raw: bytes) -> Iterator[bytes]:
    for before, skipped in enumerate(_SKIPPED):
        whole = (before + len(raw)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + raw)[skipped:whole]


def found(secrets: Iterable[str], place: bytes) -> set[str]:
    """Return which of these secrets stand in ``place``, in any form."""
    return {one for one in secrets if any(form in place for form in forms(one))}
