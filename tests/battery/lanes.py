"""Rows beside each other: a row's own run and each of its controls are parts that lanes take.

What has to have the machine alone comes last, one after the other.
"""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf

from benchmarks.clusters import find_programs, running_cluster
from tests.battery.frame import Result, Row, Run, Scale, not_run, result
from tests.battery.running import Processes, Suite

POSTGRES = "ABOARD_TEST_POSTGRES"
NO_TIME = "there was no time left for it"
TOO_LATE = Run(0, {}, NO_TIME)
"""What stands for a part that was not begun."""


@dataclass(frozen=True)
class Part:
    """What one process does for a row: its tests, or those of one of its controls."""

    row: Row
    control: int | None = None

    @property
    def is_alone(self) -> bool:
        """Whether nothing may run beside it."""
        return self.row.alone and self.control is None


@dataclass(frozen=True)
class Trial:
    """How rows are tried. ``suite`` is what the tests did before, if that is known.

    ``until`` is when no part begins any more, of ``time.monotonic``.
    """

    full: bool = False
    lanes: int = 2
    suite: Suite | None = None
    until: float = inf
    processes: Processes = field(default_factory=Processes)

    def of(self, rows: Sequence[Row], tell: Callable[[Result], None]) -> list[Result]:
        """Try rows, tell of each when it ends, and return them in their order."""
        ended = {}
        try:
            for one in self._ended(rows):
                ended[one.row.id] = one
                tell(one)
        except BaseException:
            self.processes.end()
            raise
        return [ended[row.id] for row in rows]

    def _ended(self, rows: Sequence[Row]) -> Iterator[Result]:
        parts = []
        for row in rows:
            why = row.missing()
            if why is not None:
                yield not_run(row, why)
                continue
            parts += [Part(row), *(Part(row, place) for place in range(len(row.controls)))]
        parts.sort(key=lambda part: part.control is not None)  # they end at the first failure
        runs: dict[str, dict[int | None, Run]] = defaultdict(dict)
        for part, run in self._run(parts):
            mine = runs[part.row.id]
            mine[part.control] = run
            if len(mine) == 1 + len(part.row.controls):
                late = TOO_LATE in mine.values()
                yield not_run(part.row, NO_TIME) if late else self._result(part.row, mine)

    def _run(self, parts: list[Part]) -> Iterator[tuple[Part, Run]]:
        yield from self._at_once([one for one in parts if not one.is_alone], self.lanes)
        yield from self._at_once([one for one in parts if one.is_alone], 1)

    def _at_once(self, parts: list[Part], lanes: int) -> Iterator[tuple[Part, Run]]:
        with ThreadPoolExecutor(lanes) as threads:
            try:
                begun = {threads.submit(self._try, one): one for one in parts}
                for run in as_completed(begun):
                    yield begun[run], run.result()
            except BaseException:
                self.processes.end()
                raise

    def _try(self, part: Part) -> Run:
        if time.monotonic() > self.until:
            return TOO_LATE
        tests, scale, defect = part.row.tests, self._scale(part.row), ""
        if part.control is not None:
            control = part.row.controls[part.control]
            tests, scale = control.tests, control.scale
            defect = "" if control.shows else control.says
        known = None if defect or part.is_alone else self.suite
        before = known.run(tests, scale) if known else None
        return before or self.processes.pytest(tests, scale, defect)

    def _result(self, row: Row, runs: Mapping[int | None, Run]) -> Result:
        controls = [(one, runs[place]) for place, one in enumerate(row.controls)]
        return result(row, self._scale(row), runs[None], controls)

    def _scale(self, row: Row) -> Scale:
        return row.full if self.full else row.fast


@contextmanager
def one_cluster() -> Iterator[None]:
    """Have all rows share one PostgreSQL server, where there is PostgreSQL and none was given."""
    programs = find_programs()
    if POSTGRES in os.environ or programs is None:
        yield
        return
    with running_cluster(programs) as server:
        os.environ[POSTGRES] = server.url
        try:
            yield
        finally:
            del os.environ[POSTGRES]
