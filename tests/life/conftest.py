"""A database with all tables and nothing in it, for lives to begin on."""

from pathlib import Path

import pytest

from storage import migrate
from storage.engine import create_engine


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the file that every life gets a copy of."""
    file = tmp_path_factory.mktemp("life") / "empty.db"
    engine = create_engine(f"sqlite:///{file}")
    migrate.upgrade(engine)
    engine.dispose()
    return file
