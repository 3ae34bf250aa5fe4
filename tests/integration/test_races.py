"""Approve and deny at the same moment, in two processes on one database: exactly one decision."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from sandbox.parts import Server
from sandbox.slack.delivery import Answer, Http
from storage.database import Database
from tests.integration import clicks
from tests.integration.bots import bots, lines_to, sandbox
from tests.integration.facts import Case, all_in, everything, until
from tests.integration.naive import decisions_of_two
from tests.integration.staff import hire
from workflow.audit_verify import verify

RACES = int(os.environ.get("ABOARD_RACES", "200"))
AT_ONCE = 4
READY_WITHIN = 60.0
ROUNDS = 40
T = TypeVar("T")


@dataclass(frozen=True)
class Office:
    """A workspace, and the way from it to each of two processes."""

    server: Server
    lines: list[Http]

    async def ask(self, number: int) -> None:
        """Ask for somebody new, through one process or the other."""
        newcomer, slack = hire(self.server, number), self.server.workspace
        channel = slack.state.directory.channel(slack.channel("#general"))
        text = newcomer.command.replace("engineer", "analyst")
        payload = slack.payloads().command(newcomer.manager, "/onboard", text, channel)
        answer = await self.lines[number % 2].send("command", payload, {})
        assert b"is recorded" in answer.body, answer

    async def race(self, case: Case) -> tuple[int, Answer]:
        """Approve through one process and deny through the other; return what denying said."""
        one, other = self.lines if case.number % 2 else self.lines[::-1]
        cast, ref = self.server.cast, case.request.ref
        approve = clicks.approval(self.server, cast.lead, ref)
        deny = clicks.denial(self.server, cast.ops[0], ref)
        said = await asyncio.gather(
            one.send("interaction", approve, {}), other.send("interaction", deny, {})
        )
        assert all(answer.ok for answer in said), said
        return case.number, said[1]

    def told_late(self) -> int:
        """Count how often the approver read that somebody else had denied before."""
        heard = self.server.workspace.ephemerals(self.server.cast.lead)
        return sum("already denied" in one.text for one in heard)


@pytest.mark.postgres
@pytest.mark.timeout(120 + RACES)
async def test_two_processes_make_one_decision_of_two_clicks_at_once(
    postgres: str, tmp_path: Path
) -> None:
    database = Database(postgres)
    async with (
        sandbox() as server,
        bots(server, tmp_path, postgres, 2) as both,
        lines_to(server, both) as lines,
    ):
        office = Office(server, lines)
        await _a_few_at_once(office.ask(number) for number in range(RACES))
        pending = await until(database, all_in("pending"), READY_WITHIN)
        said = dict(await _a_few_at_once(office.race(case) for case in pending))
        cases = await database.read(everything)
        denied = {case.number for case in cases if case.request.state == "denied"}
        await server.workspace.until(lambda: office.told_late() == len(denied))
    assert (await database.read(verify)).flaw is None
    database.close()
    assert len(cases) == RACES
    assert [sentence for case in cases for sentence in _wrong(case)] == []
    assert {number for number, answer in said.items() if not answer.body} == denied
    late = [answer.body.decode() for number, answer in said.items() if number not in denied]
    assert all("already approved" in body for body in late)
    assert RACES * 0.05 < len(denied) < RACES * 0.95, "nobody always comes first"


async def test_a_decision_that_only_reads_before_it_writes_is_made_twice(url: str) -> None:
    """The control: without the compare-and-set the race is lost."""
    counts = await asyncio.to_thread(decisions_of_two, url, ROUNDS)
    assert Counter(counts)[2] > ROUNDS / 10, Counter(counts)


def _wrong(case: Case) -> Iterator[str]:
    decided = case.codes("DEC001I", "DEC002I")
    if len(case.dossier.decisions) != 1 or len(decided) != 1:
        yield f"#{case.number}: {len(case.dossier.decisions)} decisions, {decided}"
        return
    denied = case.dossier.decisions[0].verdict == "deny"
    if denied is not (decided == ["DEC002I"]) or denied is not (case.request.state == "denied"):
        yield f"#{case.number}: {case.dossier.decisions[0].verdict} ended as {case.request.state}"


async def _a_few_at_once(work: Iterable[Awaitable[T]]) -> list[T]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(piece: Awaitable[T]) -> T:
        async with room:
            return await piece

    return await asyncio.gather(*(one(piece) for piece in work))
