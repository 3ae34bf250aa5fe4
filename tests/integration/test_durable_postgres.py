"""Aboard promises nothing on a PostgreSQL that would lose it: it says so, and does not start."""

from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from benchmarks.clusters import PostgresPrograms, find_programs, running_cluster
from bot.reader import ConfigurationError
from tests.integration.composed import composed
from tests.integration.conftest import prepared

LOSES = "could lose what was acknowledged: switch {} on."


@pytest.mark.postgres
async def test_aboard_does_not_start_where_a_commit_is_not_waited_for(
    postgres: str, tmp_path: Path
) -> None:
    _have_it_off(postgres)
    with pytest.raises(ConfigurationError, match=LOSES.format("synchronous_commit")):
        await _start(postgres, tmp_path)


@pytest.mark.postgres
async def test_aboard_starts_where_commits_are_waited_for(postgres: str, tmp_path: Path) -> None:
    await _start(postgres, tmp_path)


@pytest.mark.postgres
async def test_aboard_does_not_start_where_nothing_is_synced(
    programs: PostgresPrograms, tmp_path: Path
) -> None:
    with running_cluster(programs, fsync="off") as server:
        url = prepared(server.create_database())
        with pytest.raises(ConfigurationError, match=LOSES.format("fsync")):
            await _start(url, tmp_path)


@pytest.fixture
def programs() -> PostgresPrograms:
    found = find_programs()
    if found is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    return found


async def _start(url: str, folder: Path) -> None:
    async with composed(folder, given={"DATABASE_URL": url}):
        pass


def _have_it_off(url: str) -> None:
    name = sql.Identifier(urlsplit(url).path.removeprefix("/"))
    statement = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
