"""What is logged, for tests that read it."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """Collect every line of the log."""
    with capture_logs() as lines:
        yield lines
