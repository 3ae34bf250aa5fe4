"""Runs tests against mutants inside pytest: each in a fork, as far as its first failing test.

Warm, the product and the tests are imported once, and a fork puts the changed function's code in
the place of its own. What stands outside of functions takes effect on import: cold, each fork
imports anew what a test needs, the changed file among it. Which tests reach a function is measured
first. A fork that ends otherwise than with all tests passed has noticed its mutant; so has one that
goes on for ever, which is stopped.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Never

import pytest
from coverage import Coverage

from tests.battery.mutants_forks import SURVIVED, End, forked
from tests.battery.mutants_planted import Changed, exchange

ORDERS = "ABOARD_MUTANTS_ORDERS"
"""Names the file of orders; what was found is written there instead."""

_libraries = ("sqlmodel", "alembic.command", "psycopg", "rfc8785", "hypothesis", "structlog")


class _Job:
    """The orders, and what came of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.orders: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.mutants: list[dict[str, Any]] = self.orders["mutants"]
        self.paths: list[str] = self.orders["paths"]
        self.is_cold: bool = self.orders["cold"]
        self.found: list[End] = []

    def ordered(self, tests: Sequence[str]) -> list[str]:
        """Return ``tests``, first the one that noticed the mutant before: it may be the like."""
        before = self.found[-1].by if self.found else ""
        return sorted(tests, key=lambda one: one != before)

    def write(self, **more: object) -> None:
        told = {"found": [asdict(one) for one in self.found], **more}
        self.path.write_text(json.dumps(told), encoding="utf-8")


_job = _Job(Path(os.environ[ORDERS])) if ORDERS in os.environ else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> bool | None:
    """Cold: try each mutant in a fork that goes on from here, with nothing of ours imported."""
    if _job is None or not _job.is_cold:
        return None
    for name in _libraries:
        __import__(name)
    gc.freeze()
    for mutant in _job.mutants:
        _job.found.append(_tried_cold(session, mutant, _job.ordered(mutant["tests"])))
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests of this fork; warm, measure what they reach and try every mutant."""
    if _job is None:
        return None
    if _job.is_cold:
        _job.write()
        return True
    _first(session, _job.orders["first"])
    seconds, reached = _measured(session, set(_job.paths))
    quick = sorted(seconds, key=lambda one: seconds[one])
    broken = [one.nodeid for one in session.items if one.nodeid not in seconds]
    broken += _broken_in_a_fork(session, quick)
    for mutant in [] if broken else _job.mutants:
        mutant["tests"] = _reaching(mutant, quick, reached)
        if not mutant["tests"]:
            _job.found.append(End("unreached"))
            continue
        end = forked()
        if end is None:
            exchange(mutant)
            _try(session, _job.ordered(mutant["tests"]))
        _job.found.append(end)
    chosen = [mutant["tests"] for mutant in _job.mutants]
    _job.write(chosen=chosen, broken=broken, quick=quick)
    return True


def _broken_in_a_fork(session: pytest.Session, tests: Sequence[str]) -> list[str]:
    """Return the test that fails in a fork with nothing changed: it would notice every mutant."""
    end = forked()
    if end is None:
        _try(session, tests)
    return [] if end.end == "survived" else [f"{end.by} ({end.end} in a fork)"]


def _try(session: pytest.Session, tests: Sequence[str]) -> Never:
    """Run tests until one fails, and end the process; what the session shares is left alone."""
    told = int(os.environ["ABOARD_MUTANTS_TELL"])
    if session.testsfailed:
        os.write(told, b"import")
        os._exit(1)
    items = _in_order(session, tests)
    _leave(session, items)
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else _another(session, item)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            os.write(told, item.nodeid.encode())
            os._exit(1)
    os._exit(SURVIVED)


def _tried_cold(session: pytest.Session, mutant: dict[str, Any], tests: Sequence[str]) -> End:
    """Try tests file by file, in a fork for each: the next only where those before it passed."""
    files: dict[str, list[str]] = {}
    for one in tests:
        files.setdefault(one.partition("::")[0], []).append(one)
    last = End("unreached")
    for file, some in files.items():
        end = forked()
        if end is None:
            sys.meta_path.insert(0, Changed(mutant))
            session.perform_collect([file])
            _try(session, some)
        last = replace(end, seconds=last.seconds + end.seconds)
        if last.end != "survived":
            break
    return last


def _in_order(session: pytest.Session, tests: Sequence[str]) -> list[pytest.Item]:
    items = {one.nodeid: one for one in session.items}
    return [items[one] for one in tests if one in items]


def _first(session: pytest.Session, chosen: Sequence[str]) -> None:
    """Run some tests here, so that every fork has what the session shares already."""
    for item in _in_order(session, chosen):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=_another(session, item))


def _leave(session: pytest.Session, items: Sequence[pytest.Item]) -> None:
    """Tear down the folder and the module of the test before: pytest refuses another's first."""
    for item in items[:1]:
        session._setupstate.teardown_exact(item)


def _reaching(
    mutant: dict[str, Any], tests: Sequence[str], reached: dict[str, set[str]]
) -> list[str]:
    """Return the tests that reach the changed function, first those that reach the line."""
    path, (first, last) = mutant["path"], mutant["body"]
    lines, line = {f"{path}:{one}" for one in range(first, last + 1)}, f"{path}:{mutant['line']}"
    some = [one for one in tests if not reached[one].isdisjoint(lines)]
    return sorted(some, key=lambda one: line not in reached[one])


def _another(session: pytest.Session, item: pytest.Item) -> pytest.Item | None:
    return next((one for one in session.items if one is not item), None)


def _measured(
    session: pytest.Session, paths: set[str]
) -> tuple[dict[str, float], dict[str, set[str]]]:
    """Run every test once, unchanged; return its seconds and the lines that it reached."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        _leave(session, session.items)
        with open(writing, "w", encoding="utf-8") as told:  # noqa: PTH123 - a descriptor, no path
            json.dump(_run_all(session, paths), told)
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as told:  # noqa: PTH123 - a descriptor, no path
        seconds, reached = json.load(told)
    os.wait()
    return seconds, {one: set(lines) for one, lines in reached.items()}


def _run_all(
    session: pytest.Session, paths: set[str]
) -> tuple[dict[str, float], dict[str, list[str]]]:
    files = {str(Path(one).resolve()): one for one in paths}
    measuring = Coverage(data_file=None, include=list(files), config_file=False)
    measuring.set_option("run:disable_warnings", ["no-data-collected"])
    seconds, before = dict[str, float](), session.testsfailed
    measuring.start()
    for number, item in enumerate(session.items):
        measuring.switch_context(item.nodeid)
        following = next(iter(session.items[number + 1 : number + 2]), None)
        began = time.monotonic()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed == before:
            seconds[item.nodeid] = time.monotonic() - began
        before = session.testsfailed
    measuring.stop()
    reached: dict[str, list[str]] = {one: [] for one in seconds}
    for file, path in files.items():
        for line, contexts in measuring.get_data().contexts_by_lineno(file).items():
            for one in set(contexts) & set(seconds):
                reached[one].append(f"{path}:{line}")
    return seconds, reached
