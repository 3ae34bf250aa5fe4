"""Who gets a digest: each is due at its moment, sent by one, and set anew once."""

from sqlalchemy.engine import Engine

from storage import daily
from storage.daily_model import DailyReader
from tests.unit.storage.rows import NOW, SECOND

TEAM = "T0HOME"
LATER = NOW + 60 * SECOND
TOMORROW = NOW + 24 * 3600 * SECOND


def planned(engine: Engine, **places: int) -> None:
    with engine.begin() as connection:
        daily.plan(connection, TEAM, places, NOW)


def due(engine: Engine, now: int = NOW) -> list[DailyReader]:
    with engine.begin() as connection:
        return list(daily.due(connection, TEAM, now, 10))


def test_readers_are_due_from_their_moment_on_and_the_oldest_come_first(engine: Engine) -> None:
    planned(engine, U0B=NOW, U0A=NOW - SECOND, C0X=NOW + 1)
    assert [one.place for one in due(engine)] == ["U0A", "U0B"]
    assert [one.place for one in due(engine, NOW + 1)] == ["U0A", "U0B", "C0X"]
    with engine.begin() as connection:
        assert daily.places_of(connection, TEAM) == {"U0A", "U0B", "C0X"}
        assert not daily.due(connection, "T0OTHER", NOW, 10)
        daily.drop(connection, TEAM, ["U0A", "C0X"])
        assert daily.places_of(connection, TEAM) == {"U0B"}


def test_of_two_processes_one_sends_a_digest_and_sets_the_next(engine: Engine) -> None:
    planned(engine, U0A=NOW)
    [reader] = due(engine)
    with engine.begin() as connection:
        assert daily.take(connection, reader, LATER)
        assert not daily.take(connection, reader, LATER + 1)
        assert daily.settle(connection, reader, LATER, TOMORROW)
        assert not daily.settle(connection, reader, LATER, TOMORROW + 1)
    assert due(engine, TOMORROW - 1) == []
    assert [one.due_at for one in due(engine, TOMORROW)] == [TOMORROW]


def test_whoever_took_it_over_sends_it_and_who_wakes_late_sets_nothing(engine: Engine) -> None:
    planned(engine, U0A=NOW)
    [frozen] = due(engine)
    with engine.begin() as connection:
        assert daily.take(connection, frozen, LATER)
    [other] = due(engine, LATER)
    with engine.begin() as connection:
        assert daily.take(connection, other, LATER + SECOND)
        assert not daily.settle(connection, frozen, LATER, TOMORROW)
        assert daily.settle(connection, other, LATER + SECOND, TOMORROW)


def test_what_failed_is_tried_again_with_its_first_moment_known(engine: Engine) -> None:
    planned(engine, U0A=NOW)
    [reader] = due(engine)
    with engine.begin() as connection:
        daily.take(connection, reader, LATER)
        assert daily.put_off(connection, reader, LATER, LATER + SECOND)
    assert due(engine, LATER) == []
    [again] = due(engine, LATER + SECOND)
    assert (again.due_at, again.tries) == (NOW, 1)


def test_another_time_counts_for_whoever_waits_and_not_for_what_is_due(engine: Engine) -> None:
    planned(engine, U0WAITS=LATER, U0DUE=NOW)
    planned(engine, U0WAITS=TOMORROW, U0DUE=TOMORROW)
    assert [one.place for one in due(engine, LATER)] == ["U0DUE"]
    assert {one.place for one in due(engine, TOMORROW)} == {"U0DUE", "U0WAITS"}
