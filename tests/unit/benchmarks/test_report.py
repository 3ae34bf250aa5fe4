"""The page tells what was measured, what was missed and why, and what could not be measured."""

from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.answers import Answer
from benchmarks.asking import Question, answers
from benchmarks.figures import Requirement
from benchmarks.reasons import reasons
from benchmarks.report import Told

MET = Requirement("CPU when idle, of one core", 0.01, 0.05, at_most=True)
MISSED = Requirement("rate at 16 connections, of plain Bolt's", 0.5, 0.7, at_most=False)


def _draw(path: Path) -> None:
    path.write_text("<svg/>")


def _draw_nothing(_path: Path) -> None:
    raise ValueError("no `colour` is left")


def _plain(*, brief: bool) -> Answer:
    return Answer((MET,), f"Measured without colours ({brief}).", {"a": [1.0]}, _draw_nothing)


def _idle(*, brief: bool) -> Answer:
    return Answer((MET,), f"Measured {'briefly' if brief else 'at length'}.", {"a": [1.0]}, _draw)


def _missing(*, brief: bool) -> Answer:
    raise RuntimeError(f"there is no database here\n{brief}")


def _missed(*, brief: bool) -> Answer:
    return Answer((MISSED,), f"Many asked ({brief}).", {}, _draw)


def _found(folder: Path, *questions: Question) -> list[Told]:
    return list(answers(questions, folder, brief=True))


def test_a_question_that_cannot_be_measured_leaves_the_others_theirs(tmp_path: Path) -> None:
    broken, idle = Question("rows", "Rows", _missing), Question("idle", "Idle", _idle)
    found = _found(tmp_path, broken, idle)
    page = report.page(found)
    assert [one.is_met for one in found] == [False, True]
    assert "| Rows | | | **not measured** |" in page
    assert "RuntimeError: there is no database here True" in page
    assert "Measured briefly.\n\n![Idle, as a picture](images/performance/idle.svg)" in page
    assert [one.name for one in tmp_path.iterdir()] == ["idle.svg"]


def test_what_cannot_be_drawn_keeps_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "JSON", tmp_path / "bench.json")
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    report.write(_found(tmp_path, Question("plain", "Plain", _plain)))
    [told] = report.read(tmp_path / "bench.json")
    assert (told.requirements, told.facts, told.is_met) == ((MET,), {"a": [1.0]}, True)
    page = (tmp_path / "performance.md").read_text()
    assert MET.line() in page
    assert "There is no picture of it: `ValueError: no colour is left`" in page
    assert "plain.svg" not in page


def test_what_is_missed_is_explained_and_what_is_met_is_not(tmp_path: Path) -> None:
    idle, asks = Question("idle", "Idle", _idle), Question("asks", "Asks", _missed)
    title = "## What is missed, and where the time goes"
    assert title not in report.page(_found(tmp_path, idle))
    page = report.page(_found(tmp_path, idle, asks))
    explained = page.split(title)[1].split("## ")[0]
    assert "rate at 16 connections, of plain Bolt's: 0.50 for 0.7" in explained
    assert "CPU when idle" not in explained
    assert "what earlier profiles found" in explained


def test_one_reason_stands_for_all_that_it_explains() -> None:
    kinds = [
        Requirement(f"CPU of dispatching, {one}: of one listener's", 2.0, 1.5, at_most=True)
        for one in ("form", "event")
    ]
    [line] = reasons(kinds)
    assert line.count("2.00 for 1.5") == 2


def test_what_nobody_explained_is_told_all_the_same() -> None:
    [line] = reasons([Requirement("something new", 2.0, 1.5, at_most=True)])
    assert "nobody has looked yet" in line.lower()


def test_the_page_is_drawn_from_what_the_file_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "JSON", tmp_path / "bench.json")
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    found = _found(tmp_path, Question("idle", "Idle", _idle), Question("rows", "Rows", _missing))
    report.write(found)
    again = report.read(tmp_path / "bench.json")
    assert again == found
    assert report.page(again) == (tmp_path / "performance.md").read_text()
