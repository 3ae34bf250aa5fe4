"""What the page says of acknowledging, and of starting and waiting."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import acknowledge, idle
from benchmarks.acknowledge import CONNECTIONS, Acknowledged
from benchmarks.answers import Answer
from benchmarks.figures import quantile, spread
from benchmarks.idle import Rest
from benchmarks.pictures import bars, picture

_FIVE_MINUTES = 300.0
_ACKNOWLEDGE = """\
A signed `/onboard @user login`, each of another person about another person. Aboard's answer
leaves after the request is on the disk (`synchronous=FULL`); the others store nothing. Aboard looks
each request up meanwhile, at the pace that a Slack allows which keeps to its published limits.

"""
_REST = """\
From nothing to an answer, and what is used while nobody asks.

"""


def acknowledged(*, brief: bool) -> Answer:
    """Measure how fast an ask is acknowledged."""
    rounds, seconds, steady = (1, 1.0, 2.0) if brief else (5, 3.0, _FIVE_MINUTES)
    found = acknowledge.measure(rounds, seconds, steady)
    return Answer(
        tuple(acknowledge.requirements(found)),
        f"{_ACKNOWLEDGE}{_servers(found)}\n\n{_steady(found)}",
        {
            "servers": [
                {"server": name, "connections": many, **vars(cell)}
                for (name, many), cell in found.cells.items()
            ],
            "steady": {"rate": found.rate, "slowest": max(found.steady)},
        },
        lambda path: _draw(found, path),
    )


def rested(*, brief: bool) -> Answer:
    """Measure what starting and waiting cost."""
    found = idle.measure(1 if brief else 3, 2.0 if brief else 10.0)
    return Answer(
        tuple(idle.requirements(found)),
        f"{_REST}{_rest(found)}",
        {name: vars(rest) for name, rest in found.items()},
        lambda path: _draw_rest(found, path),
    )


def _servers(found: Acknowledged) -> str:
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


def _draw(found: Acknowledged, path: Path) -> None:
    names = dict.fromkeys(name for name, _ in found.cells)
    rates = {
        _label(name): [found.cells[name, many].spreads()["rate"].median for many in CONNECTIONS]
        for name in names
    }
    with picture(path) as axes:
        bars(axes, [_connections(many) for many in CONNECTIONS], rates)
        axes.set_ylabel("requests a second")


def _connections(many: int) -> str:
    return "1 connection" if many == 1 else f"{many} connections"


def _label(name: str) -> str:
    return f"{name}, on disk" if name == acknowledge.OURS else f"{name}, stores nothing"


def _draw_rest(found: Mapping[str, Rest], path: Path) -> None:
    groups = ("import, s", "answers after, s", "resident, 100 MB", "CPU when idle, %")
    series = {
        name: [
            spread(rest.imported).median, spread(rest.ready).median,
            spread(rest.memory).median / 100, spread(rest.cpu).median * 100,
        ]
        for name, rest in found.items()
    }  # fmt: skip
    with picture(path) as axes:
        bars(axes, groups, series)
