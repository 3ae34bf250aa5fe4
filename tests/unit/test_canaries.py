"""The search for secrets finds them in every form, so that finding nothing means something."""

import base64
import json
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries import found

SECRET = 'xaat-canary/with"quotes\\and+signs=7'
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": json.dumps,
    "in Python": repr,
    "in an address": lambda text: urllib.parse.quote(text, safe=""),
    "in a form": lambda text: urllib.parse.urlencode({"token": text}),
    "in hex": lambda text: text.encode().hex(),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
@given(before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_a_secret_is_found_in_every_form(form: str, before: bytes, after: bytes) -> None:
    assert found([SECRET], before + FORMS[form](SECRET).encode() + after) == {SECRET}


@given(st.text(max_size=7), st.text(max_size=7))
def test_a_secret_is_found_within_a_longer_base64(before: str, after: str) -> None:
    encoded = base64.b64encode(f"{before}{SECRET}{after}".encode())
    assert found([SECRET], encoded) == {SECRET}


def test_what_is_not_there_is_not_found() -> None:
    assert found([SECRET], SECRET[:-1].encode()) == set()
