"""What starting and waiting cost, beside a plain Bolt app: import, cold start, memory, CPU."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.figures import Requirement, quantile
from benchmarks.houses import HOUSES
from benchmarks.processes import SERVER_CORE, output, python

OURS, PLAIN = "Aboard", "plain Bolt"
_IMPORTS = {OURS: "bot.server", PLAIN: "benchmarks.rivals.plain_bolt"}
_TIMED = "import time; began = time.perf_counter(); import {}; print(time.perf_counter() - began)"
_CORE = 0.05


@dataclass
class Rest:
    """One server over the rounds: seconds to import and to answer, MB, and CPU of a core."""

    imported: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def measure(rounds: int, seconds: float) -> dict[str, Rest]:
    """Start each server ``rounds`` times in turns, and leave it alone for ``seconds``."""
    found = {name: Rest() for name in (OURS, PLAIN)}
    for _ in range(rounds):
        for name, rest in found.items():
            words = python("-c", _TIMED.format(_IMPORTS[name]))
            rest.imported.append(float(output(words, SERVER_CORE)))
            with HOUSES[name]() as started:
                rest.ready.append(started.ready)
                time.sleep(2.0)
                before, began = started.cpu(), time.monotonic()
                time.sleep(seconds)
                rest.cpu.append((started.cpu() - before) / (time.monotonic() - began))
                rest.memory.append(started.memory())
    return found


def requirements(found: dict[str, Rest]) -> Iterator[Requirement]:
    """Yield what had to be reached."""
    idle = quantile(found[OURS].cpu, 0.5)
    yield Requirement("CPU when idle, of one core", idle, _CORE, at_most=True)
