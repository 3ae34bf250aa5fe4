"""What Slack sends is acknowledged in time for as long as half of all that can be taken comes.

Before that fifty asks a second come, for a fifth of the time. `ABOARD_STEADY` sets for how many
seconds. How much can be taken is measured before, in the same
process; so this says the same of any machine. Only the battery runs it, with nothing beside it.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.battery.house import House, house

SECONDS = float(os.environ.get("ABOARD_STEADY", "12"))
WARM_SECONDS, FULL_SECONDS = 1.0, 3.0
SLACK_WAITS, NEARLY_ALL_WITHIN = 3.0, 1.0
"""Seconds: https://docs.slack.dev/interactivity/handling-user-interaction, and our own goal."""
FIFTY, NEARLY_ALL_OF_FIFTY_WITHIN = 50.0, 0.5

Recording = Callable[[str, object], None]


@pytest.mark.timeout(180 + 2 * SECONDS)
async def test_at_half_of_what_can_be_taken_everything_is_acknowledged_in_time_and_recorded(
    tmp_path: Path, record_property: Recording
) -> None:
    async with house(tmp_path) as aboard:
        await aboard.called(16, WARM_SECONDS)
        full = await aboard.called(16, FULL_SECONDS)
        half = len(full["seconds"]) / full["took"] / 2
        calm = await _steadily(aboard, FIFTY, SECONDS / 5)
        busy = await _steadily(aboard, half, SECONDS)
    record_property("tried", len(calm.seconds) + len(busy.seconds))
    record_property("measured", f"{calm}; {busy}")
    assert calm.nearly_all < NEARLY_ALL_OF_FIFTY_WITHIN, "not acknowledged in time"
    assert busy.nearly_all < NEARLY_ALL_WITHIN, "not acknowledged in time"
    assert max(*calm.seconds, *busy.seconds) < SLACK_WAITS, "not acknowledged in time"


@dataclass(frozen=True)
class Answers:
    """How soon each ask was acknowledged, of so many a second."""

    rate: float
    seconds: Sequence[float]

    @property
    def nearly_all(self) -> float:
        """Within how many seconds 99 of 100 were."""
        return self.seconds[int(len(self.seconds) * 0.99)]

    def __str__(self) -> str:
        within = f"99 of 100 within {1e3 * self.nearly_all:.0f} ms"
        return f"{self.rate:.0f} a second, {within}, the slowest {self.seconds[-1]:.2f} s"


async def _steadily(aboard: House, rate: float, length: float) -> Answers:
    """Ask at this rate for so many seconds; each ask is taken, and recorded."""
    before = aboard.recorded()
    steady = await aboard.called(64, length, rate)
    recorded = aboard.recorded() - before
    seconds = sorted(steady["seconds"])
    assert (steady["statuses"], recorded) == ({"200": len(seconds)}, len(seconds))
    return Answers(rate, seconds)
