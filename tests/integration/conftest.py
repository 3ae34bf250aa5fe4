"""Databases that a bot can start on, with our tables and the engine's: one for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storage import migrate
from storage.engine import create_engine
from tests.databases import PostgresServer
from workflow import runner

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def prepared(url: str) -> str:
    """Make all tables, as `aboard migrate` does, and return `url`."""
    engine = create_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    runner.migrate(url)
    return url


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a SQLite file with all tables that nobody has open."""
    path = tmp_path_factory.mktemp("prepared") / "aboard.db"
    prepared(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def prepared_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """Name a PostgreSQL database with all tables that nobody is connected to."""
    url = prepared(postgres_server.create_database())
    yield urlsplit(url).path.removeprefix("/")
    postgres_server.drop_database(url)


@pytest.fixture
def sqlite(prepared_sqlite: Path, tmp_path: Path) -> str:
    """Give the address of a SQLite file with all tables, and nothing in them."""
    shutil.copy(prepared_sqlite, tmp_path / "aboard.db")
    return f"sqlite:///{tmp_path / 'aboard.db'}"


@pytest.fixture
def postgres(postgres_server: PostgresServer, prepared_postgres: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database with all tables, and nothing in them."""
    with cloned(postgres_server, prepared_postgres) as url:
        yield url


@contextmanager
def cloned(server: PostgresServer, template: str) -> Iterator[str]:
    """Lend a copy of a database."""
    url = server.create_database(template)
    try:
        yield url
    finally:
        server.drop_database(url)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> str:
    """Give the address of a database with all tables, once of each kind."""
    url: str = request.getfixturevalue(request.param)
    return url
