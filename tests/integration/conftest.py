"""Databases that a bot can start on, with our tables and the engine's: one for each test."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.clusters import PostgresServer
from storage import migrate
from storage.engine import create_engine
from tests.integration.engines import Engine, started
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
    with postgres_server.lent() as url:
        yield urlsplit(prepared(url)).path.removeprefix("/")


@pytest.fixture
def sqlite(prepared_sqlite: Path, tmp_path: Path) -> str:
    """Give the address of a SQLite file with all tables, and nothing in them."""
    shutil.copy(prepared_sqlite, tmp_path / "aboard.db")
    return f"sqlite:///{tmp_path / 'aboard.db'}"


@pytest.fixture
def postgres(postgres_server: PostgresServer, prepared_postgres: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database with all tables, and nothing in them."""
    with postgres_server.lent(prepared_postgres) as url:
        yield url


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> str:
    """Give the address of a database with all tables, once of each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(scope="module", params=KINDS)
async def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Engine]:
    """Run an engine for all tests of a module, on either kind of database."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("runner")
        path = shutil.copy(request.getfixturevalue("prepared_sqlite"), folder)
        async with started(f"sqlite:///{path}") as engine:
            yield engine
        return
    template = request.getfixturevalue("prepared_postgres")
    with request.getfixturevalue("postgres_server").lent(template) as url:
        async with started(url) as engine:
            yield engine
