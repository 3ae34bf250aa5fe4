"""When Aboard speaks up by itself is a setting, and one that cannot be meant refuses to start."""

from datetime import timedelta

import pytest

from bot.reader import ConfigurationError
from rules.rhythm import Rhythm
from tests.unit.bot.configured import Configuration

GIVEN = """
[reminders]
after = ["1h", "3h"]
escalate_to = ["S0123456789"]
escalate_after = "2h"
before_end = [14]
overdue = ["30m"]
"""


def hours(*numbers: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(hours=one) for one in numbers)


def test_without_the_section_there_are_reminders_and_no_escalation(
    configuration: Configuration,
) -> None:
    rhythm = configuration.load().catalog.rhythm
    assert rhythm == Rhythm(hours(4, 24, 48), (), timedelta(hours=24), (7, 3, 1), hours(1, 4, 24))


def test_every_time_can_be_set(configuration: Configuration) -> None:
    configuration.document += GIVEN
    expected = Rhythm(hours(1, 3), ("S0123456789",), timedelta(hours=2), (14,), hours(0.5))
    assert configuration.load().catalog.rhythm == expected


def test_reminders_can_be_switched_off(configuration: Configuration) -> None:
    configuration.document += "\n[reminders]\nafter = []\nbefore_end = []\n"
    rhythm = configuration.load().catalog.rhythm
    assert (rhythm.remind_after, rhythm.notice_days) == ((), ())


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('after = ["4h", "4h"]', "reminders.after must rise"),
        ('after = ["4h", "2h"]', "reminders.after must rise"),
        ('after = ["soon"]', "reminders.after"),
        ("overdue = []", "reminders.overdue"),
        ("before_end = [0]", "reminders.before_end"),
        ("before_end = [1.5]", "reminders.before_end"),
        ('escalate_to = ["@chiefs"]', "reminders.escalate_to"),
        ('escalate_after = "100000h"', "reminders.escalate_after"),
        ("never = true", "reminders.never"),
    ],
)
def test_what_cannot_be_meant_refuses_to_start(
    configuration: Configuration, line: str, place: str
) -> None:
    configuration.document += f"\n[reminders]\n{line}\n"
    with pytest.raises(ConfigurationError) as caught:
        configuration.load()
    assert any(place in one for one in caught.value.problems)
