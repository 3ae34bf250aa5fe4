"""Eight who decide at the same moment, in two processes on one database: exactly one decision.

`ABOARD_RACES` sets how many requests are raced for on PostgreSQL, where two bots are clicked at. On
SQLite, which `aboard serve` has for itself, two processes with the use cases share a file, and it
is half of that.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from benchmarks.clusters import PostgresServer
from sandbox.parts import Server
from sandbox.slack.delivery import Answer, Http
from sandbox.slack.model import User
from storage.database import Database
from storage.engine import create_engine
from tests.integration import clicks
from tests.integration.bots import bots, lines_to, sandbox
from tests.integration.facts import Case, everything, until
from tests.integration.load import RECORDED
from tests.integration.naive import decisions_of_two, pending
from tests.integration.staff import Newcomer, hire, hire_approver
from workflow.audit_verify import verify

RACES = int(os.environ.get("ABOARD_RACES", "40"))
ON_A_FILE = RACES // 2
CLICKS = 8
ROOT = Path(__file__).parents[2]
AT_ONCE = 2
READY_WITHIN = 60.0 + RACES
ROUNDS = 40
T = TypeVar("T")
Recording = Callable[[str, object], None]


@dataclass(frozen=True)
class Office:
    """A workspace, two processes with the way to each of them, and eight who may decide."""

    server: Server
    database: Database
    lines: list[Http]
    people: list[User]

    async def onboard(self, newcomer: Newcomer, line: int, profile: str = "analyst") -> int | None:
        """Ask through one process or the other; return the number of what was recorded."""
        slack = self.server.workspace
        channel = slack.state.directory.channel(slack.channel("#general"))
        text = newcomer.command.replace("engineer", profile)
        payload = slack.payloads().command(newcomer.manager, "/onboard", text, channel)
        answer = await self.lines[line % 2].send("command", payload, {})
        found = RECORDED.search(answer.body.decode())
        assert answer.ok
        assert found, answer
        return int(found[1]) if b"is recorded" in answer.body else None

    async def offboard(self, newcomer: Newcomer, line: int) -> bool:
        """Submit the open form, through one process or the other; tell whether it counted."""
        slack, manager = self.server.workspace, newcomer.manager
        payload = slack.payloads().view_submission(manager, slack.opened(manager))
        answer = await self.lines[line % 2].send("interaction", payload, {})
        assert answer.ok
        assert b"still open" in answer.body or b"errors" not in answer.body, answer
        return b"errors" not in answer.body

    async def race(self, case: Case) -> tuple[int, list[str]]:
        """Have all decide, through one process and the other; return what the deniers read."""
        half, ref = CLICKS // 2, case.request.ref
        payloads = [clicks.approval(self.server, one, ref) for one in self.people[:half]]
        payloads += [clicks.denial(self.server, one, ref) for one in self.people[half:]]
        said: list[Answer] = await asyncio.gather(
            *(
                self.lines[(case.number + place // 2) % 2].send("interaction", one, {})
                for place, one in enumerate(payloads)
            )
        )
        assert all(answer.ok for answer in said), said
        return case.number, [answer.body.decode() for answer in said[half:]]

    def told_late(self) -> int:
        """Count how often one of those who approve read that somebody had decided before."""
        heard = [self.server.workspace.ephemerals(one) for one in self.people]
        return sum("already " in one.text for of_one in heard for one in of_one)


@pytest.fixture(scope="module")
async def office(
    postgres_server: PostgresServer,
    prepared_postgres: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Office]:
    """Run two bots on one database."""
    with postgres_server.lent(prepared_postgres) as url:
        async with sandbox() as server:
            people = [hire_approver(server, number) for number in range(CLICKS)]
            folder, database = tmp_path_factory.mktemp("races"), Database(url)
            async with bots(server, folder, url, 2) as both, lines_to(server, both) as lines:
                yield Office(server, database, lines, people)
            database.close()


@pytest.mark.postgres
@pytest.mark.timeout(180 + 3 * RACES)
async def test_two_processes_make_one_decision_of_eight_clicks_at_once(
    office: Office, record_property: Recording
) -> None:
    asked = set(
        await _a_few_at_once(
            office.onboard(hire(office.server, number), number) for number in range(RACES)
        )
    )
    database, mine = office.database, _of(asked)
    waiting = await until(database, lambda cases: _all_in(mine(cases), "pending"), READY_WITHIN)
    said = dict(await _a_few_at_once(office.race(case) for case in mine(waiting)))
    cases = mine(await database.read(everything))
    denied = {case.number for case in cases if case.request.state == "denied"}
    half = CLICKS // 2
    late = len(denied) * half + (RACES - len(denied)) * (half - 1)
    await office.server.workspace.until(lambda: office.told_late() == late)
    assert (await database.read(verify)).flaw is None
    assert len(cases) == len(said) == RACES
    assert [sentence for case in cases for sentence in _wrong(case)] == []
    for number, bodies in said.items():
        word = "already denied" if number in denied else "already approved"
        assert bodies.count("") == (number in denied)
        assert all(word in body for body in bodies if body)
    assert RACES * 0.05 < len(denied) < RACES * 0.95, "nobody always comes first"
    record_property("tried", RACES * CLICKS)


@pytest.mark.postgres
@pytest.mark.timeout(180 + RACES)
async def test_of_an_onboarding_and_an_offboarding_at_once_one_is_asked(office: Office) -> None:
    slack = office.server.workspace
    people = [hire(office.server, 10 * RACES + number) for number in range(RACES // 2)]
    for one in people:
        await slack.command(one.manager, "/offboard", f"<@{one.user.id}|{one.user.name}>")
        await slack.fill(one.manager, {"reason": "Changes their mind."})

    async def both(number: int, one: Newcomer) -> int:
        ways = [office.onboard(one, number), office.offboard(one, number + 1)]
        said = await asyncio.gather(*(ways if number % 2 else ways[::-1]))
        return sum(bool(one) for one in said)

    taken = await _a_few_at_once(both(*one) for one in enumerate(people))
    assert taken == [1] * len(people)
    cases = await office.database.read(everything)
    kinds = {case.request.subject: case.request.kind for case in cases}
    about = Counter(case.request.subject for case in cases)
    assert [about[one.user.id] for one in people] == [1] * len(people)
    assert len({kinds[one.user.id] for one in people}) == 2, "nobody always comes first"


@pytest.mark.timeout(120 + RACES)
async def test_two_processes_on_one_file_make_one_decision_of_eight(
    sqlite: str, record_property: Recording
) -> None:
    engine = create_engine(sqlite)
    refs = [f"U0RACE{number}" for number in range(ON_A_FILE)]
    for ref in refs:
        pending(engine, ref)
    engine.dispose()
    counted = await _decided(sqlite, refs)
    database = Database(sqlite)
    cases = await database.read(everything)
    assert (await database.read(verify)).flaw is None
    database.close()
    assert counted == [1] * ON_A_FILE
    assert [sentence for case in cases for sentence in _wrong(case)] == []
    states = Counter(case.request.state for case in cases)
    assert states["approved"] + states["denied"] == ON_A_FILE
    record_property("tried", ON_A_FILE * CLICKS)


async def test_a_decision_that_only_reads_before_it_writes_is_made_twice(url: str) -> None:
    """The control: without the compare-and-set the race is lost."""
    counts = await asyncio.to_thread(decisions_of_two, url, ROUNDS)
    assert 2 in counts, Counter(counts)


async def _decided(url: str, refs: list[str]) -> list[int]:
    """Have two processes decide about each request at once; return how many decided it."""
    command = [sys.executable, "-m", "tests.integration.decider", url]
    processes = [
        await asyncio.create_subprocess_exec(*command, name, cwd=ROOT, stdin=PIPE, stdout=PIPE)
        for name in ("one", "other")
    ]
    counted = []
    for ref in refs:
        said = []
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(f"{ref}\n".encode())
        for process in processes:
            assert process.stdout is not None
            said.append(int(await process.stdout.readline()))
        counted.append(sum(said))
    for process in processes:
        await process.communicate(b"")
    assert [process.returncode for process in processes] == [0, 0]
    return counted


def _of(numbers: Container[object]) -> Callable[[list[Case]], list[Case]]:
    return lambda cases: [case for case in cases if case.number in numbers]


def _all_in(cases: list[Case], state: str) -> bool:
    return all(case.request.state == state for case in cases)


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
