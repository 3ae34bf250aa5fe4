"""Fixtures for the tests of the bot's own parts."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests.unit.bot.configured import Configuration

settings.register_profile("unhurried", deadline=None)  # a loaded machine proves nothing wrong
settings.load_profile("unhurried")


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """Give a configuration that is right."""
    return Configuration(tmp_path)


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Put logging back as it was: configuring it is for a whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in root.manager.loggerDict}
    hook = sys.excepthook
    yield
    sys.excepthook = hook
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in root.manager.loggerDict:
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()
