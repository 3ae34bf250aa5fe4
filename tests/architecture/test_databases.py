"""The databases that the tests are lent: real, empty, and each test's own."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from benchmarks.clusters import PostgresServer


@pytest.fixture
def template(postgres_server: PostgresServer) -> Iterator[str]:
    url = postgres_server.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE seat (number integer)")
    yield urlsplit(url).path.removeprefix("/")
    postgres_server.drop_database(url)


@pytest.mark.postgres
@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_finds_its_own_database_empty(postgres_url: str, turn: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE seat (taken_by text)")
        connection.execute("INSERT INTO seat VALUES (%s)", [turn])
        assert connection.execute("SELECT taken_by FROM seat").fetchall() == [(turn,)]


@pytest.mark.postgres
def test_a_database_can_be_copied_from_a_template(
    postgres_server: PostgresServer, template: str
) -> None:
    copy = postgres_server.create_database(template)
    with psycopg.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM seat").fetchone() == (0,)
    postgres_server.drop_database(copy)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(copy)


@pytest.mark.postgres
def test_the_server_syncs_what_it_commits(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_the_database_url_is_of_each_kind(
    database_url: str, request: pytest.FixtureRequest
) -> None:
    kind = request.node.callspec.params["database_url"].removesuffix("_url")
    assert urlsplit(database_url).scheme.startswith(kind)
