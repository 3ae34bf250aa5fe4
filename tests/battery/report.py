"""What came of a run of the battery, and whether it is good enough."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.battery.frame import SEED, Result, Status
from tests.battery.lanes import NO_TIME
from tests.battery.page import Facts, counted, markdown

EXCUSED = ("SUP-02",)
"""What may be NOT RUN where all rows have to run: lists of weaknesses are not always in reach."""


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

    def markdown(self) -> str:
        """Return the page."""
        return markdown(self.facts())

    @property
    def _at(self) -> str:
        return self.at.isoformat(timespec="seconds")

    def _counted(self) -> str:
        return counted([one.status.value for one in self.results])

    def facts(self) -> Facts:
        """Return all that is known of it, as it is written."""
        return {
            "profile": self.profile,
            "at": self._at,
            "seed": SEED,
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "seconds": round(self.seconds, 1),
            "green": self.is_green,
            "rows": [_row(one, self._at) for one in self.results],
        }


def _row(one: Result, at: str) -> Facts:
    return {
        "id": one.row.id,
        "at": at,
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
