"""Anchors as they leave: one line of JSON, signed where there is a key, and how it is read again.

Signed is the canonical JSON (RFC 8785) of everything but the signature, with Ed25519
(https://www.rfc-editor.org/rfc/rfc8032). Whoever knows the public key can check an anchor without
being able to make one.

What signs is imported by whoever signs or checks: it takes 7 MB, and few have a key. So it is with
what opens an installation (`bot.installed`).
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import rfc8785

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "aboard-anchor-1"

_MOST = 2**53 - 1
"""The largest integer that canonical JSON holds."""


class AnchorError(Exception):
    """A line that is no anchor, or whose signature does not hold; the text says which."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """That the chain had ``position`` links at ``at`` (ISO 8601, UTC), the last with ``hash``."""

    position: int
    seq: int
    hash: str
    at: str
    signed_by: str = ""

    def facts(self) -> dict[str, str | int]:
        """Return what is signed."""
        return {
            "format": FORMAT,
            "position": self.position,
            "seq": self.seq,
            "hash": self.hash,
            "at": self.at,
            "signed_by": self.signed_by,
        }


def key_from(text: str) -> "Ed25519PrivateKey":
    """Return the key whose 32 bytes ``text`` holds in base64; ``ValueError`` where it does not."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - see above
        Ed25519PrivateKey,
    )

    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise ValueError("must be 32 bytes in base64") from error


def public_of(key: "Ed25519PrivateKey") -> str:
    """Return the public half of a key: 32 bytes in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def is_public_key(text: str) -> bool:
    """Tell whether ``text`` is the public half of a key: 32 bytes in base64."""
    try:
        return len(base64.b64decode(text, validate=True)) == _PUBLIC_BYTES
    except ValueError:
        return False


_PUBLIC_BYTES = 32


def name_of(public: str) -> str:
    """Return what a public key is called in an anchor: eight hexadecimal digits."""
    return hashlib.sha256(public.encode()).hexdigest()[:8]


def line(anchor: Anchor, key: "Ed25519PrivateKey | None") -> str:
    """Return ``anchor`` as one line without its end, signed by ``key`` where there is one."""
    if key is None:
        return rfc8785.dumps(anchor.facts()).decode()
    by = name_of(public_of(key))
    facts = Anchor(anchor.position, anchor.seq, anchor.hash, anchor.at, by).facts()
    signature = base64.b64encode(key.sign(rfc8785.dumps(facts))).decode()
    return rfc8785.dumps(facts | {"signature": signature}).decode()


def read(text: str, public: Collection[str]) -> Anchor:
    """Return the anchor in one line; ``AnchorError`` where it cannot be believed.

    With ``public`` keys (``is_public_key``), an anchor counts only where one of them signed it.
    """
    try:
        found = json.loads(text)
        signature = str(found.pop("signature", ""))
        facts = {name: found[name] for name in Anchor.__dataclass_fields__}
        anchor = Anchor(**facts)
        is_one = found == anchor.facts() and _is_fit(anchor)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise AnchorError("is no anchor") from error
    if not is_one:
        raise AnchorError("is no anchor")
    if public:
        _check(anchor, signature, public)
    return anchor


def _is_fit(anchor: Anchor) -> bool:
    """Tell whether an anchor holds what its fields are for; a file may hold anything."""
    numbers: tuple[object, ...] = (anchor.position, anchor.seq)
    texts: tuple[object, ...] = (anchor.hash, anchor.at, anchor.signed_by)
    counted = all(type(one) is int and 0 < one <= _MOST for one in numbers)
    return counted and all(isinstance(one, str) and one.isascii() for one in texts)


def _check(anchor: Anchor, signature: str, public: Collection[str]) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - see above
        Ed25519PublicKey,
    )

    known = {name_of(one): one for one in public}
    if anchor.signed_by not in known:
        raise AnchorError("is not signed by a key that is known here")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(known[anchor.signed_by]))
    try:
        key.verify(base64.b64decode(signature), rfc8785.dumps(anchor.facts()))
    except (InvalidSignature, ValueError) as error:
        raise AnchorError("has a signature that does not hold") from error
