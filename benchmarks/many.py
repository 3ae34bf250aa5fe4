"""A thousand people at five vendors: how much of what the vendors take is used, and at what price.

They are asked for as an office does it, in batches as large as Aboard takes, and approved with one
click each. The vendors take fifty calls at once, all together, of 100 ms. Beside Aboard, a script
of sequential `requests` that does for single people what Aboard does for a single person.

What is reckoned is what gets done: somebody's account at a vendor counts as the look-up, the write
and the read-back that it takes alone. Where Aboard needs fewer calls it is the faster for it, and
the calls that it really sent are told beside.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from statistics import median

from benchmarks import script
from benchmarks.company import PROFILE, Company, beside, company
from benchmarks.figures import Requirement
from benchmarks.ledger import busiest
from benchmarks.processes import ROOT, python
from rules.roster import MOST
from sandbox.slack.files import file_object
from sandbox.slack.model import User

VENDORS, CALLS = 5, 3
AT_ONCE, SECONDS = 50, 0.1
LIMIT = AT_ONCE / SECONDS
"""Calls a second, all vendors together."""

_PART, _MB, _BLOCKED_MS = 0.5, 150.0, 50.0
_GLANCE = 0.2
_PUT = "SELECT count(*) FROM batch WHERE state = 'pending'"
_OPEN = "SELECT count(*) FROM request WHERE batch IS NOT NULL AND ended_at IS NULL"
_ENDS = "SELECT s.updated_at FROM step s JOIN request r ON r.number = s.request_number "
_FAILED = "SELECT count(*) FROM request WHERE batch IS NOT NULL AND state <> 'completed'"


@dataclass
class Watched:
    """What was seen of the process meanwhile: MB, and seconds that it took to say it lives."""

    memory: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Crowd:
    """One round. Seconds from the first click to the last row; ``ends`` are those of each step."""

    people: int
    planned: float
    took: float
    calls: int
    peak: int
    ends: tuple[float, ...]
    seen: Watched

    @property
    def done(self) -> float:
        """What got done, as calls a second of whoever needs three for each account."""
        return self.people * VENDORS * CALLS / self.took


@dataclass
class Many:
    """What was found, and how many seconds the script takes for one person."""

    rounds: list[Crowd] = field(default_factory=list)
    script: list[float] = field(default_factory=list)

    def behind(self) -> float:
        """Return how long the script would take for everybody, in seconds."""
        return median(self.script) * self.rounds[0].people


def measure(rounds: int, people: int) -> Many:
    """Bring ``people`` on board, ``rounds`` times, each time in a new company."""
    with beside():
        return asyncio.run(_measure(rounds, people))


async def _measure(rounds: int, people: int) -> Many:
    found = Many()
    for _ in range(rounds):
        async with company(lambda: SECONDS, AT_ONCE) as here:
            found.script += await _alone(here)
            found.rounds.append(await _round(here, people))
    return found


async def _alone(here: Company) -> list[float]:
    """Return what the script takes for some single people, doing what Aboard did for one."""
    first, *others = here.hire(4)
    text = f"<@{first.id}|{first.name}> {first.name}-hub {PROFILE}"
    await here.server.workspace.command(here.server.cast.manager, "/onboard", text)
    await here.until(lambda: bool(here.cards()))
    pressed = await here.approve(here.cards()[0])
    await here.until(lambda: here.count("SELECT count(*) FROM request WHERE ended_at IS NULL") == 0)
    calls = sorted(here.ledger.since(pressed), key=lambda one: one.began)
    return await script.seconds(here.server.url, calls, first, others)


async def _round(here: Company, people: int) -> Crowd:
    hired, began = here.hire(people), time.perf_counter()
    parts = [hired[start : start + MOST] for start in range(0, people, MOST)]
    for part in parts:
        await _hand_in(here, part)
    put = await here.until(lambda: here.count(_PUT) == len(parts), _GLANCE)
    await here.until(lambda: len(here.cards()) == len(parts), _GLANCE)
    at = time.time()
    async with _watching(here) as seen:
        pressed = [await here.approve(card) for card in here.cards()]
        ended = await here.until(lambda: here.count(_OPEN) == 0, _GLANCE)
    if failed := here.count(_FAILED):
        raise RuntimeError(f"{failed} of {people} did not come on board")
    calls = here.ledger.since(pressed[0])
    moments = here.rows.execute(f"{_ENDS} WHERE r.batch IS NOT NULL ORDER BY 1").fetchall()
    ends = tuple(moment / 1e6 - at for (moment,) in moments)
    peak = busiest(calls)
    return Crowd(people, put - began, ended - pressed[0], len(calls), peak, ends, seen)


async def _hand_in(here: Company, people: list[User]) -> None:
    """Upload a file with a line for each, in the form for several people."""
    slack, manager = here.server.workspace, here.server.cast.manager
    await slack.command(manager, "/onboard")
    await slack.press(manager, slack.opened(manager), "Several people")
    await slack.until(lambda: "several" in slack.opened(manager).title)
    rows = "\n".join(f"{one.id},{one.name}-hub,{PROFILE}" for one in people)
    ticket = slack.state.files.handed_in("people.csv", rows.encode())
    wrong = await slack.submit(manager, {"file": [file_object(ticket, slack.state.base_url)]})
    if wrong is not None:
        raise RuntimeError(f"the form refuses the file: {wrong}")


@asynccontextmanager
async def _watching(here: Company) -> AsyncIterator[Watched]:
    """Watch Aboard from outside until the block ends."""
    seen, words = Watched(), python("-m", "benchmarks.watchdog", str(here.aboard.port))
    pipe = asyncio.subprocess.PIPE
    dog = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdin=pipe, stdout=pipe)
    weighing = asyncio.create_task(_weigh(here, seen))
    try:
        yield seen
    finally:
        weighing.cancel()
        with suppress(asyncio.CancelledError):
            await weighing
        said, _ = await dog.communicate(b"")
    seen.answers += json.loads(said)


async def _weigh(here: Company, seen: Watched) -> None:
    while True:
        seen.memory.append(here.aboard.memory())
        await asyncio.sleep(_GLANCE)


def requirements(found: Many) -> Iterator[Requirement]:
    """Yield what had to be reached: throughput at the median, the rest in the worst moment."""
    part = median(one.done for one in found.rounds) / LIMIT
    yield Requirement("many: what got done, of what the vendors take", part, _PART, at_most=False)
    memory = max(max(one.seen.memory) for one in found.rounds)
    yield Requirement("many: resident memory, in MB", memory, _MB, at_most=True)
    blocked = max(max(one.seen.answers) for one in found.rounds) * 1e3
    yield Requirement("many: slowest answer of /healthz, in ms", blocked, _BLOCKED_MS, at_most=True)
