"""The schema goes up and down, equals the models, and is made by one process at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

from storage import migrate, people, requests
from storage.engine import create_engine
from storage.models import METADATA
from tests.unit.storage.rows import add_request
from tests.unit.storage.test_people import ADA


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def made(empty: Engine) -> Engine:
    migrate.upgrade(empty)
    return empty


def tables(engine: Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_an_empty_database_goes_up_down_and_up_again(empty: Engine) -> None:
    assert migrate.current(empty) == "base"
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.newest()
    assert tables(empty) == set(METADATA.tables)
    migrate.downgrade(empty, "base")
    assert migrate.current(empty) == "base"
    assert tables(empty) == set()
    migrate.upgrade(empty)
    assert tables(empty) == set(METADATA.tables)


def test_the_migrations_make_what_the_models_say(made: Engine) -> None:
    assert migrate.difference(made) == []


def test_a_difference_would_be_seen(made: Engine) -> None:
    """The control: a column and an index less are two differences."""
    with made.begin() as connection:
        connection.execute(sa.text("DROP INDEX request_by_state"))
        connection.execute(sa.text("ALTER TABLE step DROP COLUMN problem"))
    assert len(migrate.difference(made)) == 2


def test_every_index_and_constraint_of_the_models_is_in_the_database(made: Engine) -> None:
    there = sa.inspect(made)
    for table in METADATA.tables.values():
        found = {one["name"] for one in there.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= found


def test_going_up_twice_changes_nothing_and_keeps_what_is_there(made: Engine) -> None:
    with made.begin() as connection:
        number = add_request(connection)
    migrate.upgrade(made)
    with made.begin() as connection:
        assert connection.scalar(sa.text("SELECT number FROM request")) == number


@pytest.mark.parametrize(("login", "number"), [("octocat", 2**40), ("somebody-else", None)])
def test_a_request_takes_over_what_was_remembered_of_its_person(
    empty: Engine, login: str, number: int | None
) -> None:
    migrate.upgrade(empty, "0007")
    with empty.begin() as connection:
        key = people.remember(connection, ADA)
        add_request(connection, person_id=key, github_login=login)
        add_request(connection)
    migrate.upgrade(empty)
    with empty.begin() as connection:
        known, unknown = (requests.by_number(connection, one) for one in (1, 2))
    assert known is not None
    assert unknown is not None
    assert (known.email, known.given_name, known.github_id) == (ADA["email"], "Ada", number)
    assert (unknown.email, unknown.github_id) == (None, None)


def test_tables_of_others_are_left_alone(made: Engine) -> None:
    with made.begin() as connection:
        connection.execute(sa.text("CREATE TABLE workflow_status (id INTEGER)"))
    assert migrate.difference(made) == []
    migrate.downgrade(made, "base")
    assert tables(made) == {"workflow_status"}


def test_processes_that_start_at_once_migrate_one_after_the_other(database_url: str) -> None:
    engines = [create_engine(database_url) for _ in range(4)]
    with ThreadPoolExecutor(len(engines)) as threads:
        list(threads.map(migrate.upgrade, engines))
    assert {migrate.current(engine) for engine in engines} == {migrate.newest()}
    assert tables(engines[0]) == set(METADATA.tables)
    for engine in engines:
        engine.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgrade_and_break(config: Config, to: str) -> None:
        real(config, to)
        raise RuntimeError("killed")

    real = command.upgrade
    monkeypatch.setattr(command, "upgrade", upgrade_and_break)
    with pytest.raises(RuntimeError, match="killed"):
        migrate.upgrade(empty)
    assert tables(empty) == set()
    assert migrate.current(empty) == "base"
