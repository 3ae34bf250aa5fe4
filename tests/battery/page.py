"""The page of the battery, and its facts: battery.json for programs, docs/battery.md for people.

Rows that are tried again later (``--renew``) take the place of those before, and the page says when
they were.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.battery.frame import ROOT, Status

Facts = dict[str, Any]

JSON, PAGE = ROOT / "battery.json", ROOT / "docs" / "battery.md"

_HEAD = """\
# The battery

One command tries the promises of [security.md](security.md) and proves that each trial could have
failed: `make battery` in a few minutes, `make battery-full` with larger numbers.

Every row is tried, and then tried again with its **control**: a defect that is planted in the
product, or a careless way of doing the same. A row passes only where its tests ran, all passed, and
each control failed as it must. A row whose control did not fail is INVALID, and one that could not
run, or of which a test was skipped, is NOT RUN: neither counts as passed. The words in brackets
after a planted defect stood in what the test failed with: one that fails for another reason has
noticed nothing.

As many runs as there are cores go on at once, so the seconds of a row are those of all its runs
together; what measures time has the machine for itself. The continuous integration takes from its
run of all tests what they have just tried (`--after`), and plants defects for as long as its half
hour lasts (`--seconds`); there, a row that did not run for any other reason fails the run.

"""
_LESS = """\

## What differs from the goal

Some rows try less than the goal is.

"""


def counted(ends: Sequence[str]) -> str:
    """Count how rows ended."""
    number = Counter(ends)
    return ", ".join(f"{number[one.value]} {one.value}" for one in Status)


def write(facts: Facts, json_path: Path = JSON, page: Path = PAGE) -> None:
    """Write both files."""
    json_path.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    page.write_text(markdown(facts), encoding="utf-8")


def renewed(before: Facts, now: Facts, order: Sequence[str]) -> Facts:
    """Return what a whole run found, with the rows of a later run in the place of its own.

    ValueError where the two were not tried with the same numbers.
    """
    if before["profile"] != now["profile"]:
        raise ValueError(f"what is written is of the profile {before['profile']}")
    rows = {one["id"]: one for one in (*before["rows"], *now["rows"])}
    kept = [rows[name] for name in order if name in rows]
    return {**before, "rows": kept}


def markdown(facts: Facts) -> str:
    """Return the page."""
    less = [f"{one['id']}: {one['less']}" for one in facts["rows"] if one["less"]]
    told = "".join(f"- {one}\n" for one in less)
    return f"{_HEAD}{_summary(facts)}\n\n{_table(facts)}\n{_LESS}{told}"


def _summary(facts: Facts) -> str:
    ends = counted([one["result"] for one in facts["rows"]])
    whole = (
        f"Profile {facts['profile']}, {_when(facts['at'])}, {facts['cores']} cores, "
        f"Python {facts['python']}, seed {facts['seed']}, {facts['seconds']:.0f} seconds: {ends}."
    )
    later = [one for one in facts["rows"] if one["at"] != facts["at"]]
    if not later:
        return whole
    names = ", ".join(f"{one['id']} ({_when(one['at'])})" for one in later)
    return f"{whole}\nTried again later, by themselves: {names}."


def _when(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC"


def _table(facts: Facts) -> str:
    head = "| id | what was tried | how often | required | measured | seconds | control | result |"
    return "\n".join([head, "| --- " * 8 + "|", *(_line(one) for one in facts["rows"])])


def _line(one: Facts) -> str:
    cells = (
        one["id"], one["what"], f"{one['tried']:,}", one["required"], one["measured"],
        f"{one['seconds']:.0f}", one["control"], one["result"],
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
