"""Fixtures for the tests of the bot's own parts."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.unit.bot.configured import Configuration

settings.register_profile("unhurried", deadline=None)  # a loaded machine proves nothing wrong
settings.load_profile("unhurried")


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """Give a configuration that is right."""
    return Configuration(tmp_path)
