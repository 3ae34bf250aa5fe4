"""What any answer tells in passing: the time at the vendor's, and how many calls are left."""

from datetime import UTC, datetime

import pytest

from tests.unit.vendors.loopback import http, probing, saying, serving
from vendors.call import Call
from vendors.refusals import told_date, told_rest

SENT = datetime(2026, 11, 2, 9, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["Mon, 02 Nov 2026 09:28:01 GMT", " Mon, 02 Nov 2026 10:28:01 +0100 "]
)
def test_the_time_is_read_with_its_zone(text: str) -> None:
    assert told_date({"date": text}) == SENT


def test_a_time_without_a_zone_is_taken_for_universal() -> None:
    assert told_date({"date": "Mon, 02 Nov 2026 09:28:01 -0000"}) == SENT


@pytest.mark.parametrize("text", ["", "soon", "Mon, 99 Nov 2026 09:28:01 GMT", "9" * 400])
def test_what_is_no_time_is_nothing(text: str) -> None:
    assert told_date({"date": text}) is None
    assert told_date({}) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [("17", 17), (" 0 ", 0), ("", None), ("-1", None), ("many", None), ("1.5", None), ("٣", None)],
)
def test_how_many_calls_are_left_is_a_whole_number(text: str, rest: int | None) -> None:
    assert told_rest({"x-ratelimit-remaining": text}) == rest


async def test_every_call_is_observed_with_both() -> None:
    told = ("Date: Mon, 02 Nov 2026 09:28:01 GMT", "X-RateLimit-Remaining: 41")
    answers = saying(http(b"{}", "200 OK", *told))
    async with serving(answers) as server, probing(server.url) as probe:
        await probe.client.acknowledge(Call("GET", "/things"))
    [seen] = probe.seen
    assert (seen.date, seen.remaining) == (SENT, 41)
