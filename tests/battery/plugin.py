"""What the battery adds to pytest: more examples, a planted defect, and a count of what was tried.

It is loaded with `-p tests.battery.plugin` and told what to do by the environment.
"""

import functools
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from hypothesis import Phase, is_hypothesis_test, settings

from tests.battery.defects import DEFECTS

P = ParamSpec("P")
T = TypeVar("T")

EXAMPLES, DEFECT, REPORT = (
    "ABOARD_BATTERY_EXAMPLES",
    "ABOARD_BATTERY_DEFECT",
    "ABOARD_BATTERY_REPORT",
)

_PHASES = (Phase.explicit, Phase.generate)
"""A defect needs to be found, and not to be found small."""

_tried: Counter[str] = Counter()
_ends: Counter[str] = Counter()


def pytest_configure() -> None:
    """Plant the defect, before any test is imported."""
    defect = os.environ.get(DEFECT)
    if defect:
        DEFECTS[defect]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have every property tried as often as the row says, and count it."""
    examples = int(os.environ.get(EXAMPLES, "0"))
    known: set[int] = set()
    for item in items:
        function: Any = getattr(item, "function", None)
        test = getattr(function, "__func__", function)
        if test is None or id(test) in known or not is_hypothesis_test(test):
            continue
        known.add(id(test))
        test.hypothesis.inner_test = _counted(test.hypothesis.inner_test)
        asked = settings(test._hypothesis_internal_use_settings, phases=_PHASES)
        often = examples or asked.max_examples
        test._hypothesis_internal_use_settings = settings(asked, max_examples=often)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count how each test ended; what breaks outside of it is an error."""
    if report.when == "call":
        _ends[report.outcome] += 1
    elif report.failed:
        _ends["error"] += 1
    elif report.when == "setup" and report.skipped:
        _ends["skipped"] += 1


def pytest_sessionfinish() -> None:
    """Write down what was counted."""
    path = os.environ.get(REPORT)
    if path:
        counted = {"examples": _tried.total(), **_ends}
        Path(path).write_text(json.dumps(counted), encoding="utf-8")


def _counted(test: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(test)
    def counted(*given: P.args, **named: P.kwargs) -> T:
        _tried[test.__qualname__] += 1
        return test(*given, **named)

    return counted
