"""What the page says of several processes on one database."""

import os
from pathlib import Path
from statistics import median

from benchmarks import clusters, replicas
from benchmarks.answers import Answer
from benchmarks.figures import spread
from benchmarks.pictures import bars, picture
from benchmarks.replicas import CONNECTIONS, COUNTS, Replicas

_REPLICAS = """\
Processes of `aboard serve` on one PostgreSQL that is configured by default, with `fsync`, but takes
{taken} connections. Asks are sent over {connections} connections to all replicas alike. Steps are
those of people for five vendors that answer at once; the steps a second are counted from the first
that ended to the last. One person asks for all of them, whom the settings let do so.
However many replicas there are, they keep to the vendors' limits together: at these five, to
{limit:.0f} steps a second.

Replicas, PostgreSQL, Slack, the vendors and whoever calls share the {cores} cores of one machine
here. So the figures show what several processes cost each other, and not what as many machines
would bring.

"""
_DEATH = """\

One of two replicas is killed (`kill -9`) with attempts in hand, at vendors that need half a second
for a call. Until the other had taken over the last of them it took {taken} s, until the last had
ended well {ended} s: {deaths} deaths with {held} attempts in hand. Nobody was left behind."""


def shared(*, brief: bool) -> Answer:
    """Measure what more processes bring, and how soon a dead one's work is taken over."""
    found = replicas.measure(*((1, 1.0, 6) if brief else (2, 4.0, 60)))
    return Answer(
        tuple(replicas.requirements(found)),
        _section(found),
        {
            "acknowledged": found.acknowledged,
            "steps": found.steps,
            "limit": found.limit,
            "deaths": [vars(one) for one in found.deaths],
        },
        lambda path: _draw(found, path),
    )


def _section(found: Replicas) -> str:
    lines = ["| replicas | acknowledgements a second | steps a second |", "| --- | --- | --- |"]
    lines += [
        f"| {many} | {spread(found.acknowledged[many]).text(0)} "
        f"| {spread(found.steps[many]).text(1)} |"
        for many in COUNTS
    ]
    told = _REPLICAS.format(
        taken=clusters.CONNECTIONS,
        connections=CONNECTIONS,
        limit=found.limit,
        cores=os.cpu_count(),
    )
    death = _DEATH.format(
        taken=spread([one.taken for one in found.deaths]).text(1),
        ended=spread([one.ended for one in found.deaths]).text(1),
        deaths=len(found.deaths),
        held=sum(one.held for one in found.deaths),
    )
    return told + "\n".join(lines) + "\n" + death


def _draw(found: Replicas, path: Path) -> None:
    series = {
        "acknowledgements a second": [median(found.acknowledged[many]) for many in COUNTS],
        "steps a second": [median(found.steps[many]) for many in COUNTS],
    }
    with picture(path) as axes:
        bars(axes, ["1 replica", *(f"{many} replicas" for many in COUNTS[1:])], series)
