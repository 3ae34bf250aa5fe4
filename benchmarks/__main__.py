"""`python -m benchmarks`: measures everything and writes bench.json and docs/performance.md.

`--brief` makes few and short rounds, to see that it runs; it writes nothing.
"""

import argparse
import sys
import time

from benchmarks import acknowledge, idle, report
from benchmarks.report import Measured

_FIVE_MINUTES = 300.0


def main() -> int:
    """Measure; return 1 where something that is required was not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brief", action="store_true")
    brief = parser.parse_args().brief
    began = time.monotonic()
    rounds, seconds = (1, 1.0) if brief else (5, 3.0)
    acknowledged = acknowledge.measure(rounds, seconds, 2.0 if brief else _FIVE_MINUTES)
    rest = idle.measure(1 if brief else 3, 2.0 if brief else 20.0)
    required = [*acknowledge.requirements(acknowledged), *idle.requirements(rest)]
    found = Measured(acknowledged, rest, required, time.monotonic() - began)
    sys.stdout.write(report.page(found))
    if not brief:
        report.write(found)
    return 0 if all(one.is_met for one in required) else 1


if __name__ == "__main__":
    sys.exit(main())
