"""`python -m tests.battery.mutants [PART…]`: try mutants of the product, and tell what survived.

Every mutant is killed by a failing test, is listed in `mutants_equivalent.toml` with the reason why
nobody could tell it from the original, or has survived. What survives warm is tried again cold,
since a test may have asked the product for something when it was imported.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from tests.battery.frame import SEED
from tests.battery.lanes import one_cluster
from tests.battery.mutants_made import Mutant, mutants_of
from tests.battery.mutants_parts import PARTS, Part

ROOT = Path(__file__).parents[2]
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
ORDERS = "ABOARD_MUTANTS_ORDERS"
_PYTEST = (
    "-m", "pytest", "-q", "-p", "tests.battery.mutants_plugin", "-p", "no:randomly",
    "-p", "no:cacheprovider", "--no-header", "--numprocesses=0", "--timeout=60",
)  # fmt: skip
_NOTHING_OF_OURS = ("tests/battery",)
"""Where pytest begins when the product is not to be imported yet: the conftest of no test is."""

_FEW_ARENAS = {"MALLOC_ARENA_MAX": "1"}
"""A thread with an arena of its own takes 64 MB of what a fork may: few threads, and all fail."""

_ALIVE = {"survived", "unreached"}


@dataclass(frozen=True)
class Found:
    """What became of some mutants, and what is ``wrong`` with the list of equivalent ones."""

    killed: int
    equivalent: int
    survived: Sequence[Mutant]
    wrong: Sequence[str] = ()

    @property
    def share(self) -> float:
        """The part that was killed of those that anybody could notice."""
        return self.killed / max(1, self.killed + len(self.survived))

    @property
    def every(self) -> int:
        """How many were tried."""
        return self.killed + self.equivalent + len(self.survived)

    @property
    def told(self) -> str:
        """How many became what, in a line."""
        return (
            f"killed {self.killed} of {self.every}, {self.equivalent} equivalent, "
            f"{len(self.survived)} survived: {self.share:.1%}"
        )

    def __str__(self) -> str:
        return "\n".join([self.told, *self.wrong, *(f"  {one}" for one in self.survived)])


def together(found: Iterable[Found]) -> Found:
    """Add up what became of several parts."""
    every = list(found)
    return Found(
        sum(one.killed for one in every),
        sum(one.equivalent for one in every),
        [mutant for one in every for mutant in one.survived],
        [words for one in every for words in one.wrong],
    )


def drawn(mutants: Sequence[Mutant], most: int | None) -> list[Mutant]:
    """Return ``most`` of them, always the same, in their order; all where there are no more."""
    if most is None or len(mutants) <= most:
        return list(mutants)
    numbers = Random(SEED).sample(range(len(mutants)), most)  # noqa: S311 - nothing is secret
    return [mutants[one] for one in sorted(numbers)]


def tried(part: Part, tests: Sequence[str] | None = None, most: int | None = None) -> Found:
    """Try the mutants of a part with its tests, or with ``tests`` instead.

    Where there are more than ``most``, so many are drawn, always the same of the same code.
    """
    mutants = drawn(
        [one for path in part.files for one in mutants_of(ROOT, path) if part.holds(one)], most
    )
    trial = _Trial(part, part.tests if tests is None else tests)
    listed = _listed(set(part.files))
    ends = trial.warm([one for one in mutants if one.function])
    alive = [one for one in mutants if ends.get(one, "survived") in _ALIVE]
    ends |= trial.cold([one for one in alive if not one.function or _words(one) not in listed])
    return _judged(mutants, [one for one in mutants if ends[one] in _ALIVE])


class _Trial:
    """What pytest is told about the mutants of a part, and what it tells."""

    def __init__(self, part: Part, tests: Sequence[str]) -> None:
        self._part, self._tests = part, tests
        self._chosen: dict[Mutant, list[str]] = {}
        self._quick: list[str] = []

    def warm(self, mutants: Sequence[Mutant]) -> dict[Mutant, str]:
        """Try mutants inside of functions; return how each ended."""
        told = self._run([self._order(one, ()) for one in mutants], cold=False)
        if told["broken"]:
            raise RuntimeError(f"These tests fail without any mutant: {told['broken']}")
        self._quick = told["quick"]
        self._chosen = dict(zip(mutants, told["chosen"], strict=True))
        return self._ends(mutants, told)

    def cold(self, mutants: Sequence[Mutant]) -> dict[Mutant, str]:
        """Try mutants that may take effect on import; return how each ended."""
        if not mutants:
            return {}
        tests = [self._chosen.get(one) or self._quick for one in mutants]
        orders = [self._order(one, some) for one, some in zip(mutants, tests, strict=True)]
        none = self._order(replace(mutants[0], start=0, end=0, new=""), self._quick)
        told = self._run([none, *orders], cold=True)
        unchanged, *told["found"] = told["found"]
        if unchanged["end"] != "survived":
            raise RuntimeError(f"This fails cold without any mutant: {unchanged['by']}")
        return self._ends(mutants, told)

    @staticmethod
    def _ends(mutants: Sequence[Mutant], told: Mapping[str, Any]) -> dict[Mutant, str]:
        return {one: end["end"] for one, end in zip(mutants, told["found"], strict=True)}

    @staticmethod
    def _order(mutant: Mutant, tests: Sequence[str]) -> dict[str, Any]:
        return {**asdict(mutant), "module": mutant.module, "tests": tests}

    def _run(self, mutants: Sequence[Mapping[str, Any]], *, cold: bool) -> dict[str, Any]:
        first, paths = self._part.first, self._part.files
        orders = {"mutants": mutants, "cold": cold, "first": first, "paths": paths}
        tests = _NOTHING_OF_OURS if cold else self._tests
        with TemporaryDirectory() as folder:
            path = Path(folder) / "orders.json"
            path.write_text(json.dumps(orders), encoding="utf-8")
            ended = subprocess.run(
                [sys.executable, *_PYTEST, *self._part.options, *tests],
                cwd=ROOT,
                env={**_environment(), **_FEW_ARENAS, **self._part.environment, ORDERS: str(path)},
                capture_output=True,
                text=True,
                check=False,
            )
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if "found" not in told:
            raise RuntimeError(f"pytest broke: {ended.stdout[-2000:]}{ended.stderr[-2000:]}")
        return told


def _environment() -> dict[str, str]:
    """Return ours without what pytest and the battery told this process alone."""
    kept = {"ABOARD_TEST_POSTGRES"}
    return {
        name: value
        for name, value in os.environ.items()
        if name in kept or not name.startswith(("ABOARD_", "PYTEST_"))
    }


def _judged(mutants: Sequence[Mutant], alive: Sequence[Mutant]) -> Found:
    """Hold what was not noticed against the list of those that nobody can notice."""
    listed = _listed({one.path for one in mutants})
    survived = [one for one in alive if _words(one) not in listed]
    known = {_words(one) for one in mutants}
    noticed = known - {_words(one) for one in alive}
    wrong = [f"is noticed, and listed: {one}" for one in sorted(listed & noticed)]
    return Found(len(mutants) - len(alive), len(alive) - len(survived), survived, wrong)


def _words(mutant: Mutant) -> tuple[str, str, str, str]:
    return mutant.path, mutant.function, mutant.was, mutant.becomes


def _listed(paths: set[str]) -> set[tuple[str, str, str, str]]:
    entries = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", [])
    return {
        (one["path"], one["function"], one["was"], one["becomes"])
        for one in entries
        if one["path"] in paths
    }


def main() -> int:
    """Try the parts that are named, or all of them; return 1 where any mutant survived."""
    asked = argparse.ArgumentParser(prog="python -m tests.battery.mutants", description=__doc__)
    asked.add_argument("parts", nargs="*", metavar="PART", help="of: " + ", ".join(PARTS))
    asked.add_argument("--most", type=int, help="so many of each part, drawn; all of them else")
    given, worst = asked.parse_args(), 0
    with one_cluster():
        for name in given.parts or PARTS:
            began, found = time.monotonic(), tried(PARTS[name], most=given.most)
            sys.stdout.write(f"{name}, {time.monotonic() - began:.0f} s: {found}\n")
            sys.stdout.flush()
            worst |= bool(found.survived or found.wrong)
    return worst


if __name__ == "__main__":
    sys.exit(main())
