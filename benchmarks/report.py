"""What the benchmarks write: bench.json for programs, docs/performance.md and its pictures."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl

from benchmarks import acknowledge
from benchmarks.acknowledge import CONNECTIONS, Acknowledged
from benchmarks.figures import Requirement, quantile, spread
from benchmarks.idle import Rest
from benchmarks.processes import ROOT

mpl.use("svg")
from matplotlib import pyplot as plt

JSON, PAGE = ROOT / "bench.json", ROOT / "docs" / "performance.md"
IMAGES = ROOT / "docs" / "images" / "performance"

_HEAD = """\
# Performance

`make bench` measures this page anew. Everything is a comparison within one run on one machine:
each server is a process of its own on one core, what calls it is on the other, and they take turns
over several rounds. Cells are medians with the range of the rounds. Single times mean little on a
machine that others share; ratios hold.

"""
_ACKNOWLEDGE = """\
## Acknowledge

A signed `/onboard @user login`, each of another person about another person. Aboard's answer
leaves after the request is on the disk (`synchronous=FULL`); the others store nothing. Aboard looks
each request up meanwhile, at the pace that a Slack allows which keeps to its published limits.

"""
_IDLE = """\
## Start and idle

"""


@dataclass(frozen=True)
class Measured:
    """What one run of the benchmarks found."""

    acknowledged: Acknowledged
    rest: Mapping[str, Rest]
    requirements: Sequence[Requirement]
    seconds: float


def write(found: Measured) -> None:
    """Write the figures, the page and the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    JSON.write_text(json.dumps(_facts(found), indent=2) + "\n", encoding="utf-8")
    _draw(found.acknowledged, IMAGES / "acknowledge.svg")
    PAGE.write_text(page(found), encoding="utf-8")


def page(found: Measured) -> str:
    """Return the page."""
    required = ["| figure | required | measured | |", "| --- | --- | --- | --- |"]
    required += [one.line() for one in found.requirements]
    parts = [
        _HEAD, _machine(found), "\n\n", "\n".join(required), "\n\n", _ACKNOWLEDGE,
        _acknowledged(found.acknowledged), "\n\n",
        "![Requests a second, by server and connections](images/performance/acknowledge.svg)\n\n",
        _steady(found.acknowledged), "\n\n", _IDLE, _rest(found.rest), "\n",
    ]  # fmt: skip
    return "".join(parts)


def _machine(found: Measured) -> str:
    now = datetime.now(UTC)
    return (
        f"Measured on {now:%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{found.seconds:.0f} seconds."
    )


def _acknowledged(found: Acknowledged) -> str:
    head = "| server | connections | requests a second | median ms | 99 % within ms |"
    lines = [head, "| --- | --- | --- | --- | --- |"]
    for (name, many), cell in found.cells.items():
        each = cell.spreads()
        lines.append(
            f"| {name} | {many} | {each['rate'].text(0)} | {each['p50'].text()} "
            f"| {each['p99'].text()} |"
        )
    return "\n".join(lines)


def _steady(found: Acknowledged) -> str:
    answers = found.steady
    return (
        f"At half of its own capacity, {found.rate:.0f} a second, {len(answers):,} were answered: "
        f"half within {quantile(answers, 0.5) * 1e3:.1f} ms, 99 % within "
        f"{quantile(answers, 0.99) * 1e3:.1f} ms, all within {max(answers) * 1e3:.0f} ms. "
        "Slack waits 3,000 ms."
    )


def _rest(found: Mapping[str, Rest]) -> str:
    head = "| server | import s | answers after s | resident MB | CPU when idle, of a core |"
    lines = [head, "| --- | --- | --- | --- | --- |"]
    for name, rest in found.items():
        cells = (
            spread(rest.imported).text(), spread(rest.ready).text(), spread(rest.memory).text(0),
            spread([one * 100 for one in rest.cpu]).text() + " %",
        )  # fmt: skip
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _facts(found: Measured) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "seconds": round(found.seconds, 1),
        "requirements": [{**vars(one), "met": one.is_met} for one in found.requirements],
        "acknowledge": [
            {"server": name, "connections": many, **vars(cell)}
            for (name, many), cell in found.acknowledged.cells.items()
        ],
        "rest": {name: vars(rest) for name, rest in found.rest.items()},
    }


def _draw(found: Acknowledged, path: Path) -> None:
    """Draw bars of requests a second; the text stays text, and the same run draws the same file."""
    names = list(dict.fromkeys(name for name, _ in found.cells))
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "aboard", "font.size": 10}):
        figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
        for place, name in enumerate(names):
            each = [found.cells[name, many].spreads()["rate"].median for many in CONNECTIONS]
            spots = [index + place / (len(names) + 1) for index in range(len(CONNECTIONS))]
            bars = axes.bar(spots, each, width=1 / (len(names) + 1.5), label=_label(name))
            axes.bar_label(bars, fmt="{:,.0f}", fontsize=8, padding=2)
        middle = (len(names) - 1) / (len(names) + 1) / 2
        axes.set_xticks([one + middle for one in range(len(CONNECTIONS))])
        axes.set_xticklabels([f"{many} connections" for many in CONNECTIONS])
        axes.set_ylabel("requests a second")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


def _label(name: str) -> str:
    return f"{name}, on disk" if name == acknowledge.OURS else f"{name}, stores nothing"
