"""How tests are run for a row: by pytest in a process of its own, or by the suite before."""

import ast
import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from tests.battery.counting import FILE, contents
from tests.battery.frame import ROOT, SEED, Run, Scale
from tests.battery.plugin import DEFECT, EXAMPLES

_PYTEST = (
    "-m", "pytest", "-q", "-p", "tests.battery.counting", "-p", "tests.battery.plugin",
    "-p", "no:randomly", "--no-header", "--numprocesses=0",
    "--hypothesis-profile=search", f"--hypothesis-seed={SEED}",
)  # fmt: skip
_LAST_CHARACTERS = 3_000
_PATIENCE_SECONDS = 20
_ELSEWHERE = {FILE, "ABOARD_CI_TIMED", "ABOARD_TEST_POSTGRES"}
"""Settings of a run that do not say how often anything is tried."""


class Interrupted(Exception):  # noqa: N818 - nothing is wrong with it
    """The battery is to end, and starts nothing any more."""


@dataclass
class Processes:
    """Every run of pytest that is under way, so that none is left behind."""

    _running: set["subprocess.Popen[str]"] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _is_ending: bool = False

    def pytest(self, tests: tuple[str, ...], scale: Scale, defect: str = "") -> Run:
        """Run some tests, with a defect planted or with none."""
        began = time.monotonic()
        with TemporaryDirectory(prefix="aboard-battery-") as folder:
            file = Path(folder) / "told.json"
            told = {FILE: str(file), EXAMPLES: str(scale.examples), DEFECT: defect}
            command = [sys.executable, *_PYTEST, *(["--exitfirst"] if defect else []), *tests]
            status, words = self._ended(command, {**os.environ, **scale.environment, **told})
            facts = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return _run(status, facts.get("tests", {}), words, time.monotonic() - began)

    def end(self) -> None:
        """End whatever runs: ask it to clean up after itself, then kill what has not ended."""
        with self._lock:
            self._is_ending = True
            running = list(self._running)
        for one in running:
            _signal(one, signal.SIGINT)
        until = time.monotonic() + _PATIENCE_SECONDS
        for one in running:
            try:
                one.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(one, signal.SIGKILL)

    def _ended(self, command: list[str], environment: dict[str, str]) -> tuple[int, str]:
        with self._lock:
            if self._is_ending:
                raise Interrupted
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, text=True, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            self._running.add(process)
        try:
            words, _ = process.communicate()
        finally:
            with self._lock:
                self._running.discard(process)
        return process.returncode, words[-_LAST_CHARACTERS:]


@dataclass(frozen=True)
class Suite:
    """What the tests did when all of them ran: a row is taken from it where it tried as much.

    ``left`` are the tests that were there and did not run, ``given`` the settings of the run.
    """

    tests: Mapping[str, Mapping[str, Any]]
    left: frozenset[str] = frozenset()
    given: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path, settings: Mapping[str, str]) -> "Suite":
        """Read what `tests.battery.counting` wrote of a run with these settings.

        Nothing is taken where git cannot say whether it is of this code. ValueError where it is of
        other code, was broken off, or was of other tests or tried them otherwise.
        """
        facts = json.loads(file.read_text(encoding="utf-8"))
        now = contents()
        for wrong, what in (
            (not facts["whole"], "is of some tests only"),
            (facts["status"] not in {0, 1}, "is of a run that was broken off"),
            (facts["contents"] != now, "is of other code"),
            (_scales(facts["given"]) != settings, "was not made with what --settings says"),
        ):
            if wrong:
                raise ValueError(f"{file} {what}")
        left = {*facts["deselected"], *facts["collected"]} - facts["tests"].keys()
        return cls(facts["tests"] if now else {}, frozenset(left), facts["given"])

    def run(self, tests: tuple[str, ...], scale: Scale) -> Run | None:
        """Return how these ended there; None where one is missing or was tried less often."""
        if scale.examples or not scale.environment.items() <= self.given.items():
            return None
        if any(_is(name, test) for test in tests for name in self.left):
            return None
        if not all(self._has(name) for test in tests for name in functions(test)):
            return None
        ended = {name: it for name, it in self.tests.items() if any(_is(name, t) for t in tests)}
        bad = [name for name, it in ended.items() if it["end"] not in {"passed", "skipped"}]
        return _run(int(bool(bad)), ended, "\n".join(bad), 0.0) if ended else None

    def _has(self, test: str) -> bool:
        return any(_is(name, test) for name in self.tests)


def _scales(given: Mapping[str, str]) -> dict[str, str]:
    return {name: it for name, it in given.items() if name not in _ELSEWHERE}


def functions(test: str) -> list[str]:
    """Return the tests that a file or folder has, or the one that is named."""
    path, _, name = test.partition("::")
    if name:
        return [test]
    file = ROOT / path
    files = sorted(file.rglob("test_*.py")) if file.is_dir() else [file]
    return [f"{one.relative_to(ROOT)}::{test}" for one in files for test in _defined(one)]


@functools.cache
def _defined(file: Path) -> tuple[str, ...]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = (one.name for one in tree.body if isinstance(one, kinds))
    return tuple(name for name in names if name.startswith(("test_", "Test")))


def _is(name: str, test: str) -> bool:
    return name == test or name.startswith((f"{test}[", f"{test}::", f"{test}/"))


def _run(status: int, tests: Mapping[str, Mapping[str, Any]], words: str, seconds: float) -> Run:
    ends = Counter(str(one["end"]) for one in tests.values())
    ends["examples"] = sum(int(one.get("examples", 0)) for one in tests.values())
    measured = dict.fromkeys(str(one["measured"]) for one in tests.values() if "measured" in one)
    tried = sum(int(one.get("tried", 0)) for one in tests.values())
    said = {name: str(one.get("said", "")) for name, one in tests.items() if one["end"] == "failed"}
    skipped = tuple(name for name, one in tests.items() if one["end"] == "skipped")
    return Run(status, ends, words, "; ".join(measured), tried, seconds, said, skipped)


def _signal(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
