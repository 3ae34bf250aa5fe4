"""The benchmarks send what Slack would, and count what was asked of them."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from benchmarks.figures import Requirement, quantile, spread
from benchmarks.payloads import Commands
from benchmarks.rivals import raw


async def _status(request: bytes) -> int:
    head, body = request.split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")[1:]
    headers = dict(line.split(": ", 1) for line in lines)
    app = Starlette(routes=[Route("/slack/events", raw.events, methods=["POST"])])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.post("/slack/events", content=body, headers=headers)
    return answer.status_code


async def test_what_is_sent_is_signed_and_never_twice_the_same() -> None:
    commands = Commands(1)
    first, second = commands.next(), commands.next()
    assert await _status(first) == 200
    assert await _status(first[:-1] + b"x") == 401
    assert first != second


def test_a_figure_is_told_with_its_median_and_its_range() -> None:
    assert spread([3.0, 1.0, 2.0]).text(0) == "2 (1-3)"
    assert quantile([float(one) for one in range(100)], 0.99) == 99.0


@pytest.mark.parametrize(("good", "bad", "at_most"), [(2.0, 3.0, True), (3.0, 2.0, False)])
def test_a_limit_holds_on_its_own_side(good: float, bad: float, *, at_most: bool) -> None:
    assert Requirement("a figure", good, 2.5, at_most).is_met
    assert not Requirement("a figure", bad, 2.5, at_most).is_met
