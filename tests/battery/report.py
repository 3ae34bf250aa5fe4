"""What the battery writes: battery.json for programs, docs/battery.md for people."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.battery.frame import ROOT, SEED, Result, Status

JSON, PAGE = ROOT / "battery.json", ROOT / "docs" / "battery.md"

_HEAD = """\
# The battery

One command tries the promises of [security.md](security.md) and proves that each trial could have
failed: `make battery` in a few minutes, `make battery-full` with larger numbers.

Every row is tried, and then tried again with its **control**: a defect that is planted in the
product, or a careless way of doing the same. A row passes only where its tests ran, all passed, and
each control failed as it must. A row whose control did not fail is INVALID, and one that could not
run is NOT RUN: neither counts as passed.

As many runs as there are cores go on at once, so the seconds of a row are those of all its runs
together; what measures time has the machine for itself. The continuous integration takes from its
run of all tests what they have just tried (`--after`), and plants every defect.

"""


@dataclass(frozen=True)
class Report:
    """All rows of one run."""

    profile: str
    at: datetime
    seconds: float
    results: Sequence[Result]

    @property
    def is_green(self) -> bool:
        """Whether no row failed and none is invalid."""
        return not {one.status for one in self.results} & {Status.FAILED, Status.INVALID}

    def write(self, json_path: Path = JSON, page: Path = PAGE) -> None:
        """Write both files."""
        json_path.write_text(json.dumps(self._facts(), indent=2) + "\n", encoding="utf-8")
        page.write_text(self.markdown(), encoding="utf-8")

    def markdown(self) -> str:
        """Return the page."""
        return f"{_HEAD}{self._summary()}\n\n{self._table()}\n"

    def _summary(self) -> str:
        counted = {status: sum(one.status is status for one in self.results) for status in Status}
        words = ", ".join(f"{count} {status}" for status, count in counted.items())
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        return (
            f"Profile {self.profile}, {self.at:%Y-%m-%d %H:%M} UTC, {machine}, seed {SEED}, "
            f"{self.seconds:.0f} seconds: {words}."
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
    }
