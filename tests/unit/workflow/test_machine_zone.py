"""Where the machine is says nothing: moments are UTC in the rows, and read in the reader's zone."""

import time
from collections.abc import Iterator
from datetime import date
from datetime import time as clock

import pytest

from rules import moments
from rules.moments import Wall
from workflow.clock import as_datetime, system_clock

SUMMER = 1_782_900_000_000_000
"""2026-07-01T10:00:00Z."""


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"])
def somewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the machine's own clock show another zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", str(request.param))
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("somewhere")
def test_a_moment_is_the_same_wherever_the_machine_is() -> None:
    assert as_datetime(SUMMER).isoformat() == "2026-07-01T10:00:00+00:00"
    noon = Wall(date(2026, 7, 1), clock(12))
    assert moments.reading(SUMMER, "Europe/Amsterdam") == noon
    assert moments.instant(noon, "Europe/Amsterdam") == SUMMER


@pytest.mark.usefixtures("somewhere")
def test_the_clock_counts_from_the_epoch_wherever_the_machine_is() -> None:
    assert abs(system_clock() - time.time() * 1_000_000) < 60_000_000
