"""The part of the page about work: from a click to the vendors, and many people at once."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import clicks, many
from benchmarks.answers import Answer
from benchmarks.clicks import Click, Clicks
from benchmarks.figures import quantile, spread
from benchmarks.many import CALLS, LIMIT, VENDORS, Crowd, Many
from benchmarks.pictures import picture

_CLICKS = """\
One person, five vendors, 100 to 300 ms a call. A click is signed by Slack and answered by Aboard
after the decision is on the disk; from then on the vendors are worked at side by side, each by the
look-up, write and read-back that its adapter makes (one to five calls). The last row is the one by
which the request is over. The slowest vendor's own calls are the time in which it had one of them
in hand: no order of work could be faster. The script sends the same calls with `requests`, one
after the other, for other people.

"""
_MANY = """\
A thousand people at five vendors, in two batches as they are uploaded, approved by a click each.
The vendors take fifty calls at once, all together, of 100 ms: 500 a second. What gets done is
reckoned as three calls for each account, which is what one person takes alone; three of the five
vendors take fifty people by one call, and Aboard sends far fewer. It keeps to twenty attempts a
second at a vendor that publishes no limit, and to IXON's own. Memory and the slowest answer of
`/healthz`, which is asked every ten milliseconds from outside, are those between the clicks and the
last row, of a process that found its database there. The script does for single people what Aboard
does for a single person; for everybody it is reckoned from that.

"""


def clicked(*, brief: bool) -> Answer:
    """Measure the way from a click to the vendors."""
    found = clicks.measure(*((1, 2, 1.0) if brief else (3, 6, 5.0)))
    return Answer(
        tuple(clicks.requirements(found)),
        _section_of_clicks(found),
        {
            "rounds": [
                [{"first": one.first, "done": one.done, "slowest": one.slowest} for one in some]
                for some in found.rounds
            ],
            "script": found.script,
            "idle": found.idle,
        },
        lambda path: _draw_click(found, path),
    )


def crowded(*, brief: bool) -> Answer:
    """Measure a thousand people at once."""
    found = many.measure(*((1, 8) if brief else (2, 1_000)))
    return Answer(
        tuple(many.requirements(found)),
        _section_of_many(found),
        {"rounds": [_facts(one) for one in found.rounds], "script": found.script},
        lambda path: _draw_many(found, path),
    )


def _section_of_clicks(found: Clicks) -> str:
    """Return the section about single clicks."""
    head = "| | first vendor call, ms | last row, s | slowest vendor's own calls, s | of it |"
    lines = [head, "| --- | --- | --- | --- | --- |"]
    every = found.every()
    cells = (
        spread([one.first * 1e3 for one in every]).text(0),
        spread([one.done for one in every]).text(),
        spread([one.slowest for one in every]).text(),
        spread([one.ratio for one in every]).text(),
    )
    lines.append(f"| Aboard | {' | '.join(cells)} |")
    lines.append(f"| one call after the other | | {spread(found.script).text()} | | |")
    told = f"With nothing to do, Aboard uses {spread([100 * one for one in found.idle]).text()} %"
    table = "\n".join(lines)
    return f"{_CLICKS}{table}\n\n{told} of a core."


def _section_of_many(found: Many) -> str:
    """Return the section about many people."""
    lines = ["| | Aboard | one call after the other |", "| --- | --- | --- |"]
    people = found.rounds[0].people
    took = spread([one.took for one in found.rounds])
    facts = {
        "from the click to the last row, s": (took.text(0), f"{found.behind():,.0f}"),
        "accounts a second": (
            spread([one.people * VENDORS / one.took for one in found.rounds]).text(0),
            f"{people * VENDORS / found.behind():.1f}",
        ),
        "calls sent": (spread([one.calls for one in found.rounds]).text(0), ""),
        "calls at once, at most": (spread([one.peak for one in found.rounds]).text(0), "1"),
        "plans for everybody, before the click, s": (
            spread([one.planned for one in found.rounds]).text(0), ""
        ),
        "resident memory at most, MB": (
            spread([max(one.seen.memory) for one in found.rounds]).text(0), ""
        ),
        "/healthz: half within ms": (_answers(found.rounds, 0.5), ""),
        "/healthz: 99 % within ms": (_answers(found.rounds, 0.99), ""),
        "/healthz: all within ms": (_answers(found.rounds, 1.0), ""),
    }  # fmt: skip
    lines += [f"| {name} | {ours} | {theirs} |" for name, (ours, theirs) in facts.items()]
    table = "\n".join(lines)
    return f"{_MANY}{people:,} people:\n\n{table}"


def _answers(rounds: Sequence[Crowd], part: float) -> str:
    return spread([quantile(one.seen.answers, part) * 1e3 for one in rounds]).text(1)


def _facts(found: Crowd) -> dict[str, object]:
    answers = found.seen.answers
    return {
        "people": found.people, "planned": found.planned, "took": found.took,
        "calls": found.calls, "peak": found.peak, "memory": max(found.seen.memory),
        "answers": {str(part): quantile(answers, part) for part in (0.5, 0.99, 1.0)},
    }  # fmt: skip


def _draw_click(found: Clicks, path: Path) -> None:
    """Draw the click whose ratio is the median, call by call."""
    every = sorted(found.every(), key=lambda one: one.ratio)
    click: Click = every[len(every) // 2]
    with picture(path, 3.0) as axes:
        vendors = click.by_vendor()
        for place, calls in enumerate(vendors.values()):
            bars = [(one.began - click.pressed, one.ended - one.began) for one in calls]
            axes.broken_barh(bars, (place - 0.3, 0.6), edgecolor="white")
        axes.barh([len(vendors)], [median(found.script)], height=0.6, color="tab:gray")
        axes.axvline(click.done, color="tab:red", label="Aboard's last row")
        axes.set_yticks(range(len(vendors) + 1), [*vendors, "script, all five"])
        axes.invert_yaxis()
        axes.set_xlabel("seconds since the click")
        axes.legend(frameon=False, loc="upper right")


def _draw_many(found: Many, path: Path) -> None:
    """Draw how many accounts are done at which time, beside half the limit and the script."""
    with picture(path) as axes:
        for place, one in enumerate(found.rounds):
            label = "Aboard, by round" if place == 0 else None
            axes.plot(one.ends, range(1, len(one.ends) + 1), color="tab:blue", label=label)
        last = max(one.took for one in found.rounds)
        accounts = found.rounds[0].people * VENDORS
        for part, style, label in ((1.0, "-", "what the vendors take"), (0.5, "--", "half of it")):
            end = accounts / (LIMIT * part / CALLS)
            axes.plot([0, end], [0, accounts], color="tab:gray", linestyle=style, label=label)
        by_script = accounts * last / found.behind()
        axes.plot([0, last], [0, by_script], color="tab:orange", label="one call after the other")
        axes.set_xlabel("seconds since the first click")
        axes.set_ylabel("accounts")
        axes.legend(frameon=False)
