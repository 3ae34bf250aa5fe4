"""What the battery writes: battery.json for programs, docs/battery.md for people."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.battery.frame import ROOT, SEED, Result, Status
from tests.battery.lanes import NO_TIME

JSON, PAGE = ROOT / "battery.json", ROOT / "docs" / "battery.md"

_HEAD = """\
# The battery

One command tries the promises of [security.md](security.md) and proves that each trial could have
failed: `make battery` in a few minutes, `make battery-full` with larger numbers.

Every row is tried, and then tried again with its **control**: a defect that is planted in the
product, or a careless way of doing the same. A row passes only where its tests ran, all passed, and
each control failed as it must. A row whose control did not fail is INVALID, and one that could not
run, or of which a test was skipped, is NOT RUN: neither counts as passed. The words in brackets
after a control stood in what the test failed with; without them any failing test will do.

As many runs as there are cores go on at once, so the seconds of a row are those of all its runs
together; what measures time has the machine for itself. The continuous integration takes from its
run of all tests what they have just tried (`--after`), and plants defects for as long as its half
hour lasts (`--seconds`); there, a row that did not run for any other reason fails the run.

"""
_LESS = """\

## What differs from the goal

Some rows try less than the goal is, and some goals have no row.

"""
EXCUSED = ("SUP-02",)
"""What may be NOT RUN where all rows have to run: lists of weaknesses are not always in reach."""

WITHOUT = (
    "Memory over time: the goal is less than 1 MB more in ten minutes of half an hour; not tried.",
    "Speed: `make bench` measures how fast an ask is acknowledged; no row requires a figure of it.",
)
"""Goals that have no row."""


@dataclass(frozen=True)
class Report:
    """All rows of one run."""

    profile: str
    at: datetime
    seconds: float
    results: Sequence[Result]
    strict: bool = False

    @property
    def is_green(self) -> bool:
        """Whether no row failed, none is invalid and, where it is strict, none did not run.

        What there was no time for (``--seconds``) is told, and is no reason to fail.
        """
        return not [one for one in self.results if self._is_bad(one)]

    @property
    def verdict(self) -> str:
        """What came out, on one line."""
        bad = [one.row.id for one in self.results if one.status is not Status.PASSED]
        named = f" ({', '.join(bad)})" if bad else ""
        return f"battery: {self._counted()}{named}"

    def _is_bad(self, one: Result) -> bool:
        if one.status is Status.NOT_RUN:
            return self.strict and one.row.id not in EXCUSED and one.measured != NO_TIME
        return one.status is not Status.PASSED

    def write(self, json_path: Path = JSON, page: Path = PAGE) -> None:
        """Write both files."""
        json_path.write_text(json.dumps(self._facts(), indent=2) + "\n", encoding="utf-8")
        page.write_text(self.markdown(), encoding="utf-8")

    def markdown(self) -> str:
        """Return the page."""
        less = "".join(f"- {one}\n" for one in (*self._less(), *WITHOUT))
        return f"{_HEAD}{self._summary()}\n\n{self._table()}\n{_LESS}{less}"

    def _less(self) -> list[str]:
        return [f"{one.row.id}: {one.row.less}" for one in self.results if one.row.less]

    def _counted(self) -> str:
        counted = {status: sum(one.status is status for one in self.results) for status in Status}
        return ", ".join(f"{count} {status}" for status, count in counted.items())

    def _summary(self) -> str:
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        return (
            f"Profile {self.profile}, {self.at:%Y-%m-%d %H:%M} UTC, {machine}, seed {SEED}, "
            f"{self.seconds:.0f} seconds: {self._counted()}."
        )

    def _table(self) -> str:
        head = (
            "| id | what was tried | how often | required | measured | seconds | control | result |"
        )
        return "\n".join([head, "| --- " * 8 + "|", *(_line(one) for one in self.results)])

    def _facts(self) -> dict[str, object]:
        return {
            "profile": self.profile,
            "at": self.at.isoformat(timespec="seconds"),
            "seed": SEED,
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "seconds": round(self.seconds, 1),
            "green": self.is_green,
            "rows": [_row(one) for one in self.results],
        }


def _line(one: Result) -> str:
    cells = (
        one.row.id, one.row.what, f"{one.tried:,}", one.row.required, one.measured,
        f"{one.seconds:.0f}", one.control, one.status.value,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _row(one: Result) -> dict[str, object]:
    return {
        "id": one.row.id,
        "what": one.row.what,
        "tried": one.tried,
        "required": one.row.required,
        "measured": one.measured,
        "seed": SEED,
        "seconds": round(one.seconds, 1),
        "control": one.control,
        "result": one.status.value,
        "less": one.row.less,
    }
