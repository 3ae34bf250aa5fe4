"""Lanes end whatever they began; a row is taken from the suite only where all of it was there."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.battery.frame import ROOT, Control, Result, Row, Run, Scale, Status
from tests.battery.lanes import Trial
from tests.battery.running import Processes, Suite, functions

SIGNATURES = "tests/unit/bot/test_guard_signature.py"


def whole(test: str = SIGNATURES) -> dict[str, dict[str, object]]:
    return {f"{name}[1]": {"end": "passed"} for name in functions(test)}


def test_a_row_is_taken_from_the_suite_with_what_it_measured() -> None:
    tests = whole()
    first = next(iter(tests))
    tests[first] |= {"tried": 500, "measured": "8 ms at most"}
    run = Suite(tests).run((SIGNATURES,), Scale())
    assert run is not None
    assert (run.passed, run.failed, run.tried) == (len(tests), 0, 500)
    assert run.says == f"8 ms at most, 0 of {len(tests)} tests failed"


def test_a_test_that_failed_in_the_suite_fails_its_row() -> None:
    tests = whole()
    tests[next(iter(tests))] = {"end": "failed"}
    run = Suite(tests).run((SIGNATURES,), Scale())
    assert run is not None
    assert (run.status, run.failed) == (1, 1)


def test_a_row_of_which_one_test_is_missing_is_not_taken() -> None:
    tests = whole()
    del tests[next(iter(tests))]
    assert Suite(tests).run((SIGNATURES,), Scale()) is None


@pytest.mark.parametrize("scale", [Scale(examples=1), Scale({"ABOARD_KILLS": "1"})])
def test_a_row_that_tries_otherwise_than_the_suite_is_not_taken(scale: Scale) -> None:
    assert Suite(whole()).run((SIGNATURES,), scale) is None


def test_a_row_is_taken_from_a_suite_that_was_told_to_try_as_much() -> None:
    suite = Suite(whole(), {"ABOARD_KILLS": "12", "ABOARD_LIFE": "9x9"})
    assert suite.run((SIGNATURES,), Scale({"ABOARD_KILLS": "12"})) is not None
    assert suite.run((SIGNATURES,), Scale({"ABOARD_KILLS": "13"})) is None


@pytest.mark.parametrize("facts", [{"whole": False}, {"began": 0.0}])
def test_some_tests_only_and_those_of_older_code_are_no_suite(
    tmp_path: Path, facts: dict[str, object]
) -> None:
    given = {"whole": True, "began": time.time(), "given": {}, "tests": {}}
    (tmp_path / "told.json").write_text(json.dumps(given))
    assert Suite.read(tmp_path / "told.json") == Suite({})
    (tmp_path / "told.json").write_text(json.dumps(given | facts))
    with pytest.raises(ValueError, match=r"of some tests only|older than the code"):
        Suite.read(tmp_path / "told.json")


def test_what_needs_the_machine_alone_comes_last_and_by_itself() -> None:
    class Noted(Processes):
        def pytest(self, tests: tuple[str, ...], scale: Scale, defect: str = "") -> Run:
            assert scale == Scale()
            begun.append((defect, tests[0]))
            said = {"test": "it broke"} if defect else {}
            return Run(len(said), {"failed" if defect else "passed": 1}, said=said)

    begun: list[tuple[str, str]] = []
    control = (Control("it breaks", ("control",)),)
    rows = [
        Row("T-1", "it", "all", ("alone",), control, Scale(), Scale(), alone=True),
        Row("T-2", "it", "all", ("beside",), control, Scale(), Scale()),
    ]
    told: list[Result] = []
    results = Trial(lanes=1, processes=Noted()).of(rows, told.append)
    assert [one.row.id for one in results] == ["T-1", "T-2"]
    assert [one.status for one in results] == [Status.PASSED, Status.PASSED]
    assert begun[-1] == ("", "alone")
    assert [one.row.id for one in told] == ["T-2", "T-1"]


def test_a_battery_that_is_interrupted_leaves_nothing_behind() -> None:
    command = [sys.executable, "-m", "tests.battery", "SEC-01"]
    environment = os.environ | {"ABOARD_FUZZ": "1000000"}
    battery = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not (children := _children(battery.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    battery.send_signal(signal.SIGTERM)
    assert battery.wait(40) == 130
    assert children
    assert not [one for one in children if one.exists()]


def _children(pid: int) -> list[Path]:
    """Return the runs of pytest that a process has begun."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    found = [Path("/proc", one) for task in tasks for one in _read(task / "children").split()]
    return [one for one in found if "pytest" in _read(one / "cmdline")]


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # it has ended
        return ""
