"""`python -m tests.battery [--full] [--after FILE] [ID…]`: try the rows, all or those named."""

import argparse
import json
import os
import signal
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from tests.battery import page
from tests.battery.frame import Result, Row, Status
from tests.battery.lanes import Trial, one_cluster
from tests.battery.report import Report
from tests.battery.rows import ROWS
from tests.battery.running import Suite

_INTERRUPTED = 130


def main() -> int:
    """Try the rows; return 1 where one failed or is invalid, or did not run and had to."""
    given = _given()
    settings = {name: it for one in ROWS for name, it in one.fast.environment.items()}
    if given.settings:
        sys.stdout.writelines(f"{name}={it}\n" for name, it in settings.items())
        return 0
    before = json.loads(page.JSON.read_text(encoding="utf-8")) if given.renew else {}
    if given.renew and (before["profile"] == "full") is not given.full:
        sys.exit(
            f"battery: nothing was tried: what is written is of the profile {before['profile']}"
        )
    rows = [one for one in ROWS if not given.ids or one.id in given.ids]
    try:
        suite = Suite.read(given.after, settings) if given.after else None
    except ValueError as error:
        sys.exit(f"battery: nothing was tried: {error}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        report = _tried(
            rows,
            Trial(given.full, given.lanes, suite, time.monotonic() + given.seconds),
            strict=given.strict or suite is not None,
        )
    except KeyboardInterrupt:
        return _INTERRUPTED
    sys.stdout.write(f"{report.markdown()}\n{report.verdict}\n")
    if given.renew:
        page.write(page.renewed(before, report.facts(), [one.id for one in ROWS]))
    elif not given.ids and not given.after:
        page.write(report.facts())
    return 0 if report.is_green else 1


def _given() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.battery", description=__doc__)
    asked.add_argument("--full", action="store_true", help="with the larger numbers")
    asked.add_argument(
        "--lanes", type=int, default=2 * (os.cpu_count() or 1),
        help="how many parts at once; half of their time they wait (twice the cores)",
    )  # fmt: skip
    asked.add_argument(
        "--after", type=Path, metavar="FILE",
        help="what all tests just did (ABOARD_TESTS_TOLD=FILE make test); strict, writes no files",
    )  # fmt: skip
    asked.add_argument(
        "--seconds", type=float, default=inf, help="begin nothing later; rows are then NOT RUN"
    )
    asked.add_argument("--strict", action="store_true", help="fail where a row did not run")
    asked.add_argument(
        "--settings", action="store_true",
        help="only print the environment in which the tests try as much as the rows do",
    )  # fmt: skip
    asked.add_argument(
        "--renew", action="store_true",
        help="write the rows in the place of those that battery.json has, of the same profile",
    )  # fmt: skip
    asked.add_argument(
        "ids", nargs="*", metavar="ID", help="only these rows; writes no files but with --renew"
    )
    given = asked.parse_args()
    unknown = set(given.ids) - {one.id for one in ROWS}
    if unknown:
        asked.error(f"there is no row {', '.join(sorted(unknown))}")
    return given


def _tried(rows: list[Row], trial: Trial, *, strict: bool) -> Report:
    began, at = time.monotonic(), datetime.now(UTC)
    with one_cluster() if len(rows) > 1 else nullcontext():
        results = trial.of(rows, _tell)
    profile = "full" if trial.full else "fast"
    return Report(profile, at, time.monotonic() - began, results, strict)


def _tell(one: Result) -> None:
    sys.stderr.write(f"{one.row.id}: {one.status.value}, {one.seconds:.0f} s\n")
    if one.status is not Status.PASSED:
        sys.stderr.write(f"{one.measured}\n{one.words}\n{one.control}\n")


if __name__ == "__main__":
    sys.exit(main())
