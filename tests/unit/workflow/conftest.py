"""What is logged, for tests that read it."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from hypothesis import settings
from structlog.testing import capture_logs

settings.register_profile("unhurried", deadline=None)  # a loaded machine proves nothing wrong
settings.load_profile("unhurried")


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """Collect every line of the log."""
    with capture_logs() as lines:
        yield lines
