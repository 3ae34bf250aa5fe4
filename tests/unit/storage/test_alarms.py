"""Alarms: due in order, taken by one, and each turn of them ended once."""

from sqlalchemy.engine import Engine

from storage import alarms
from storage.alarms import Due
from storage.due_models import Alarm
from tests.unit.storage.rows import NOW, SECOND, add_request

LATER = NOW + 60 * SECOND


def add_alarm(engine: Engine, kind: str = "remind", due_at: int = NOW, **values: str) -> Alarm:
    with engine.begin() as connection:
        number = add_request(connection, state="completed", **values)
        alarms.set_anew(connection, Due(number, kind, due_at, NOW - SECOND, "why"))
        alarm = alarms.of_request(connection, number, kind)
    assert alarm is not None
    return alarm


def again(engine: Engine, alarm: Alarm) -> Alarm | None:
    with engine.begin() as connection:
        return alarms.of_request(connection, alarm.request_number, alarm.kind)


def due(engine: Engine, now: int = NOW, limit: int = 10) -> list[int | None]:
    with engine.begin() as connection:
        return [one.id for one in alarms.due(connection, now, limit)]


def test_alarms_are_due_from_their_moment_on_and_the_oldest_come_first(engine: Engine) -> None:
    second = add_alarm(engine)
    first = add_alarm(engine, due_at=NOW - SECOND)
    coming = add_alarm(engine, due_at=NOW + 1)
    assert due(engine) == [first.id, second.id]
    assert due(engine, limit=1) == [first.id]
    assert due(engine, now=NOW + 1) == [first.id, second.id, coming.id]


def test_of_two_processes_one_takes_an_alarm(engine: Engine) -> None:
    alarm = add_alarm(engine)
    with engine.begin() as connection:
        assert alarms.take(connection, alarm, LATER)
        assert not alarms.take(connection, alarm, LATER + 1)
    assert due(engine) == []
    assert due(engine, now=LATER) == [alarm.id]


def test_a_turn_is_ended_once_also_by_those_who_took_it_one_after_the_other(
    engine: Engine,
) -> None:
    alarm = add_alarm(engine)
    with engine.begin() as connection:
        assert alarms.take(connection, alarm, LATER)
        assert alarms.turn(connection, alarm, LATER)
        assert not alarms.turn(connection, alarm, LATER + 1)
        assert not alarms.put_off(connection, alarm, LATER + 1)
        assert not alarms.drop(connection, alarm)
    left = again(engine, alarm)
    assert left is not None
    assert (left.turn, left.due_at, left.began_at, left.detail) == (
        1, LATER, NOW - SECOND, "why",
    )  # fmt: skip


def test_an_alarm_that_is_put_off_stays_at_its_turn(engine: Engine) -> None:
    alarm = add_alarm(engine)
    with engine.begin() as connection:
        assert alarms.put_off(connection, alarm, LATER)
        assert alarms.turn(connection, alarm, LATER + 1)


def test_the_last_turn_drops_the_alarm(engine: Engine) -> None:
    alarm = add_alarm(engine)
    with engine.begin() as connection:
        assert alarms.drop(connection, alarm)
        assert not alarms.drop(connection, alarm)
    assert again(engine, alarm) is None


def test_an_alarm_that_is_set_anew_begins_again_and_whoever_held_the_old_one_ends_nothing(
    engine: Engine,
) -> None:
    alarm = add_alarm(engine)
    with engine.begin() as connection:
        alarms.set_anew(connection, Due(alarm.request_number, "remind", LATER, NOW))
        assert not alarms.turn(connection, alarm, LATER + 1)
        assert not alarms.drop(connection, alarm)
    left = again(engine, alarm)
    assert left is not None
    assert (left.turn, left.due_at, left.began_at, left.detail) == (0, LATER, NOW, "")


def test_a_request_has_one_alarm_of_each_kind_and_they_are_dropped_by_kind(engine: Engine) -> None:
    alarm = add_alarm(engine)
    number = alarm.request_number
    with engine.begin() as connection:
        for kind in ("end", "notice"):
            alarms.set_anew(connection, Due(number, kind, LATER, NOW))
        alarms.drop_of(connection, number, ["end", "remind"])
        left = [alarms.of_request(connection, number, one) for one in ("remind", "end", "notice")]
    assert [one is not None for one in left] == [False, False, True]


def test_the_end_that_stands_for_a_person_is_found_while_its_alarm_is_set(engine: Engine) -> None:
    alarm = add_alarm(engine, "end", LATER, subject="U0ENDS", team_id="T0HOME")
    add_alarm(engine, "end", LATER, subject="U0OTHER", team_id="T0HOME")
    with engine.begin() as connection:
        found = alarms.ending(connection, "T0HOME", "U0ENDS")
        assert found is not None
        assert found.number == alarm.request_number
        assert alarms.ending(connection, "T0AWAY", "U0ENDS") is None
        alarms.drop_of(connection, alarm.request_number, ["end"])
        assert alarms.ending(connection, "T0HOME", "U0ENDS") is None
