"""Moments that people name, over all zones: the instant meant, and what the clocks show then."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rules import moments
from rules.moments import Wall

MINUTE = 60_000_000
HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE
AMSTERDAM, LORD_HOWE = "Europe/Amsterdam", "Australia/Lord_Howe"
SKIPPED = Wall(date(2026, 3, 29), time(2, 30))
TWICE = Wall(date(2026, 10, 25), time(2, 30))

ZONES = st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"}))
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WALLS = st.builds(Wall, DAYS, CLOCKS)
LENGTHS = st.lists(st.integers(1, 10_000), min_size=1, max_size=5).map(
    lambda hours: tuple(timedelta(hours=one) for one in sorted(hours))
)


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[arg-type,misc]  # year, month, day, hour, minute


def test_nine_o_clock_is_another_instant_in_another_zone() -> None:
    nine = Wall(date(2026, 3, 1), time(9))
    assert moments.instant(nine, AMSTERDAM) == utc(2026, 3, 1, 8, 0)
    assert moments.instant(nine, "America/New_York") == utc(2026, 3, 1, 14, 0)
    assert moments.instant(nine, "Asia/Kathmandu") == utc(2026, 3, 1, 3, 15)


def test_a_time_that_the_clock_skips_falls_after_the_gap() -> None:
    at = moments.instant(SKIPPED, AMSTERDAM)
    assert at == utc(2026, 3, 29, 1, 30)
    assert moments.reading(at, AMSTERDAM) == Wall(date(2026, 3, 29), time(3, 30))


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    at = moments.instant(TWICE, AMSTERDAM)
    assert at == utc(2026, 10, 25, 0, 30)
    assert moments.reading(at, AMSTERDAM) == moments.reading(at + HOUR, AMSTERDAM) == TWICE


@given(WALLS, ZONES)
@example(SKIPPED, AMSTERDAM)
@example(TWICE, AMSTERDAM)
@example(Wall(date(2026, 10, 4), time(2, 15)), LORD_HOWE)
@example(Wall(date(2011, 12, 30), time(12)), "Pacific/Apia")
def test_the_clocks_show_what_was_named_unless_they_skip_it(wall: Wall, zone: str) -> None:
    at = moments.instant(wall, zone)
    shown = moments.reading(at, zone)
    if shown != wall:
        assert shown > wall
        assert is_skipped(wall, zone)


@given(WALLS, ZONES)
@example(SKIPPED, AMSTERDAM)
@example(TWICE, AMSTERDAM)
def test_no_earlier_instant_shows_the_same(wall: Wall, zone: str) -> None:
    at = moments.instant(wall, zone)
    assume(moments.reading(at, zone) == wall)
    earlier = (at - back for back in range(15 * MINUTE, 3 * HOUR, 15 * MINUTE))
    assert all(moments.reading(one, zone) != wall for one in earlier)


@given(WALLS, ZONES)
@example(SKIPPED, AMSTERDAM)
def test_the_instant_is_the_wall_time_less_the_offset_that_held_just_before(
    wall: Wall, zone: str
) -> None:
    """Computed otherwise: from the offsets that hold at instants, never from a local time."""
    there = ZoneInfo(zone)
    as_utc = datetime.combine(wall.day, wall.clock, UTC)
    near = [as_utc + timedelta(hours=hours) for hours in range(-27, 28)]
    offsets = {one.astimezone(there).utcoffset() or timedelta() for one in near}
    fitting = [
        as_utc - offset
        for offset in offsets
        if (as_utc - offset).astimezone(there).replace(tzinfo=UTC) == as_utc
    ]
    assume(fitting)
    assert moments.instant(wall, zone) == int(min(fitting).timestamp()) * 1_000_000


def is_skipped(wall: Wall, zone: str) -> bool:
    """Tell whether no instant of three days shows a wall time in a zone."""
    there, as_utc = ZoneInfo(zone), datetime.combine(wall.day, wall.clock, UTC)
    first = as_utc - timedelta(hours=36)
    every = (first + timedelta(minutes=minutes) for minutes in range(72 * 60))
    return all(one.astimezone(there).replace(tzinfo=UTC) != as_utc for one in every)


@given(WALLS, WALLS, ZONES)
def test_what_is_a_day_later_on_the_wall_is_later_in_time(
    one: Wall, other: Wall, zone: str
) -> None:
    assume(other.day > one.day + timedelta(days=1))
    assert moments.instant(one, zone) < moments.instant(other, zone)


@given(WALLS)
def test_a_wall_time_is_kept_as_text_and_read_back(wall: Wall) -> None:
    assert moments.wall_from(wall.text()) == wall
    day, clock = wall.text().split("T")
    assert moments.wall(day, clock) == wall


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("2026-02-30", "09:00"),
        ("2026-03-01", "25:00"),
        ("", ""),
        ("2026-03-01", ""),
        ("1815-12-10", "09:00"),
        ("9999-12-31", "23:59"),
        ("2026-03-01", "09:00+02:00"),
        ("tomorrow", "noon"),
    ],
)
def test_what_names_no_moment_is_refused(day: str, clock: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moments.wall(day, clock)


@pytest.mark.parametrize("name", [None, "", "Mars/Base", "../etc/passwd", "America", "a\0b", "é"])
def test_whoever_has_no_zone_that_is_known_lives_by_utc(name: str | None) -> None:
    assert moments.known_zone(name) == "UTC"


@given(ZONES)
def test_every_zone_of_the_database_is_known(zone: str) -> None:
    assert moments.known_zone(zone) == zone


@given(WALLS, ZONES, st.lists(st.integers(1, 60), max_size=4))
def test_notices_come_in_order_and_before_the_end(wall: Wall, zone: str, days: list[int]) -> None:
    found = moments.notices(wall, zone, days)
    assert found == sorted(found)
    assert len(found) == len(set(days))
    assert all(one < moments.instant(wall, zone) for one in found)


def test_a_notice_comes_at_the_time_of_day_of_the_end_although_the_clock_jumped() -> None:
    end = Wall(date(2026, 3, 30), time(18))
    [three, one] = moments.notices(end, AMSTERDAM, [1, 3])
    assert moments.reading(three, AMSTERDAM) == Wall(date(2026, 3, 27), time(18))
    assert moments.reading(one, AMSTERDAM) == Wall(date(2026, 3, 29), time(18))
    assert moments.instant(end, AMSTERDAM) - three == 3 * DAY - HOUR


@given(st.lists(st.integers(0, 1000)), st.integers(0, 1000))
def test_what_was_missed_is_not_made_up_for(instants: list[int], now: int) -> None:
    found = moments.first_after(instants, now)
    coming = [one for one in instants if one > now]
    assert found == (min(coming) if coming else None)


@given(st.integers(0, 10**15), LENGTHS)
def test_reminders_end_after_the_last_length(began: int, waits: tuple[timedelta, ...]) -> None:
    due = [moments.due_after(began, waits, turn) for turn in range(len(waits))]
    assert due == [began + wait // timedelta(microseconds=1) for wait in waits]
    assert moments.due_after(began, waits, len(waits)) is None


def test_reminders_without_an_end_repeat_the_last_length() -> None:
    waits = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
    hours = [moments.due_again(0, waits, turn) // HOUR for turn in range(6)]
    assert hours == [1, 4, 24, 48, 72, 96]


@given(st.integers(0, 10**15), LENGTHS, st.integers(0, 50))
def test_a_reminder_without_an_end_is_never_due_before_the_one_before(
    began: int, waits: tuple[timedelta, ...], turn: int
) -> None:
    assert moments.due_again(began, waits, turn) <= moments.due_again(began, waits, turn + 1)


@pytest.mark.parametrize(("year", "last"), [(2027, 28), (2028, 29), (2100, 28)])
def test_the_day_before_the_first_of_march_is_the_leap_day_where_there_is_one(
    year: int, last: int
) -> None:
    end = Wall(date(year, 3, 1), time(9))
    (at,) = moments.notices(end, AMSTERDAM, [1])
    assert moments.reading(at, AMSTERDAM) == Wall(date(year, 2, last), time(9))
