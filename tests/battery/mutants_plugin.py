"""Runs tests against mutants inside pytest: each in a fork, as far as its first failing test.

Warm, the product and the tests are imported once, and a fork puts the changed function's code in
the place of its own. What stands outside of functions takes effect on import: cold, each fork
imports everything anew, the changed file among it. Which tests reach a function is measured first.
A fork that ends otherwise than with all tests passed has noticed its mutant; so has one that goes
on for ever, which is stopped.
"""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from coverage import Coverage

ORDERS = "ABOARD_MUTANTS_ORDERS"
"""Names the file of orders; what was found is written there instead."""

_SURVIVED = 99
_MOST_SECONDS = 20
_MOST_BYTES = 512 * 1024 * 1024
"""What a fork may take, of the processor and of memory beside what it begins with."""

_libraries = ("sqlmodel", "alembic.command", "psycopg", "rfc8785", "hypothesis", "structlog")


class _Job:
    """The orders, and what came of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.orders: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.mutants: list[dict[str, Any]] = self.orders["mutants"]
        self.paths: list[str] = self.orders["paths"]
        self.is_cold: bool = self.orders["cold"]
        self.found: list[dict[str, Any]] = []
        self.one: dict[str, Any] | None = None

    def note(self, end: str, by: str, seconds: float) -> None:
        self.found.append({"end": end, "by": by, "seconds": round(seconds, 3)})

    def write(self, **more: object) -> None:
        self.path.write_text(json.dumps({"found": self.found, **more}), encoding="utf-8")


_job = _Job(Path(os.environ[ORDERS])) if ORDERS in os.environ else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Cold: try each mutant in a fork that goes on from here, with nothing of ours imported."""
    if _job is None or not _job.is_cold:
        return
    for name in _libraries:
        __import__(name)
    for mutant in _job.mutants:
        if _fork(_job):
            _job.one = mutant
            sys.meta_path.insert(0, _Changed(mutant))
            files = dict.fromkeys(one.partition("::")[0] for one in mutant["tests"])
            session.config.args[:] = files
            return


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests of this fork; warm, measure what they reach and try every mutant."""
    if _job is None:
        return None
    if _job.is_cold:
        if _job.one is None:
            _job.write()
            return True
        _try(session, _in_order(session, _job.one["tests"]) or session.items)
    _first(session, _job.orders["first"])
    seconds, reached = _measured(session, set(_job.paths))
    quick = sorted(seconds, key=lambda one: seconds[one])
    for mutant in _job.mutants:
        lines = _lines(mutant)
        mutant["tests"] = [one for one in quick if not reached[one].isdisjoint(lines)]
        if not mutant["tests"]:
            _job.note("unreached", "", 0.0)
        elif _fork(_job):
            _exchange(mutant)
            _try(session, _in_order(session, mutant["tests"]))
    broken = [one.nodeid for one in session.items if one.nodeid not in seconds]
    chosen = [mutant["tests"] for mutant in _job.mutants]
    _job.write(chosen=chosen, broken=broken, quick=quick)
    return True


def _in_order(session: pytest.Session, tests: Sequence[str]) -> list[pytest.Item]:
    items = {one.nodeid: one for one in session.items}
    return [items[one] for one in tests if one in items]


def _first(session: pytest.Session, chosen: Sequence[str]) -> None:
    """Run some tests here, so that every fork has what the session shares already."""
    for item in _in_order(session, chosen):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=_another(session, item))


def _lines(mutant: dict[str, Any]) -> set[str]:
    first, last = mutant["body"]
    return {f"{mutant['path']}:{number}" for number in range(first, last + 1)}


def _fork(job: _Job) -> bool:
    """Fork; return True in the child. In the parent, wait for its end and note it."""
    reading, writing = os.pipe()
    began, child = time.monotonic(), os.fork()
    if child == 0:
        os.close(reading)
        os.environ["ABOARD_MUTANTS_TELL"] = str(writing)
        _bounded()
        return True
    os.close(writing)
    with open(reading, encoding="utf-8") as told:  # noqa: PTH123 - a descriptor, no path
        by = told.read()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    stopped = code in {-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL}
    end = "survived" if code == _SURVIVED else "stopped" if stopped else "killed"
    job.note(end, by, time.monotonic() - began)
    return False


def _bounded() -> None:
    """Let this process say nothing, and end by itself where it would go on for ever."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = Path("/proc/self/statm")
    if used.exists():
        pages = int(used.read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + _MOST_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _try(session: pytest.Session, items: Sequence[pytest.Item]) -> None:
    """Run tests until one fails, and end the process; what the session shares is left alone."""
    told = int(os.environ["ABOARD_MUTANTS_TELL"])
    if session.testsfailed:
        os.write(told, b"import")
        os._exit(1)
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else _another(session, item)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            os.write(told, item.nodeid.encode())
            os._exit(1)
    os._exit(_SURVIVED)


def _another(session: pytest.Session, item: pytest.Item) -> pytest.Item | None:
    return next((one for one in session.items if one is not item), None)


def _measured(
    session: pytest.Session, paths: set[str]
) -> tuple[dict[str, float], dict[str, set[str]]]:
    """Run every test once, unchanged; return its seconds and the lines that it reached."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
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


def _exchange(mutant: dict[str, Any]) -> None:
    """Put the changed code in the place of the function's own, whoever has imported it."""
    module, name = sys.modules[mutant["module"]], str(mutant["function"])
    _function(module, name).__code__ = _code(_compiled(mutant), name.split("."))


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    return found  # type: ignore[no-any-return]  # found by its name


def _code(code: CodeType, names: Sequence[str]) -> CodeType:
    for name in names:
        code = next(
            one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name
        )
    return code


def _compiled(mutant: dict[str, Any]) -> CodeType:
    path = Path(mutant["path"])
    text = path.read_bytes()
    changed = text[: mutant["start"]] + mutant["new"].encode() + text[mutant["end"] :]
    compiled: CodeType = compile(changed, str(path.resolve()), "exec", dont_inherit=True)
    return compiled


class _Changed(MetaPathFinder, Loader):
    """Imports the changed file in the place of its own."""

    def __init__(self, mutant: dict[str, Any]) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname != self._mutant["module"]:
            return None
        return spec_from_loader(fullname, self, origin=str(Path(self._mutant["path"]).resolve()))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(Path(self._mutant["path"]).resolve())
        exec(_compiled(self._mutant), vars(module))  # noqa: S102 - that is what importing does
