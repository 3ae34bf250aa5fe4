"""Lanes end whatever they began; a row is taken from the suite only where all of it was there."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.battery.counting import FILE, contents
from tests.battery.frame import ROOT, Control, Result, Row, Run, Scale, Status
from tests.battery.lanes import NO_TIME, Trial
from tests.battery.report import Report
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
    suite = Suite(whole(), given={"ABOARD_KILLS": "12", "ABOARD_LIFE": "9x9"})
    assert suite.run((SIGNATURES,), Scale({"ABOARD_KILLS": "12"})) is not None
    assert suite.run((SIGNATURES,), Scale({"ABOARD_KILLS": "13"})) is None


def told(folder: Path, **other: object) -> Path:
    """Write what a run of all tests tells, something of it otherwise."""
    facts: dict[str, object] = {
        "whole": True,
        "status": 1,
        "contents": contents(),
        "given": {"ABOARD_KILLS": "12", "ABOARD_TESTS_TOLD": "told.json"},
        "collected": list(whole()),
        "deselected": [],
        "tests": whole(),
    }
    file = folder / "told.json"
    file.write_text(json.dumps(facts | other))
    return file


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"whole": False}, "of some tests only"),
        ({"status": 2}, "broken off"),
        ({"contents": "0"}, "of other code"),
        ({"given": {}}, "--settings"),
        ({"given": {"ABOARD_KILLS": "1"}}, "--settings"),
        ({"given": {"ABOARD_KILLS": "12", "ABOARD_FUZZ": "1"}}, "--settings"),
    ],
)
def test_a_run_of_other_tests_code_or_settings_is_no_suite(
    tmp_path: Path, other: dict[str, object], word: str
) -> None:
    settings = {"ABOARD_KILLS": "12"}
    assert Suite.read(told(tmp_path), settings).run((SIGNATURES,), Scale()) is not None
    with pytest.raises(ValueError, match=word):
        Suite.read(told(tmp_path, **other), settings)


@pytest.mark.parametrize("why", ["collected", "deselected"])
def test_a_row_of_which_one_parameter_did_not_run_is_not_taken(tmp_path: Path, why: str) -> None:
    name = f"{next(iter(whole())).removesuffix('[1]')}[2]"
    file = told(tmp_path, **{why: [*whole(), name] if why == "collected" else [name]})
    assert Suite.read(file, {"ABOARD_KILLS": "12"}).run((SIGNATURES,), Scale()) is None


def test_where_git_cannot_say_what_was_tested_nothing_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    suite = Suite.read(told(tmp_path), {"ABOARD_KILLS": "12"})
    assert suite.run((SIGNATURES,), Scale()) is None


@pytest.mark.parametrize("name", ["pyproject.toml", "docs/page.md", "storage/new.py"])
def test_other_content_of_any_file_that_git_knows_is_other_code(tmp_path: Path, name: str) -> None:
    for place in ("pyproject.toml", "docs/page.md"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("as it was")
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    before = contents(tmp_path)
    assert before
    assert before == contents(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("otherwise")
    _git(tmp_path, "add", "--intent-to-add", ".")
    assert contents(tmp_path) != before


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True)  # noqa: S607 - wherever it is installed


@pytest.mark.parametrize("workers", [0, 1])
def test_a_run_tells_what_it_ran_and_what_it_left_out(tmp_path: Path, workers: int) -> None:
    file, one = tmp_path / "told.json", functions(SIGNATURES)[0]
    some = [f"--numprocesses={workers}", "-p", "no:randomly", "-k", one.partition("::")[2]]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *some, SIGNATURES],
        cwd=ROOT, env=os.environ | {FILE: str(file)}, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    facts = json.loads(file.read_text())
    assert (facts["whole"], facts["status"], facts["contents"]) == (False, 0, contents())
    assert {name.partition("[")[0] for name in facts["collected"]} == {one}
    assert set(facts["tests"]) == set(facts["collected"])
    assert {name.partition("[")[0] for name in facts["deselected"]} == {*functions(SIGNATURES)[1:]}


def test_what_measures_time_is_never_taken_from_the_suite() -> None:
    class Noted(Processes):
        def pytest(self, tests: tuple[str, ...], scale: Scale, defect: str = "") -> Run:
            assert scale == Scale()
            begun.append((*tests, defect))
            return Run(int(bool(defect)), {"passed": 1}, said={"it": "broke"} if defect else {})

    begun: list[tuple[str, ...]] = []
    control = (Control("it breaks", ("control",)),)
    for alone in (True, False):
        row = Row("T-1", "it", "all", (SIGNATURES,), control, Scale(), Scale(), alone=alone)
        Trial(lanes=1, suite=Suite(whole()), processes=Noted()).of([row], lambda _: None)
    assert begun == [("control", "it breaks"), (SIGNATURES, ""), ("control", "it breaks")]


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


def test_what_there_is_no_time_for_is_told_and_never_passed() -> None:
    late = Row("NEW-01", "a", "b", (SIGNATURES,), (), Scale(), Scale())
    results = Trial(until=0.0).of([late], lambda _: None)
    report = Report("fast", datetime.now(UTC), 0.0, results, strict=True)
    assert [(one.status, one.measured) for one in results] == [(Status.NOT_RUN, NO_TIME)]
    assert report.is_green
    assert report.verdict == "battery: 0 passed, 0 FAILED, 0 INVALID, 1 NOT RUN (NEW-01)"


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
