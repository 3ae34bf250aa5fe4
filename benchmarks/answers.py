"""What the benchmarks found about one question, in the forms that it is told in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Requirement


@dataclass(frozen=True)
class Answer:
    """One question: the figures required, the text under its title, all values, and a picture.

    ``draw`` writes the picture into a file.
    """

    requirements: Sequence[Requirement]
    section: str
    facts: Mapping[str, object]
    draw: Callable[[Path], None]
