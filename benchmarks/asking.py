"""Asks one question after the other; one that cannot be measured leaves the others theirs."""

import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks import report
from benchmarks.answers import Answer
from benchmarks.report import Told


class Measure(Protocol):
    """Whatever measures one question."""

    def __call__(self, *, brief: bool) -> Answer:
        """Measure, in few and short rounds where it is to be brief."""


@dataclass(frozen=True)
class Question:
    """One section of the page: a name for files and the command line, a title, and how to ask."""

    name: str
    title: str
    measure: Measure


def answers(questions: Sequence[Question], images: Path, *, brief: bool) -> Iterator[Told]:
    """Ask, draw into ``images``, and yield what was found of each as soon as it is known."""
    for one in questions:
        sys.stderr.write(f"{one.title} ...\n")
        found = _ask(one, images, brief=brief)
        sys.stderr.write(f"{one.title}: {found.seconds:.0f} s\n")
        yield found


def _ask(one: Question, images: Path, *, brief: bool) -> Told:
    began = time.monotonic()
    try:
        answer = one.measure(brief=brief)
    except Exception as error:  # noqa: BLE001 - the page names it, and the others are measured
        traceback.print_exc()
        return report.told(one.name, one.title, time.monotonic() - began, error)
    undrawn = _draw(answer, images / f"{one.name}.svg")
    return report.told(one.name, one.title, time.monotonic() - began, answer, undrawn)


def _draw(answer: Answer, image: Path) -> Exception | None:
    """Return why there is no picture, where there is none: what was measured is kept."""
    try:
        answer.draw(image)
    except Exception as error:  # noqa: BLE001 - the page names it
        traceback.print_exc()
        return error
    return None
