"""`python -m benchmarks`: measures everything and writes bench.json and docs/performance.md.

`--brief` makes few and short rounds, to see that it runs; it writes nothing. Names of questions,
as in `python -m benchmarks replicas`, measure these alone and keep what was found of the others.
A question that cannot be measured is named on the page, and leaves the others theirs.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import report, report_acknowledge, report_replicas, report_within, report_work
from benchmarks.asking import Question, answers
from benchmarks.report import Told

QUESTIONS = (
    Question("acknowledge", "Acknowledge", report_acknowledge.acknowledged),
    Question("click", "Click to done", report_work.clicked),
    Question("many", "Many", report_work.crowded),
    Question("dispatch", "Dispatch", report_within.dispatched),
    Question("growth", "Growth", report_within.grown),
    Question("replicas", "Replicas", report_replicas.shared),
    Question("idle", "Start and idle", report_acknowledge.rested),
)
"""The questions in the order of the page."""


def main() -> int:
    """Measure; return 1 where something that is required was not reached, or not measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brief", action="store_true")
    names = [one.name for one in QUESTIONS]
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help=", ".join(names))
    given = parser.parse_args()
    asked = [one for one in QUESTIONS if one.name in (given.questions or names)]
    if unknown := set(given.questions) - set(names):
        parser.error(f"no such question: {', '.join(sorted(unknown))}")
    found = _briefly(asked) if given.brief else _in_full(asked)
    return 0 if all(one.is_met for one in found) else 1


def _briefly(asked: Sequence[Question]) -> list[Told]:
    with TemporaryDirectory() as folder:
        found = list(answers(asked, Path(folder), brief=True))
    sys.stdout.write(report.page(found))
    return found


def _in_full(asked: Sequence[Question]) -> list[Told]:
    """Write after every answer all that is known by then."""
    report.IMAGES.mkdir(parents=True, exist_ok=True)
    known, found = {one.name: one for one in report.read()}, list[Told]()
    for one in answers(asked, report.IMAGES, brief=False):
        found.append(one)
        known[one.name] = one
        report.write([known[each.name] for each in QUESTIONS if each.name in known])
    return found


if __name__ == "__main__":
    sys.exit(main())
