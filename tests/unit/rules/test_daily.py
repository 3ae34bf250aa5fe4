"""When a digest comes: at its time of day, on its days, whatever the clocks do in between."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import moments
from rules.daily import Daily
from rules.moments import wall_from

AMSTERDAM = "Europe/Amsterdam"
EVERY_DAY = frozenset(range(7))
NINE = Daily(time(9), EVERY_DAY)
HOUR = timedelta(hours=1) // timedelta(microseconds=1)
ZONES = st.sampled_from([AMSTERDAM, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
MOMENTS = st.integers(1_700_000_000_000_000, 1_900_000_000_000_000)


def at(text: str, zone: str = AMSTERDAM) -> int:
    return moments.instant(wall_from(text), zone)


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2026-03-05T08:59", "2026-03-05T09:00"),
        ("2026-03-05T09:00", "2026-03-06T09:00"),
        ("2026-03-28T12:00", "2026-03-29T09:00"),
        ("2026-03-29T01:30", "2026-03-29T09:00"),
        ("2026-10-24T12:00", "2026-10-25T09:00"),
        ("2026-12-31T23:00", "2027-01-01T09:00"),
    ],
)
def test_it_comes_at_the_same_time_of_day_all_year_round(now: str, following: str) -> None:
    assert NINE.due_after(at(now), AMSTERDAM) == at(following)


def test_the_night_in_which_the_clocks_change_is_an_hour_shorter_or_longer() -> None:
    spring = NINE.due_after(at("2026-03-28T09:00"), AMSTERDAM) - at("2026-03-28T09:00")
    autumn = NINE.due_after(at("2026-10-24T09:00"), AMSTERDAM) - at("2026-10-24T09:00")
    assert (spring // HOUR, autumn // HOUR) == (23, 25)


def test_a_time_that_the_clock_skips_or_shows_twice_comes_once_that_day() -> None:
    early = Daily(time(2, 30), EVERY_DAY)
    for day in ("2026-03-29", "2026-10-25"):
        first = early.due_after(at(f"{day}T00:00"), AMSTERDAM)
        assert first == at(f"{day}T02:30")
        following = early.due_after(first, AMSTERDAM)
        assert moments.reading(following, AMSTERDAM).day == wall_from(f"{day}T00:00").day + DAY


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2026-03-06T10:00", "2026-03-09T09:00"),
        ("2026-03-07T08:00", "2026-03-09T09:00"),
        ("2026-03-09T08:00", "2026-03-09T09:00"),
    ],
)
def test_there_is_none_at_the_weekend(now: str, following: str) -> None:
    assert Daily(time(9)).due_after(at(now), AMSTERDAM) == at(following)


def test_one_day_a_week_is_a_week_apart() -> None:
    monday = Daily(time(9), frozenset({0}))
    assert monday.due_after(at("2026-03-09T09:00"), AMSTERDAM) == at("2026-03-16T09:00")


@given(MOMENTS, ZONES, st.times(), st.frozensets(st.integers(0, 6), min_size=1))
def test_it_is_always_ahead_on_a_day_that_was_named_and_within_a_week(
    now: int, zone: str, clock: time, days: frozenset[int]
) -> None:
    daily = Daily(clock.replace(second=0, microsecond=0, tzinfo=None, fold=0), days)
    due = daily.due_after(now, zone)
    assert now < due <= now + 8 * 24 * HOUR
    assert moments.reading(due, zone).day.weekday() in days
    assert daily.due_after(due - 1, zone) == due
