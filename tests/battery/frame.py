"""The battery's frame: a row is tried, then tried again with a defect that it has to notice.

A row passes only where its tests ran, all of them passed, and each of its controls failed as it
must. A row whose control did not fail is INVALID: its tests would pass whatever the product did. A
row that could not run, or of which a test was skipped, is NOT RUN, never passed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEED = 20_261_122
_ALL_PASSED, _SOME_FAILED, _NO_TESTS = 0, 1, 5
"""What pytest ends with."""


class Status(StrEnum):
    """How a row ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    INVALID = "INVALID"
    NOT_RUN = "NOT RUN"


@dataclass(frozen=True)
class Scale:
    """How often something is tried: settings of the tests, and examples of each property.

    Neither means what the suite does anyway: ``Scale()`` can be taken from it. ``tried`` is how
    often that is, where the tests do not tell it and it is not the number of examples or of tests.
    ``skips`` are the tests that may be skipped; any other that is keeps its row from passing.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    examples: int = 0
    tried: int | Callable[[], int] = 0
    skips: tuple[str, ...] = ()


@dataclass(frozen=True)
class Control:
    """A planted defect, or a test that shows a careless way to fail where ours does not.

    ``tests`` are those that have to notice the defect, ``scale`` how often they try. ``word``
    stands in the name of the test that fails or in what it fails with: a test that fails for
    another reason has noticed nothing.
    """

    says: str
    tests: tuple[str, ...]
    shows: bool = False
    scale: Scale = field(default_factory=Scale)
    word: str = ""


@dataclass(frozen=True)
class Row:
    """One promise: what is tried, how often, what is required, and what must make it fail.

    ``missing`` says why it cannot run here, or nothing. What measures time is tried ``alone``:
    nothing of the battery runs beside it, and it is never taken from the suite. ``less`` says where
    less is tried than the goal is.
    """

    id: str
    what: str
    required: str
    tests: tuple[str, ...]
    controls: tuple[Control, ...]
    fast: Scale
    full: Scale
    missing: Callable[[], str | None] = lambda: None
    alone: bool = False
    less: str = ""


@dataclass(frozen=True)
class Run:
    """What pytest did: its exit status, and how many tests ended how.

    ``words`` are its last ones. ``measured`` and ``tried`` are what the tests told of themselves.
    ``said`` is what each test failed with, by its name; ``skipped`` names those that were.
    """

    status: int
    ends: Mapping[str, int]
    words: str = ""
    measured: str = ""
    tried: int = 0
    seconds: float = 0.0
    said: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """How many tests did not pass."""
        return self.ends.get("failed", 0) + self.ends.get("error", 0)

    @property
    def passed(self) -> int:
        """How many did."""
        return self.ends.get("passed", 0)

    @property
    def says(self) -> str:
        """What came out, in words."""
        ended = f"{self.failed} of {self.passed + self.failed} tests failed"
        told = [self.measured, ended, f"{len(self.skipped)} skipped" if self.skipped else ""]
        return ", ".join(one for one in told if one)


@dataclass(frozen=True)
class Result:
    """A row as it ended; `words` are pytest's where something is wrong."""

    row: Row
    status: Status
    tried: int
    measured: str
    seconds: float
    control: str
    words: str = ""


Seen = Sequence[tuple[Control, Run]]
"""What came of a row's controls."""


def result(row: Row, scale: Scale, run: Run, controls: Seen) -> Result:
    """Put together how a row ended."""
    told = scale.tried() if callable(scale.tried) else scale.tried
    times = run.tried or told or max(run.ends.get("examples", 0), run.passed + run.failed)
    says = "; ".join(_said(one, seen) for one, seen in controls)
    seconds = run.seconds + sum(seen.seconds for _, seen in controls)
    wrong = [run.words] if run.failed or run.status else []
    wrong += [seen.words for one, seen in controls if not noticed(one, seen)]
    status = judged(run, controls, scale.skips)
    return Result(row, status, times, run.says, seconds, says, "\n".join(wrong))


def not_run(row: Row, why: str) -> Result:
    """Say that a row was not tried, and why."""
    return Result(row, Status.NOT_RUN, 0, why, 0.0, "not run")


def judged(run: Run, controls: Seen, skips: tuple[str, ...] = ()) -> Status:
    """Say how a row ended, from its run and those of its controls; `skips` may be skipped."""
    if run.failed or run.status not in {_ALL_PASSED, _NO_TESTS}:
        return Status.FAILED
    if not run.passed or not set(run.skipped) <= set(skips):
        return Status.NOT_RUN
    if not controls or not all(noticed(one, seen) for one, seen in controls):
        return Status.INVALID
    return Status.PASSED


def noticed(control: Control, run: Run) -> bool:
    """Tell whether a control ended as it must: tests failed, none broke before it began."""
    if control.shows:
        return run.status == _ALL_PASSED and run.passed > 0 and not run.failed and not run.skipped
    return run.status == _SOME_FAILED and bool(noticing(control, run))


def noticing(control: Control, run: Run) -> list[str]:
    """Return the names of the tests that failed for the reason that is expected."""
    return [name for name, said in run.said.items() if control.word in f"{name}\n{said}"]


def _said(control: Control, run: Run) -> str:
    if not noticed(control, run):
        return f"NOT NOTICED: {control.says}"
    return f"failed as it must: {control.says}{f' ({control.word})' if control.word else ''}"
