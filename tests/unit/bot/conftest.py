"""Fixtures for the tests of the bot's own parts."""

from pathlib import Path

import pytest

from tests.unit.bot.configured import Configuration


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """Give a configuration that is right."""
    return Configuration(tmp_path)
