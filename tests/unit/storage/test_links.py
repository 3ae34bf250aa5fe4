"""Whoever holds a trail can seal its events again with any library for RFC 8785."""

import hashlib
import hmac
from typing import cast

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from storage.links import BEGINNING, FIELDS, Key, seal

ODD = '\x00\x08\t\n\x0c\r\x1f "\\/\x7f\x80\u2028\u2029\ufeff\uffff\U0001f600 é'
LARGEST = 2**53 - 1
PLAIN = st.one_of(st.none(), st.text(), st.integers(-LARGEST, LARGEST))


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, PLAIN)), st.integers(1, LARGEST), st.text())
@example(dict.fromkeys(FIELDS, ODD), LARGEST, "secret")
def test_a_link_is_over_the_canonical_json_of_its_event(
    event: dict[str, str | int | None], position: int, secret: str
) -> None:
    key = Key(secret.encode())
    facts = {**event, "position": position}
    bare = b"aboard-audit-1\0" + bytes(32)
    sealed = bare + rfc8785.dumps({**facts, "key": ""})
    assert seal(BEGINNING, position, event, None) == hashlib.sha256(sealed).hexdigest()
    keyed = hmac.new(key.secret, bare + rfc8785.dumps({**facts, "key": key.id}), hashlib.sha256)
    assert seal(BEGINNING, position, event, key) == keyed.hexdigest()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_has_no_canonical_json_is_not_sealed(number: float) -> None:
    event = {**dict.fromkeys(FIELDS), "at": cast("int", number)}
    with pytest.raises(ValueError, match="not JSON compliant"):
        seal(BEGINNING, 1, event, None)
