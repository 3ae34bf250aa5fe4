"""What was refused at Slack's door, or came again, is in the audit trail: numbers, once a minute.

ABOARD_FLOOD says how many unsigned requests come; 2,000 by default, 100,000 in full.
"""

import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from sandbox.slack.signing import signed
from storage import audit
from storage.models import METADATA
from tests.integration.composed import FORM, Composed, composed
from workflow.audit_refusals import Refusals

FLOOD = int(os.environ.get("ABOARD_FLOOD", "2000"))
REPLAYS = 3
EVENTS = METADATA.tables["auditevent"]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Composed]:
    async with composed(tmp_path) as bot:
        yield bot


def facts(connection: Connection, begins: str) -> list[tuple[str, str]]:
    query = sa.select(EVENTS.c.code, EVENTS.c.detail).where(EVENTS.c.code.like(f"{begins}%"))
    return [(code, detail) for code, detail in connection.execute(query.order_by(EVENTS.c.seq))]


def counted(found: list[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Return how many of each reason the facts tell together."""
    counts = Counter[tuple[str, str]]()
    for code, detail in found:
        for part in detail.split(", "):
            reason, _, number = part.rpartition(" ")
            counts[code, reason] += int(number)
    return counts


def signed_at(bot: Composed, at: float, secret: str) -> tuple[bytes, dict[str, str]]:
    """Return a command and the headers under which it is sent."""
    fields = {"command": "/aboard", "text": "help", "team_id": "T0ACME0001", "user_id": "U1"}
    body = urlencode(fields | {"trigger_id": f"{at}", "api_app_id": bot.secret[:3]}).encode()
    return body, {"content-type": FORM, **signed(secret, int(at), body)}


async def test_a_flood_is_one_fact_with_its_number_and_no_row_for_each(
    bot: Composed, record_property: Callable[[str, object], None]
) -> None:
    database, now = bot.aboard.means.database, time.time()
    transport = httpx.ASGITransport(bot.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://aboard") as client:

        async def send(at: float, secret: str) -> int:
            body, headers = signed_at(bot, at, secret)
            return (await client.post("/slack/events", content=body, headers=headers)).status_code

        began = time.perf_counter()
        statuses = {await send(now, f"wrong-{number}") for number in range(FLOOD)}
        each = (time.perf_counter() - began) / FLOOD
        statuses.add(await send(now - 301, bot.secret))
        assert statuses == {401}
        assert {await send(now, bot.secret) for _ in range(1 + REPLAYS)} == {200}
    await bot.aboard.refusals.once()
    found = await database.read(partial(facts, begins="SEC"))
    assert counted(found) == {
        ("SEC001W", "signature"): FLOOD, ("SEC002W", "stale"): 1, ("SEC002W", "again"): REPLAYS,
    }  # fmt: skip
    minutes = (time.perf_counter() - began) / 60
    assert len(found) <= 2 * (2 + minutes), "one fact of a kind in a minute"
    record_property("tried", FLOOD + 1 + REPLAYS)
    record_property("measured", f"{len(found)} facts, {1000 * each:.1f} ms for each refusal")


async def test_what_the_database_does_not_take_is_recorded_later(bot: Composed) -> None:
    database = bot.aboard.means.database
    refusals = Refusals(database, bot.aboard.means.clock)
    refusals.note("signature")
    refusals.note("size")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "write", _refuse)
        with pytest.raises(OperationalError):
            await refusals.once()
        refusals.note("headers")
        await refusals.finish()
    await refusals.once()
    assert await database.read(partial(facts, begins="SEC")) == [
        ("SEC001W", "headers 1, signature 1")
    ]


@pytest.mark.parametrize(
    ("reasons", "outcome"),
    [(["again"], "ok"), (["stale"], "denied"), (["again", "stale"], "denied")],
)
async def test_what_passed_again_is_not_on_record_as_denied(
    bot: Composed, reasons: list[str], outcome: str
) -> None:
    refusals = Refusals(bot.aboard.means.database, bot.aboard.means.clock)
    for reason in reasons:
        refusals.note(reason)
    await refusals.once()
    fact = await bot.aboard.means.database.read(partial(audit.last_with, code="SEC002W"))
    assert fact is not None
    assert fact.outcome == outcome


async def _refuse(_: Callable[[Connection], object]) -> None:
    raise OperationalError("BEGIN", None, OSError("disk"))


async def test_starting_and_stopping_are_on_record(tmp_path: Path) -> None:
    for _ in range(2):
        async with composed(tmp_path) as bot:
            bot.aboard.refusals.note("headers")
    async with composed(tmp_path) as bot:
        found = await bot.aboard.means.database.read(partial(facts, begins="S"))
    codes = [code for code, _ in found]
    assert codes == [*["SYS001I", "SEC001W", "SYS002I"] * 2, "SYS001I"]
