"""What the benchmarks write: bench.json for programs, docs/performance.md for people.

The page is drawn from bench.json alone, so that one question can be asked anew.
"""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.answers import Answer
from benchmarks.figures import Requirement
from benchmarks.reasons import reasons

ROOT = Path(__file__).parents[1]
JSON, PAGE = ROOT / "bench.json", ROOT / "docs" / "performance.md"
IMAGES = ROOT / "docs" / "images" / "performance"

_HEAD = """\
# Performance

`make bench` measures this page anew. Everything is a comparison within one run on one machine: what
is compared takes turns over several rounds. A server that is measured is a process of its own on
one core, and what calls it is on the other, unless its section says otherwise. Cells are medians
with the range of the rounds. Single times mean little on a machine that others share; ratios hold.
What they come to for ten people, or for a hundred thousand, is in [capacity.md](capacity.md).

"""


_EARLIER = """\
Beside each figure stands what earlier profiles found of it. It is not measured anew, so it may not
be why the figure was missed this time."""


@dataclass(frozen=True)
class Told:
    """One question as bench.json keeps it; where it could not be measured, ``failure`` says why.

    ``undrawn`` says why what was measured has no picture.
    """

    name: str
    title: str
    at: str
    cores: int | None
    python: str
    seconds: float
    failure: str | None
    requirements: tuple[Requirement, ...]
    section: str
    facts: Any
    undrawn: str | None = None

    @property
    def is_met(self) -> bool:
        """Whether it was measured and everything required was reached."""
        return self.failure is None and all(one.is_met for one in self.requirements)


def told(
    name: str,
    title: str,
    seconds: float,
    answer: Answer | Exception,
    undrawn: Exception | None = None,
) -> Told:
    """Return what was found just now in ``seconds``, or why nothing was, or was not drawn."""
    here = (datetime.now(UTC).isoformat(timespec="seconds"), os.cpu_count())
    head = (name, title, *here, platform.python_version(), round(seconds, 1))
    if isinstance(answer, Exception):
        return Told(*head, _said(answer), (), "", {})
    found = (tuple(answer.requirements), answer.section, answer.facts)
    return Told(*head, None, *found, _said(undrawn) if undrawn else None)


def _said(error: Exception) -> str:
    """Return an error in one short line, which can stand between backticks."""
    words = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {words}".replace("`", "")


def read(path: Path = JSON) -> list[Told]:
    """Return what was found last; nothing where there is no file."""
    if not path.exists():
        return []
    kept = json.loads(path.read_text(encoding="utf-8"))["questions"]
    return [
        Told(**{**one, "requirements": tuple(Requirement(**each) for each in one["requirements"])})
        for one in kept
    ]


def write(found: Sequence[Told]) -> None:
    """Write the figures and the page."""
    content = {"questions": [asdict(one) for one in found]}
    JSON.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(found), encoding="utf-8")


def page(found: Sequence[Told]) -> str:
    """Return the page."""
    parts = [_HEAD + _machine(found), "\n".join(_required(found))]
    missed = list(reasons(one for each in found for one in each.requirements if not one.is_met))
    if missed:
        parts += ["## What is missed, and where the time goes", _EARLIER, "\n".join(missed)]
    for one in found:
        parts += [f"## {one.title}", *_section(one)]
    return "\n\n".join(parts) + "\n"


def _machine(found: Sequence[Told]) -> str:
    days = sorted({one.at[:10] for one in found})
    seconds = sum(one.seconds for one in found)
    cores = " and ".join(sorted({str(one.cores) for one in found}))
    pythons = " and ".join(sorted({one.python for one in found}))
    return f"Measured on {', '.join(days)}: {cores} cores, Python {pythons}, {seconds:.0f} seconds."


def _required(found: Sequence[Told]) -> Iterator[str]:
    yield from ("| figure | required | measured | |", "| --- | --- | --- | --- |")
    for one in found:
        yield from (each.line() for each in one.requirements)
        if one.failure is not None:
            yield f"| {one.title} | | | **not measured** |"


def _section(one: Told) -> list[str]:
    if one.failure is not None:
        return [f"This could not be measured: `{one.failure}`"]
    if one.undrawn is not None:
        return [one.section.strip(), f"There is no picture of it: `{one.undrawn}`"]
    return [one.section.strip(), f"![{one.title}, as a picture](images/performance/{one.name}.svg)"]
