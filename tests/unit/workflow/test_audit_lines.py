"""Anchors that left years ago are still read, and why one cannot be believed is said."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflow.audit_signing import Anchor, AnchorError, key_from, line, name_of, public_of, read

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ANCHOR = Anchor(7, 9, "ab" * 32, "2026-11-22T14:00:00.000000Z")
UNSIGNED = (
    '{"at":"2026-11-22T14:00:00.000000Z","format":"aboard-anchor-1","hash":"'
    + "ab" * 32
    + '","position":7,"seq":9,"signed_by":""}'
)
NAME = "5f793dc6"
PUBLIC = "gyClGXfYw4yopJJ8Zw31gh5El2GUXhXp77JqFQnSMOo="
SIGNATURE = (
    "itJj1KpYJ2HKgdd0/Kb0QaHB9NpQ1bgoE+dVaUjd/NbfJGA9YBa5vAQNUymp"
    "kK7b+hKJfdPQm7P1L4a8WeTRBQ=="
)  # fmt: skip


def changed(text: str, **values: object) -> str:
    return json.dumps(json.loads(text) | values)


def test_an_anchor_leaves_in_the_same_form_for_ever() -> None:
    assert line(ANCHOR, None) == UNSIGNED
    signed = UNSIGNED.replace('"signed_by":""', f'"signature":"{SIGNATURE}","signed_by":"{NAME}"')
    assert line(ANCHOR, KEY) == signed


def test_the_key_of_an_anchor_is_known_by_its_public_half_and_named_by_its_hash() -> None:
    assert public_of(KEY) == PUBLIC
    assert name_of(PUBLIC) == NAME == hashlib.sha256(PUBLIC.encode()).hexdigest()[:8]


def test_a_signed_anchor_is_read_whole_by_whoever_knows_the_key_among_others() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    found = read(line(ANCHOR, KEY), [public_of(other), PUBLIC])
    assert found == Anchor(ANCHOR.position, ANCHOR.seq, ANCHOR.hash, ANCHOR.at, NAME)


def test_without_a_key_a_signature_is_not_looked_at() -> None:
    assert read(changed(line(ANCHOR, KEY), signature="any"), []).signed_by == NAME


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"position": 1}',
        changed(UNSIGNED, format="aboard-anchor-2"),
        changed(UNSIGNED, more="than there is"),
        changed(UNSIGNED, position="7"),
    ],
)
def test_what_is_no_anchor_is_called_none(text: str) -> None:
    with pytest.raises(AnchorError) as refused:
        read(text, [])
    assert str(refused.value) == "is no anchor"


@pytest.mark.parametrize(
    "signature", [SIGNATURE.swapcase(), "A", "", base64.b64encode(b"s" * 64).decode()]
)
def test_a_signature_that_does_not_hold_is_called_so(signature: str) -> None:
    with pytest.raises(AnchorError) as refused:
        read(changed(line(ANCHOR, KEY), signature=signature), [PUBLIC])
    assert str(refused.value) == "has a signature that does not hold"


def test_an_anchor_without_a_signature_does_not_hold() -> None:
    facts = json.loads(line(ANCHOR, KEY))
    del facts["signature"]
    with pytest.raises(AnchorError, match=r"^has a signature that does not hold$"):
        read(json.dumps(facts), [PUBLIC])


def test_an_anchor_that_nobody_known_signed_is_called_so() -> None:
    with pytest.raises(AnchorError) as refused:
        read(UNSIGNED, [PUBLIC])
    assert str(refused.value) == "is not signed by a key that is known here"


def test_a_key_is_read_from_its_32_bytes_in_base64_and_from_nothing_else() -> None:
    text = base64.b64encode(b"k" * 32).decode()
    assert public_of(key_from(text)) == PUBLIC
    for other in (f"!{text}", text[:-1], base64.b64encode(b"k" * 31).decode()):
        with pytest.raises(ValueError, match=r"^must be 32 bytes in base64$"):
            key_from(other)
