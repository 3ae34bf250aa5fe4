"""How long a vendor asks to be left alone, in every way it may say so."""

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from tests.unit.vendors.loopback import NOW
from vendors.refusals import asked_wait

SOON = NOW + timedelta(seconds=90)

HINTS: list[tuple[dict[str, str], float]] = [
    ({}, 60.0),
    ({"Retry-After": "7"}, 7.0),
    ({"retry-after": " 7 "}, 7.0),
    ({"Retry-After": "2.5"}, 2.5),
    ({"Retry-After": "0"}, 1.0),
    ({"Retry-After": "999999"}, 3600.0),
    ({"Retry-After": "-5"}, 60.0),
    ({"Retry-After": "inf"}, 60.0),
    ({"Retry-After": "nan"}, 60.0),
    ({"Retry-After": "soon"}, 60.0),
    ({"Retry-After": "9" * 500}, 60.0),
    ({"Retry-After": format_datetime(SOON, usegmt=True)}, 90.0),
    ({"Retry-After": "Mon, 02 Nov 2026 09:31:30 -0000"}, 60.0),
    ({"Retry-After": format_datetime(NOW - timedelta(days=1), usegmt=True)}, 1.0),
    ({"Retry-After": "Mon, 99 Nov 2026 09:31:30 GMT"}, 60.0),
    ({"X-RateLimit-Reset": str(int(SOON.timestamp()))}, 90.0),
    ({"X-RateLimit-Reset": str(int(NOW.timestamp()) - 5)}, 1.0),
    ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 10**6)}, 3600.0),
    ({"X-RateLimit-Reset": "soon"}, 60.0),
    ({"Retry-After": "7", "X-RateLimit-Reset": str(int(SOON.timestamp()))}, 7.0),
    ({"Retry-After": "soon", "X-RateLimit-Reset": str(int(SOON.timestamp()))}, 90.0),
]


@pytest.mark.parametrize(("headers", "seconds"), HINTS)
def test_every_hint_becomes_a_sane_wait(headers: dict[str, str], seconds: float) -> None:
    assert asked_wait(httpx.Headers(headers), NOW, patience=60.0) == seconds
