"""A migrated, empty database of each kind for every test."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import Engine

from benchmarks.clusters import PostgresServer
from storage import migrate
from storage.database import Database
from storage.engine import create_engine
from storage.models import METADATA

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def migrated(url: str) -> str:
    """Bring the database at `url` to the newest schema, and return `url`."""
    engine = create_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a migrated SQLite file that nobody has open."""
    path = tmp_path_factory.mktemp("template") / "aboard.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """Make a migrated PostgreSQL database that the tests share, one after the other."""
    with postgres_server.lent() as url:
        yield migrated(url)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a migrated, empty database. A test must leave its tables as they are."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "aboard.db")
        yield f"sqlite:///{tmp_path / 'aboard.db'}"
        return
    url: str = request.getfixturevalue("shared_postgres")
    yield url
    with psycopg.connect(url, autocommit=True) as connection:
        tables = sql.SQL(", ").join(map(sql.Identifier, METADATA.tables))
        connection.execute("SET session_replication_role = replica")  # the audit refuses otherwise
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Open a migrated, empty database."""
    engine = create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Open a migrated, empty database for asynchronous transactions."""
    database = Database(url)
    yield database
    database.close()
