"""What the page says of dispatch and growth, which are measured within one process."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import dispatch, growth
from benchmarks.answers import Answer
from benchmarks.dispatch import Dispatched
from benchmarks.figures import spread
from benchmarks.growth import Grown
from benchmarks.pictures import above, bars, picture

_LIMIT_MS = 10.0
_DISPATCH = """\
CPU of Bolt's dispatch with all that Aboard answers, and with one listener, by what is sent.

"""
_GROWTH = """\
Pages of the history and of Home among so many requests on SQLite, in milliseconds within the
process: queries, views and what is sent to Slack, which answers at once.

"""


def dispatched(*, brief: bool) -> Answer:
    """Measure what Bolt's dispatch costs."""
    found = dispatch.measure(*((1, 50) if brief else (9, 1_000)))
    return Answer(
        tuple(dispatch.requirements(found)),
        f"{_DISPATCH}{_dispatched(found)}",
        {kind: vars(one) for kind, one in found.items()},
        lambda path: _draw_dispatch(found, path),
    )


def grown(*, brief: bool) -> Answer:
    """Measure pages among ever more requests."""
    found = growth.measure(*((1, 3, (1_000, 2_000)) if brief else (5, 15)))
    values = [
        {"question": name, "requests": size, "ms": one.taken} for (name, size), one in found.items()
    ]
    return Answer(
        tuple(growth.requirements(found)),
        f"{_GROWTH}{_grown(found)}",
        {"questions": values},
        lambda path: _draw_growth(found, path),
    )


def _dispatched(found: Mapping[str, Dispatched]) -> str:
    lines = ["| kind | Aboard, µs | one listener, µs | ratio |", "| --- | --- | --- | --- |"]
    for kind, one in found.items():
        ours, plain = spread(one.ours).text(0), spread(one.plain).text(0)
        lines.append(f"| {kind} | {ours} | {plain} | {one.ratio:.2f} |")
    return "\n".join(lines)


def _grown(found: Mapping[tuple[str, int], Grown]) -> str:
    sizes = sorted({size for _, size in found})
    lines = [f"| question | {' | '.join(f'{size:,}' for size in sizes)} |"]
    lines.append(f"| --- |{' --- |' * len(sizes)}")
    for name in dict.fromkeys(name for name, _ in found):
        cells = (spread(found[name, size].taken).text(1) for size in sizes)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _draw_dispatch(found: Mapping[str, Dispatched], path: Path) -> None:
    series = {
        dispatch.OURS: [spread(one.ours).median for one in found.values()],
        dispatch.PLAIN: [spread(one.plain).median for one in found.values()],
    }
    with picture(path) as axes:
        bars(axes, list(found), series)
        axes.set_ylabel("microseconds of CPU")


def _draw_growth(found: Mapping[tuple[str, int], Grown], path: Path) -> None:
    """Draw a line for each question."""
    sizes = sorted({size for _, size in found})
    with picture(path) as axes:
        for name in dict.fromkeys(name for name, _ in found):
            middles = [spread(found[name, size].taken).median for size in sizes]
            axes.plot(sizes, middles, marker="o", label=name)
        axes.axhline(_LIMIT_MS, color="grey", linestyle=":")
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("requests in the database")
        axes.set_ylabel("milliseconds")
        above(axes, columns=3)
