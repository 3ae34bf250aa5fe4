"""What every test did, in a file: how it ended, how often it tried, what it measured.

The environment names the file; where it names none, nothing is counted. Where several workers share
the tests, the one that leads them writes it. A test says more about itself with
`record_property("tried", 500)` and `record_property("measured", "8 ms at most")`.
"""

import functools
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from hypothesis import is_hypothesis_test

P = ParamSpec("P")
T = TypeVar("T")

FILE = "ABOARD_TESTS_TOLD"
_TOLD = ("examples", "tried", "measured")
_LAST_CHARACTERS = 3_000

_tried: Counter[str] = Counter()
_tests: dict[str, dict[str, object]] = {}
_began = time.time()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count the examples of every property."""
    if FILE not in os.environ:
        return
    for test in properties(items):
        test.hypothesis.inner_test = _counted(test.hypothesis.inner_test)


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
    """Write the file."""
    path, config = os.environ.get(FILE), session.config
    if path and not hasattr(config, "workerinput"):
        whole = not (config.option.keyword or config.option.markexpr != "not live")
        given = {name: it for name, it in os.environ.items() if name.startswith("ABOARD_")}
        facts = {"began": _began, "whole": whole, "status": int(exitstatus), "given": given}
        facts["tests"] = _tests
        Path(path).write_text(json.dumps(facts), encoding="utf-8")


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
    """Return what a test failed with: the exception, and the end of how it is shown."""
    crash = getattr(report.longrepr, "reprcrash", None)
    message = "" if crash is None else crash.message[:_LAST_CHARACTERS]
    return f"{message}\n{report.longreprtext[-_LAST_CHARACTERS:]}"


def _counted(test: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(test)
    def counted(*given: P.args, **named: P.kwargs) -> T:
        _tried[test.__qualname__] += 1
        return test(*given, **named)

    return counted
