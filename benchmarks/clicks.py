"""How long it takes from the approving click to the vendors, and to the last row.

Five vendors, 100 to 300 ms a call. Beside Aboard, a script of sequential `requests` that sends the
same calls for other people.
"""

import asyncio
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from benchmarks import script
from benchmarks.company import PROFILE, Company, beside, company
from benchmarks.figures import Requirement
from benchmarks.ledger import Call, busy
from sandbox.slack.model import Message, User

_FASTEST, _SLOWEST = 0.1, 0.3
_CALLS_AT_ONCE = 50
_FIRST_MS, _RATIO, _CORE = 150.0, 1.25, 0.05
_SETTLED = 2.0
_OPEN = "SELECT count(*) FROM request WHERE number = ? AND ended_at IS NULL"


@dataclass(frozen=True)
class Click:
    """One approval: seconds from the press to the first call and to the last row, and the calls."""

    first: float
    done: float
    pressed: float
    calls: tuple[Call, ...]

    @property
    def slowest(self) -> float:
        """Seconds in which the vendor that needs longest had a call of ours in hand."""
        return max(busy(calls) for calls in self.by_vendor().values())

    @property
    def ratio(self) -> float:
        """How long it all took, of what the slowest vendor's own calls took."""
        return self.done / self.slowest

    def by_vendor(self) -> dict[str, list[Call]]:
        """Return the calls of each vendor in the order of their beginnings."""
        found: dict[str, list[Call]] = {}
        for one in sorted(self.calls, key=lambda call: call.began):
            found.setdefault(one.vendor, []).append(one)
        return found


@dataclass
class Clicks:
    """What was found: clicks by round, seconds of the script for a person, CPU when idle."""

    rounds: list[list[Click]] = field(default_factory=list)
    script: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)

    def every(self) -> list[Click]:
        """Return the clicks of all rounds."""
        return [one for some in self.rounds for one in some]


def measure(rounds: int, people: int, idle: float) -> Clicks:
    """Approve ``people`` one after the other in each round, then leave all alone for ``idle`` s."""
    with beside():
        return asyncio.run(_measure(rounds, people, idle))


async def _measure(rounds: int, people: int, idle: float) -> Clicks:
    found, chance = Clicks(), random.Random(20261122)  # noqa: S311 - the same pauses in every run
    async with company(lambda: chance.uniform(_FASTEST, _SLOWEST), _CALLS_AT_ONCE) as here:
        await _round(here, 1)
        for _ in range(rounds):
            hired, clicks = await _round(here, people)
            found.rounds.append(clicks)
            others, calls = here.hire(max(1, people // 2)), clicks[-1].calls
            found.script += await script.seconds(here.server.url, calls, hired[-1], others)
            found.idle.append(await _idle(here, idle))
    return found


async def _round(here: Company, people: int) -> tuple[list[User], list[Click]]:
    """Ask for some newcomers, and approve one card after the other."""
    hired, slack = here.hire(people), here.server.workspace
    for one in hired:
        text = f"<@{one.id}|{one.name}> {one.name}-hub {PROFILE}"
        answer = await slack.command(here.server.cast.manager, "/onboard", text)
        if answer.error is not None:
            raise RuntimeError(f"the request was not acknowledged: {answer.error}")
    await here.until(lambda: len(here.cards()) >= people)
    await asyncio.sleep(_SETTLED)
    by_person = {one.email: one for one in hired}
    clicks, approved = list[Click](), list[User]()
    for card in here.cards():
        text = slack.text_of(card)
        approved.append(next(user for email, user in by_person.items() if email in text))
        clicks.append(await _click(here, card, text))
    return approved, clicks


async def _click(here: Company, card: Message, text: str) -> Click:
    found = re.search(r"#(\d+) · asked", text)
    if found is None:
        raise RuntimeError("a card names no request")
    number = int(found[1])
    pressed = await here.approve(card)
    ended = await here.until(lambda: here.count(_OPEN, number) == 0)
    calls = tuple(here.ledger.since(pressed))
    return Click(min(one.began for one in calls) - pressed, ended - pressed, pressed, calls)


async def _idle(here: Company, seconds: float) -> float:
    """Return the CPU that Aboard uses with nothing to do, as a part of one core."""
    await asyncio.sleep(_SETTLED)
    before, began = here.aboard.cpu(), time.perf_counter()
    await asyncio.sleep(seconds)
    return (here.aboard.cpu() - before) / (time.perf_counter() - began)


def requirements(found: Clicks) -> Iterator[Requirement]:
    """Yield what had to be reached, each at the median."""
    every = found.every()
    first = median(one.first for one in every) * 1e3
    yield Requirement("click to first vendor call, in ms", first, _FIRST_MS, at_most=True)
    says = "click to last row, of the slowest vendor's own calls"
    yield Requirement(says, median(one.ratio for one in every), _RATIO, at_most=True)
    says = "CPU when idle with five vendors, of one core"
    yield Requirement(says, median(found.idle), _CORE, at_most=True)
