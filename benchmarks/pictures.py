"""How the benchmarks draw: into SVG whose text stays text, the same for the same figures."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

if TYPE_CHECKING:
    from matplotlib.axes import Axes

mpl.use("svg")
from matplotlib import pyplot as plt


@contextmanager
def picture(path: Path, height: float = 4.0) -> Iterator["Axes"]:
    """Draw in the block; its text stays text, and the same figures draw the same file."""
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "aboard", "font.size": 10}):
        figure, axes = plt.subplots(figsize=(8, height), layout="constrained")
        axes.spines[["top", "right"]].set_visible(False)
        yield axes
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


def bars(axes: "Axes", groups: Sequence[str], series: Mapping[str, Sequence[float]]) -> None:
    """Draw a bar for each value, side by side in their groups, with its number above it."""
    for place, (name, values) in enumerate(series.items()):
        spots = [index + place / (len(series) + 1) for index in range(len(groups))]
        drawn = axes.bar(spots, values, width=1 / (len(series) + 1.5), label=name)
        axes.bar_label(drawn, labels=[_short(one) for one in values], fontsize=8, padding=2)
    middle = (len(series) - 1) / (len(series) + 1) / 2
    axes.set_xticks([one + middle for one in range(len(groups))])
    axes.set_xticklabels(groups)
    above(axes)


def above(axes: "Axes", columns: int = 2) -> None:
    """Say what is what above the drawing, where nothing is drawn."""
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns)


def _short(value: float) -> str:
    """Write three digits, or more where the whole number has more."""
    text = f"{value:.3g}"
    return f"{value:,.0f}" if "e" in text else text
