"""Medians and ranges over rounds, and what was required of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """A figure over several rounds: its median and its range."""

    median: float
    low: float
    high: float

    def text(self, digits: int = 2) -> str:
        """Return it as a cell of a table."""
        return f"{self.median:,.{digits}f} ({self.low:,.{digits}f}-{self.high:,.{digits}f})"


def spread(values: Sequence[float]) -> Spread:
    """Return median and range; ``statistics.StatisticsError`` where there is no value."""
    return Spread(statistics.median(values), min(values), max(values))


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value below which ``part`` of ``values`` lie; ``part`` is between 0 and 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


@dataclass(frozen=True)
class Requirement:
    """One figure that has to be reached, and whether it was."""

    says: str
    measured: float
    limit: float
    at_most: bool

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of its limit."""
        return self.measured <= self.limit if self.at_most else self.measured >= self.limit

    def line(self) -> str:
        """Return it as a line of a table."""
        sign = "≤" if self.at_most else "≥"
        end = "met" if self.is_met else "**missed**"
        return f"| {self.says} | {sign} {self.limit:g} | {self.measured:.2f} | {end} |"
