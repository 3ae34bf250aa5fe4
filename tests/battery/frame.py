"""The battery's frame: a row is tried, then tried again with a defect that it has to notice.

A row passes only where its tests ran, all of them passed, and each of its controls failed as it
must. A row whose control did not fail is INVALID: its tests would pass whatever the product did. A
row that could not run is NOT RUN, never passed.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.battery.plugin import DEFECT, EXAMPLES, REPORT

ROOT = Path(__file__).parents[2]
SEED = 20_261_122
_PYTEST = (
    "-m", "pytest", "-q", "-p", "tests.battery.plugin", "-p", "no:randomly", "--no-header",
    "--numprocesses=0", "--hypothesis-profile=search", f"--hypothesis-seed={SEED}",
)  # fmt: skip
_SOME_FAILED = 1


class Status(StrEnum):
    """How a row ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    INVALID = "INVALID"
    NOT_RUN = "NOT RUN"


@dataclass(frozen=True)
class Scale:
    """How often something is tried: settings of the tests, and examples of each property.

    ``tried`` is how often that is, where it is not the number of the examples or of the tests.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    examples: int = 0
    tried: int | Callable[[], int] = 0


@dataclass(frozen=True)
class Control:
    """A planted defect, or a test that shows a careless way to fail where ours does not.

    ``tests`` are those that have to notice the defect, ``scale`` how often they try.
    """

    says: str
    tests: tuple[str, ...]
    shows: bool = False
    scale: Scale = field(default_factory=Scale)


@dataclass(frozen=True)
class Row:
    """One promise: what is tried, how often, what is required, and what must make it fail."""

    id: str
    what: str
    required: str
    tests: tuple[str, ...]
    controls: tuple[Control, ...]
    fast: Scale
    full: Scale
    missing: Callable[[], str | None] = lambda: None


@dataclass(frozen=True)
class Run:
    """What pytest did: its exit status, and how many tests ended how."""

    status: int
    ends: Mapping[str, int]
    words: str = ""

    @property
    def failed(self) -> int:
        """How many tests did not pass."""
        return self.ends.get("failed", 0) + self.ends.get("error", 0)

    @property
    def passed(self) -> int:
        """How many did."""
        return self.ends.get("passed", 0)


@dataclass(frozen=True)
class Result:
    """A row as it ended."""

    row: Row
    status: Status
    tried: int
    measured: str
    seconds: float
    control: str


def tried(row: Row, *, full: bool) -> Result:
    """Try a row and its controls."""
    why = row.missing()
    if why is not None:
        return Result(row, Status.NOT_RUN, 0, why, 0.0, "not run")
    began, scale = time.monotonic(), row.full if full else row.fast
    run = pytest(row.tests, scale)
    controls = [(one, pytest(one.tests, one.scale, _defect(one))) for one in row.controls]
    told = scale.tried() if callable(scale.tried) else scale.tried
    times = told or max(run.ends.get("examples", 0), run.passed + run.failed)
    measured = f"{run.failed} of {run.passed + run.failed} tests failed"
    says = "; ".join(_said(one, seen) for one, seen in controls)
    seconds = time.monotonic() - began
    return Result(row, judged(run, controls), times, measured, seconds, says)


def judged(run: Run, controls: list[tuple[Control, Run]]) -> Status:
    """Say how a row ended, from its run and those of its controls."""
    if run.failed or (run.passed and run.status):
        return Status.FAILED
    if not run.passed:
        return Status.NOT_RUN
    if not controls or not all(noticed(one, seen) for one, seen in controls):
        return Status.INVALID
    return Status.PASSED


def noticed(control: Control, run: Run) -> bool:
    """Tell whether a control ended as it must: tests failed, none broke before it began."""
    if control.shows:
        return run.status == 0 and run.passed > 0 and run.failed == 0
    return run.status == _SOME_FAILED and run.ends.get("failed", 0) > 0


def _said(control: Control, run: Run) -> str:
    if not noticed(control, run):
        return f"NOT NOTICED: {control.says}"
    return f"failed as it must: {control.says}"


def _defect(control: Control) -> str:
    return "" if control.shows else control.says


def pytest(tests: tuple[str, ...], scale: Scale, defect: str = "") -> Run:
    """Run some tests in a process of their own."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        given = {REPORT: str(report), EXAMPLES: str(scale.examples), DEFECT: defect}
        ended = subprocess.run(
            [sys.executable, *_PYTEST, *(["--exitfirst"] if defect else []), *tests],
            cwd=ROOT,
            env={**os.environ, **scale.environment, **given},
            capture_output=True,
            text=True,
            check=False,
        )
        ends = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return Run(ended.returncode, ends, ended.stdout[-4000:])
