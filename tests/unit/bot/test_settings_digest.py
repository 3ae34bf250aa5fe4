"""The daily digest is a setting: off unless a time is given, and nothing half said starts."""

from datetime import time

import pytest

from bot.reader import ConfigurationError
from rules.daily import Daily
from tests.unit.bot.configured import Configuration

GIVEN = """
[digest]
at = "08:30"
days = ["mon", "thu"]
readers = ["U0123456789", "S0123456789"]
channels = ["C0123456789"]
zone = "Europe/Amsterdam"
replaces_reminders = true
"""


def test_without_a_time_there_is_none(configuration: Configuration) -> None:
    assert configuration.load().catalog.daily is None
    configuration.document += '\n[digest]\nzone = "Europe/Amsterdam"\n'
    assert configuration.load().catalog.daily is None


def test_a_time_alone_is_for_all_approvers_on_weekdays(configuration: Configuration) -> None:
    configuration.document += '\n[digest]\nat = "09:00"\n'
    catalog = configuration.load().catalog
    assert catalog.approvers
    assert catalog.daily == Daily(time(9), frozenset(range(5)), catalog.approvers)


def test_a_channel_alone_is_for_nobody_else(configuration: Configuration) -> None:
    configuration.document += '\n[digest]\nat = "09:00"\nchannels = ["C0123456789"]\n'
    daily = configuration.load().catalog.daily
    assert daily == Daily(time(9), channels=("C0123456789",))


def test_everything_can_be_set(configuration: Configuration) -> None:
    configuration.document += GIVEN
    assert configuration.load().catalog.daily == Daily(
        at=time(8, 30),
        days=frozenset({0, 3}),
        readers=("U0123456789", "S0123456789"),
        channels=("C0123456789",),
        zone="Europe/Amsterdam",
        replaces=True,
    )


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('at = "9:00"', "digest.at"),
        ('at = "24:00"', "digest.at"),
        ("at = 09:00:00", "digest.at"),
        ("days = []", "digest.days"),
        ('days = ["monday"]', "digest.days"),
        ('readers = ["@ada"]', "digest.readers"),
        ('channels = ["#general"]', "digest.channels"),
        ('zone = "Amsterdam"', "digest.zone"),
        ("replaces_reminders = 1", "digest.replaces_reminders"),
        ("never = true", "digest.never"),
    ],
)
def test_what_cannot_be_meant_refuses_to_start(
    configuration: Configuration, line: str, place: str
) -> None:
    configuration.document += f"\n[digest]\n{line}\n"
    with pytest.raises(ConfigurationError) as caught:
        configuration.load()
    assert any(place in one for one in caught.value.problems)
