"""The battery passes nothing that did not run, and nothing whose control did not fail."""

import ast
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.battery import counting
from tests.battery.defects import DEFECTS
from tests.battery.frame import ROOT, Control, Result, Row, Run, Scale, Status, judged
from tests.battery.lanes import Trial
from tests.battery.page import Facts, markdown, renewed, write
from tests.battery.report import EXCUSED, Report
from tests.battery.rows import ROWS

ROW = re.compile(r"\b(?:SEC|REL|AUD|API|PRIV|SUP|PERF)-\d\d\b")
PROMISE = re.compile(r"(?m)^\| (\d+) \| .* \| ([^|]*) \|$")
TEST = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"def (test_\w+)\(")
GOOD = Run(0, {"passed": 3})
BAD = Run(1, {"passed": 2, "failed": 1}, said={"test_it": "AssertionError: 2 decisions of one"})
PART = Run(0, {"passed": 2, "skipped": 1}, skipped=("test_it",))
DEFECT, NAIVE = Control("defect", ()), Control("naive", (), shows=True)
SIGNATURES = (
    "tests/unit/bot/test_guard_signature.py::test_the_example_of_slacks_own_page_is_accepted"
)


@pytest.mark.parametrize(
    ("run", "controls", "status"),
    [
        (GOOD, [(DEFECT, BAD)], Status.PASSED),
        (GOOD, [(NAIVE, GOOD)], Status.PASSED),
        (GOOD, [(DEFECT, BAD), (NAIVE, GOOD)], Status.PASSED),
        (BAD, [(DEFECT, BAD)], Status.FAILED),
        (Run(1, {"passed": 3, "error": 1}), [(DEFECT, BAD)], Status.FAILED),
        (Run(3, {"passed": 3}), [(DEFECT, BAD)], Status.FAILED),
        (GOOD, [], Status.INVALID),
        (GOOD, [(DEFECT, GOOD)], Status.INVALID),
        (GOOD, [(NAIVE, BAD)], Status.INVALID),
        (GOOD, [(DEFECT, BAD), (DEFECT, GOOD)], Status.INVALID),
        (GOOD, [(DEFECT, Run(2, {"error": 1}))], Status.INVALID),
        (GOOD, [(DEFECT, Run(1, {"error": 3}))], Status.INVALID),
        (GOOD, [(NAIVE, Run(0, {"skipped": 1}))], Status.INVALID),
        (GOOD, [(NAIVE, PART)], Status.INVALID),
        (GOOD, [(replace(DEFECT, word="2 decisions"), BAD)], Status.PASSED),
        (GOOD, [(replace(DEFECT, word="test_it"), BAD)], Status.PASSED),
        (GOOD, [(replace(DEFECT, word="a call"), BAD)], Status.INVALID),
        (PART, [(DEFECT, BAD)], Status.NOT_RUN),
        (Run(0, {"skipped": 3}), [(DEFECT, BAD)], Status.NOT_RUN),
        (Run(5, {}), [(DEFECT, BAD)], Status.NOT_RUN),
        (Run(4, {}), [(DEFECT, BAD)], Status.FAILED),
    ],
)
def test_a_row_passes_only_where_it_ran_and_its_controls_failed(
    run: Run, controls: list[tuple[Control, Run]], status: Status
) -> None:
    assert judged(run, controls) is status


def test_a_row_passes_without_the_tests_that_it_says_may_be_skipped() -> None:
    assert judged(PART, [(DEFECT, BAD)], ("test_it",)) is Status.PASSED
    assert judged(PART, [(DEFECT, BAD)], ("test_other",)) is Status.NOT_RUN


def row(*controls: Control, why: str | None = None) -> Row:
    return Row("T-1", "it", "all", (SIGNATURES,), controls, Scale(), Scale(), lambda: why)


def test_a_defect_that_the_tests_do_not_notice_makes_a_row_invalid() -> None:
    told: list[Result] = []
    other = Control("anchors are not compared", (SIGNATURES,))
    (found,) = Trial().of([row(other)], told.append)
    assert told == [found]
    assert found.status is Status.INVALID
    assert found.control == "NOT NOTICED: anchors are not compared"


def test_a_tool_that_is_missing_is_said_and_never_passed() -> None:
    (found,) = Trial().of([row(why="there is no tool")], lambda _: None)
    assert (found.status, found.tried, found.measured) == (Status.NOT_RUN, 0, "there is no tool")


@pytest.mark.parametrize(
    ("status", "strict", "green"),
    [
        (Status.PASSED, False, True),
        (Status.PASSED, True, True),
        (Status.NOT_RUN, False, True),
        (Status.NOT_RUN, True, False),
        (Status.FAILED, False, False),
        (Status.INVALID, False, False),
    ],
)
def test_what_is_written_says_how_every_row_ended(
    tmp_path: Path, status: Status, *, strict: bool, green: bool
) -> None:
    less = replace(row(), less="3 of 5; the goal is 5 of 5.")
    result = Result(less, status, 1_234, "0 of 3 tests failed", 2.5, "failed as it must")
    report = Report("fast", datetime(2026, 11, 22, tzinfo=UTC), 3.0, [result], strict)
    write(report.facts(), tmp_path / "battery.json", tmp_path / "battery.md")
    facts = json.loads((tmp_path / "battery.json").read_text())
    assert (facts["green"], facts["rows"][0]["result"]) == (green, status.value)
    page = (tmp_path / "battery.md").read_text()
    assert f"| 1,234 | all | 0 of 3 tests failed | 2 | failed as it must | {status.value} |" in page
    assert "- T-1: 3 of 5; the goal is 5 of 5.\n" in page
    assert f"1 {status.value}" in report.verdict
    assert report.verdict.endswith("(T-1)") == (status is not Status.PASSED)


def test_a_row_that_is_tried_again_takes_the_place_of_the_one_before() -> None:
    def facts(profile: str, minute: int, *results: Result) -> Facts:
        return Report(profile, datetime(2026, 11, 22, 9, minute, tzinfo=UTC), 3.0, results).facts()

    bad = Result(row(), Status.FAILED, 5, "1 of 5 tests failed", 2.5, "failed as it must")
    good = replace(bad, status=Status.PASSED, measured="0 of 5 tests failed")
    other, new = (replace(good, row=replace(row(), id=name)) for name in ("T-2", "T-0"))
    before, now = facts("full", 1, bad, other), facts("full", 2, good, new)
    both = renewed(before, now, ["T-0", "T-1", "T-2"])
    assert [(one["id"], one["result"]) for one in both["rows"]] == [
        ("T-0", "passed"), ("T-1", "passed"), ("T-2", "passed"),
    ]  # fmt: skip
    told = markdown(both)
    assert "2026-11-22 09:01 UTC" in told
    assert "3 passed, 0 FAILED" in told
    assert "later, by themselves: T-0 (2026-11-22 09:02 UTC), T-1 (2026-11-22 09:02 UTC)." in told
    assert "later" not in markdown(before).partition("| id |")[0].partition("Profile")[2]
    with pytest.raises(ValueError, match="of the profile fast"):
        renewed(facts("fast", 1, bad), now, ["T-1"])


def test_a_row_that_needs_what_is_not_always_in_reach_may_be_missing() -> None:
    offline = Result(replace(row(), id=EXCUSED[0]), Status.NOT_RUN, 0, "offline", 0.0, "not run")
    assert Report("fast", datetime(2026, 11, 22, tzinfo=UTC), 3.0, [offline], strict=True).is_green
    assert set(EXCUSED) <= {one.id for one in ROWS}


def test_every_row_names_tests_that_exist_and_defects_that_can_be_planted() -> None:
    assert len({one.id for one in ROWS}) == len(ROWS)
    for one in ROWS:
        assert one.controls, one.id
        for control in one.controls:
            assert control.shows or control.says in DEFECTS, control
        for name in (*one.tests, *(test for control in one.controls for test in control.tests)):
            assert _exists(name), name


def test_every_defect_is_planted_by_some_row() -> None:
    planted = {one.says for row in ROWS for one in row.controls if not one.shows}
    assert planted == set(DEFECTS)


@pytest.mark.parametrize("profile", ["fast", "full"])
def test_no_two_rows_want_different_values_of_one_variable(profile: str) -> None:
    wanted: dict[str, set[str]] = {}
    for one in ROWS:
        for name, it in getattr(one, profile).environment.items():
            wanted.setdefault(name, set()).add(it)
    assert {name: values for name, values in wanted.items() if len(values) > 1} == {}


def test_every_row_and_test_that_the_promises_name_is_there() -> None:
    pages = [ROOT / "SECURITY.md", ROOT / "docs" / "security.md"]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    named, rows = set(ROW.findall(text)), {one.id for one in ROWS}
    assert named == rows
    assert set(TEST.findall(text)) <= _all_tests()


def test_each_of_the_sixteen_promises_names_what_proves_it() -> None:
    promises = PROMISE.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert [int(number) for number, _ in promises] == list(range(1, 17))
    assert all(ROW.search(proof) or TEST.search(proof) for _, proof in promises)


def test_every_defect_has_to_be_noticed_by_its_own_words() -> None:
    planted = [one for row in ROWS for one in row.controls if not one.shows]
    assert [one.says for one in planted if not one.word] == []
    assert planted


def test_what_every_failure_of_a_group_says_is_told() -> None:
    said = """\
  + Exception Group Traceback (most recent call last):
  |   File "test_it.py", line 1, in test_it
  |     async with asyncio.TaskGroup() as group:
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    |   File "test_it.py", line 2, in work
    | AssertionError: the token was not taken in time
"""
    report = pytest.TestReport("test_it", ("test_it.py", 1, "test_it"), {}, "failed", said, "call")
    told = counting._said(report)
    assert "AssertionError: the token was not taken in time" in told
    assert "test_it.py" not in told


def _all_tests() -> set[str]:
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "vendors" / "testing").glob("*.py")]
    return {name for file in files for name in DEFINED.findall(file.read_text(encoding="utf-8"))}


def _exists(test_id: str) -> bool:
    path, _, test = test_id.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    name = test.partition("[")[0]
    return not test or any(isinstance(one, functions) and one.name == name for one in tree.body)
