"""How fast a signed `/onboard @user login` is acknowledged, with its durable commit.

Beside it, in turns on the same core: a plain Bolt app for Python and one for JavaScript, which
store nothing, and an endpoint that only checks the signature.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import TypedDict

from benchmarks.figures import Requirement, Spread, quantile, spread
from benchmarks.houses import HOUSES, no_node
from benchmarks.processes import OTHER_CORE, Started, output, python

CONNECTIONS = (1, 16, 64)
OURS, PLAIN, JAVASCRIPT = "Aboard", "plain Bolt", "Bolt for JavaScript"
_APART = 10_000_000
_SLACK_SECONDS = 3.0
_firsts = count(_APART, _APART)


class Answered(TypedDict):
    """What the caller prints: seconds in all and of each answer, and how many had which status."""

    took: float
    seconds: list[float]
    statuses: dict[str, int]


@dataclass
class Cell:
    """One server at one number of connections: a value per round."""

    rates: list[float] = field(default_factory=list)
    middles: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)

    def add(self, answered: Answered) -> None:
        """Add a round: requests a second, and latencies in milliseconds."""
        seconds = answered["seconds"]
        self.rates.append(len(seconds) / answered["took"])
        self.middles.append(quantile(seconds, 0.5) * 1e3)
        self.tails.append(quantile(seconds, 0.99) * 1e3)

    def spreads(self) -> dict[str, Spread]:
        """Return each figure over the rounds."""
        found = {"rate": self.rates, "p50": self.middles, "p99": self.tails}
        return {name: spread(values) for name, values in found.items()}


@dataclass
class Acknowledged:
    """What was measured; ``steady`` are the latencies at half of Aboard's own capacity."""

    cells: dict[tuple[str, int], Cell]
    steady: list[float]
    rate: float


def measure(rounds: int, seconds: float, steady: float) -> Acknowledged:
    """Compare all servers, ``rounds`` times in turns, then hold Aboard at half for ``steady``."""
    cells = {(name, many): Cell() for name in _names() for many in CONNECTIONS}
    with ExitStack() as stack:
        running = {name: stack.enter_context(HOUSES[name]()) for name in _names()}
        for started in running.values():
            call([started], 16, 1.0)
        for _ in range(rounds):
            for (name, many), cell in cells.items():
                cell.add(call([running[name]], many, seconds))
    rate = spread(cells[OURS, 16].rates).median / 2
    with HOUSES[OURS]() as started:
        call([started], 16, 1.0)
        found = call([started], 64, steady, rate)
    return Acknowledged(cells, found["seconds"], rate)


def _names() -> list[str]:
    return [name for name in HOUSES if name != JAVASCRIPT or no_node() is None]


def call(
    started: Sequence[Started],
    connections: int,
    seconds: float,
    rate: float = 0.0,
    core: int | None = OTHER_CORE,
) -> Answered:
    """Call all alike, from one process on ``core``; RuntimeError where anything was refused."""
    ports = ",".join(str(one.port) for one in started)
    words = [ports, str(connections), str(seconds), str(next(_firsts))]
    words += [str(rate)] if rate else []
    said: Answered = json.loads(output(python("-m", "benchmarks.caller", *words), core))
    if set(said["statuses"]) != {"200"}:
        raise RuntimeError(f"not everything was acknowledged: {said['statuses']}")
    return said


def requirements(found: Acknowledged) -> Iterator[Requirement]:
    """Yield what had to be reached, each as a ratio of Aboard's figure to the plain app's."""
    ours, plain = (found.cells[name, 1].spreads()["p50"].median for name in (OURS, PLAIN))
    yield Requirement("latency at 1 connection, of plain Bolt's", ours / plain, 0.25, at_most=True)
    ours, plain = (found.cells[name, 16].spreads()["rate"].median for name in (OURS, PLAIN))
    yield Requirement("rate at 16 connections, of plain Bolt's", ours / plain, 0.7, at_most=False)
    slowest = max(found.steady)
    says = f"slowest acknowledgement at {found.rate:.0f} a second, in seconds"
    yield Requirement(says, slowest, _SLACK_SECONDS, at_most=True)
