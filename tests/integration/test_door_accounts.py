"""The accounts of a door's example on PostgreSQL: each reads what it has to and nothing else."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from slack_sdk.oauth.installation_store import Installation

from benchmarks.clusters import PostgresServer
from storage.engine import create_engine
from storage.installations import Installations, key_of, opened, sealed_token
from storage.migrate import upgrade
from tests.architecture.test_deployment import DEPLOY
from tests.architecture.test_deployment_door import DOOR_KEY, SERVICES, TEAMS

Ended = subprocess.CompletedProcess[str]


class Cluster:
    """PostgreSQL after the services of the Compose file, their accounts named for one test."""

    def __init__(self, url: str) -> None:
        self.url, self.suffix = url, f"_{secrets.token_hex(4)}"
        self.names = [f"aboard_{name}{self.suffix}" for name in ("door", *TEAMS)]
        self.names.append(f"aboard_ops{self.suffix}")

    def managed(self) -> None:
        """Let an account run things that creates accounts and databases, and is no superuser."""
        make = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD 'ops1'")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(make.format(sql.Identifier(self.names[-1])))
        place = urlsplit(self.url)
        login = f"{self.names[-1]}:ops1@{place.hostname}:{place.port}"
        self.url = urlunsplit(place._replace(netloc=login))

    def run(self, service: str, user: str | None = None, **more: str) -> None:
        """Run a service of psql's as Compose would, its names with the suffix."""
        ran = self.tried(service, user, **more)
        assert ran.returncode == 0, ran.stderr

    def tried(self, service: str, user: str | None = None, **more: str) -> Ended:
        """Run a service, and return how it ended; ``more`` is in its environment."""
        command = [self._named(word) for word in SERVICES[service]["command"]]
        place = conninfo_to_dict(self.url)
        user = user and user + self.suffix
        given = {
            "PATH": os.environ["PATH"], "PGHOST": place["host"], "PGPORT": place["port"],
            "PGUSER": user or place["user"], "PGDATABASE": user or place["dbname"],
            "PGPASSWORD": "door1" if user else place["password"],
            "DOOR_PASSWORD": "door1", "NORTH_PASSWORD": "north1", "SOUTH_PASSWORD": "south1",
        }  # fmt: skip
        env = {name: str(value) for name, value in given.items()}
        return subprocess.run(command, env=env | more, capture_output=True, text=True, check=False)

    def of(self, account: str, database: str) -> str:
        """Return the address of a database for an account, both without ``aboard_``."""
        place = conninfo_to_dict(self.url)
        user, name = (f"aboard_{one}{self.suffix}" for one in (account, database))
        return f"postgresql://{user}:{account}1@{place['host']}:{place['port']}/{name}"

    def _named(self, word: str) -> str:
        here = word.replace("/etc/aboard/accounts.sql", str(DEPLOY / "accounts.sql"))
        return re.sub(r"\baboard_(door|north|south)\b", rf"\g<0>{self.suffix}", here).replace(
            "$$", "$"
        )


@pytest.fixture
def cluster(postgres_server: PostgresServer) -> Iterator[Cluster]:
    if shutil.which("psql") is None:
        pytest.skip("psql is not installed")
    made = Cluster(postgres_server.url)
    yield made
    with psycopg.connect(postgres_server.url, autocommit=True) as connection:
        for name in made.names:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
        for name in made.names:
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.mark.postgres
def test_a_processs_account_reads_one_table_of_the_doors_and_nothing_of_another(
    cluster: Cluster,
) -> None:
    cluster.run("accounts")
    cluster.run("accounts")
    engine = create_engine(cluster.of("door", "door"))
    kept = Installations(engine, "1.2", [DOOR_KEY])
    kept.prepare()
    team = TEAMS["north"]
    kept.save(Installation(team_id=team, app_id="A1", user_id="U1", bot_token="xoxb-1"))
    engine.dispose()
    cluster.run("grants", "aboard_door")
    sealed = sealed_token(cluster.of("north", "door"), team) or ""
    assert opened(sealed, [key_of(DOOR_KEY, team)]) == "xoxb-1"
    own = create_engine(cluster.of("north", "north"))
    upgrade(own)
    own.dispose()
    for database, statement in (
        ("door", "SELECT * FROM slack_installations"),
        ("door", "DELETE FROM slack_bots"),
        ("door", "CREATE TABLE mine (id int)"),
        ("south", "SELECT 1"),
    ):
        with pytest.raises(psycopg.Error, match="permission denied"):
            _execute(cluster.of("north", database), statement)


@pytest.mark.postgres
def test_who_creates_accounts_and_databases_need_not_be_a_superuser(cluster: Cluster) -> None:
    cluster.managed()
    cluster.run("accounts")
    cluster.run("accounts")
    _execute(cluster.of("north", "north"), "CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.Error, match="permission denied"):
        _execute(cluster.of("south", "north"), "SELECT 1")


@pytest.mark.postgres
def test_an_account_keeps_its_password_where_none_is_given(cluster: Cluster) -> None:
    cluster.run("accounts")
    ended = cluster.tried("accounts", DOOR_PASSWORD="")
    assert ended.returncode != 0
    assert "NEW_PASSWORD is empty" in ended.stderr
    _execute(cluster.of("door", "door"), "SELECT 1")


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())
