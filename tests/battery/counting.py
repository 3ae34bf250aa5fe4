"""What every test did, in a file: how it ended, how often it tried, what it measured.

The environment names the file; where it names none, nothing is counted. Where several workers share
the tests, the one that leads them writes it: also which tests there were, which were left out, and
a hash of all the files that git knows, as they lay there when the run began. A test says more about
itself with `record_property("tried", 500)` and `record_property("measured", "8 ms at most")`.
"""

import functools
import hashlib
import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from hypothesis import is_hypothesis_test

from tests.battery.frame import ROOT

P = ParamSpec("P")
T = TypeVar("T")

FILE = "ABOARD_TESTS_TOLD"
_TOLD = ("examples", "tried", "measured")
_CHARACTERS = 6_000
_TELLING = re.compile(r">|E | +\| \S")

_tried: Counter[str] = Counter()
_tests: dict[str, dict[str, object]] = {}
_collected: set[str] = set()
_deselected: set[str] = set()
_contents: list[str] = []


def contents(root: Path = ROOT) -> str:
    """Return a hash of all files that git knows there, as they lie there; "" where git is not."""
    command = ["git", "ls-files", "-z"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
    digest = hashlib.sha256()
    for name in sorted(listed.split(b"\0")):
        file = root / os.fsdecode(name)
        held = hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"none"
        digest.update(name + b"\0" + held)
    return digest.hexdigest()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Note what is tested."""
    if FILE in os.environ and not hasattr(session.config, "workerinput"):
        _contents.append(contents())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count the examples of every property."""
    if FILE not in os.environ:
        return
    for test in properties(items):
        test.hypothesis.inner_test = _counted(test.hypothesis.inner_test)


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Note what is left out."""
    _deselected.update(one.nodeid for one in items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note what there is to run."""
    _collected.update(one.nodeid for one in session.items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(ids: list[str]) -> None:
    """Note what a worker found to run."""
    _collected.update(ids)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - xdist has no types
    """Note what a worker left out."""
    _deselected.update(getattr(node, "workeroutput", {}).get("deselected", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Say with each test how many examples it tried."""
    before = _tried.total()
    try:
        yield
    finally:
        if _tried.total() > before:
            item.user_properties.append(("examples", _tried.total() - before))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a test ended; what breaks before or after it is an error."""
    test = _tests.setdefault(report.nodeid, {"end": "error"})
    if report.when == "call" or (report.when == "setup" and report.skipped):
        told = {name: it for name, it in report.user_properties if name in _TOLD and it}
        test.update({"end": report.outcome, **told})
        if report.failed:
            test["said"] = _said(report)
    elif report.failed:
        test["end"] = "error"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the file; a worker tells the one that leads it."""
    path, config = os.environ.get(FILE), session.config
    if hasattr(config, "workerinput"):
        output: dict[str, Any] = vars(config)["workeroutput"]
        output["deselected"] = sorted(_deselected)
    elif path:
        facts = {
            "whole": _is_whole(config),
            "status": int(exitstatus),
            "contents": _contents[0],
            "given": {name: it for name, it in os.environ.items() if name.startswith("ABOARD_")},
            "collected": sorted(_collected),
            "deselected": sorted(_deselected),
            "tests": _tests,
        }
        Path(path).write_text(json.dumps(facts), encoding="utf-8")


def _is_whole(config: pytest.Config) -> bool:
    everywhere = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    picked = config.option.keyword or config.option.markexpr != "not live"
    return everywhere and not picked


def properties(items: Iterable[pytest.Item]) -> list[Any]:
    """Return the properties among the tests, each function once."""
    found: dict[int, Any] = {}
    for item in items:
        function: Any = getattr(item, "function", None)
        test = getattr(function, "__func__", function)
        if test is not None and is_hypothesis_test(test):
            found[id(test)] = test
    return list(found.values())


def _said(report: pytest.TestReport) -> str:
    """Return what a test failed with: the line that failed, and each exception."""
    lines = report.longreprtext.splitlines()
    return "\n".join(one for one in lines if _TELLING.match(one))[:_CHARACTERS]


def _counted(test: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(test)
    def counted(*given: P.args, **named: P.kwargs) -> T:
        _tried[test.__qualname__] += 1
        return test(*given, **named)

    return counted
