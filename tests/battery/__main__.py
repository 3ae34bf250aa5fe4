"""`python -m tests.battery [--full] [ID…]`: try every row, or those that are named, and tell."""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from tests.battery.frame import Result, Row, tried
from tests.battery.report import Report
from tests.battery.rows import ROWS

AT_ONCE = 2
"""Rows at the same time: what two cores can do."""


def main() -> int:
    """Try the rows; return 1 where one failed or is invalid."""
    asked = argparse.ArgumentParser(prog="python -m tests.battery", description=__doc__)
    asked.add_argument("--full", action="store_true", help="with the larger numbers")
    asked.add_argument("ids", nargs="*", metavar="ID", help="only these rows; writes no files")
    given = asked.parse_args()
    rows = [one for one in ROWS if not given.ids or one.id in given.ids]
    began, at = time.monotonic(), datetime.now(UTC)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        results = list(threads.map(partial(_tried, full=given.full), rows))
    profile = "full" if given.full else "fast"
    report = Report(profile, at, time.monotonic() - began, results)
    sys.stdout.write(report.markdown())
    if not given.ids:
        report.write()
    return 0 if report.is_green else 1


def _tried(row: Row, *, full: bool) -> Result:
    result = tried(row, full=full)
    sys.stderr.write(f"{row.id}: {result.status.value}, {result.seconds:.0f} s\n")
    return result


if __name__ == "__main__":
    sys.exit(main())
