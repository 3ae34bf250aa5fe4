"""The schema goes up and down, equals the models, and is made by one process at a time."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Engine

from storage import migrate, people, requests
from storage.engine import create_engine
from storage.models import METADATA
from tests.unit.storage.rows import add_request
from tests.unit.storage.test_people import ADA

SERVED = """
import sys
import bot.server
from storage import migrate
from storage.engine import create_engine
engine = create_engine(sys.argv[1])
migrate.upgrade(engine)
print(migrate.current(engine), "alembic" in sys.modules)
"""


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


def test_the_names_of_the_scripts_say_which_revisions_there_are() -> None:
    scripts = list(Path(migrate.__file__).parent.glob("migrations/versions/[!_]*.py"))
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    there = ScriptDirectory.from_config(config)
    told = {one.revision for one in there.walk_revisions()}
    assert len(told) == len(scripts)
    assert all(migrate.is_known(one) for one in told)
    assert migrate.newest() == there.get_current_head()
    assert not migrate.is_known(f"{int(migrate.newest()) + 1:04}")


def test_what_serves_an_up_to_date_database_never_imports_alembic(made: Engine) -> None:
    """It would keep nine megabytes for ever."""
    url = made.url.render_as_string(hide_password=False)
    ended = subprocess.run(
        [sys.executable, "-c", SERVED, url], capture_output=True, text=True, check=True
    )
    assert ended.stdout.split() == [migrate.newest(), "False"]


def what_is_there(engine: Engine) -> set[str]:
    """Name every column, and every index with what it holds."""
    there, found = sa.inspect(engine), set[str]()
    for table in there.get_table_names():
        found |= {f"{table}.{one['name']}" for one in there.get_columns(table)}
        for one in there.get_indexes(table):
            options = {name: str(told) for name, told in one.get("dialect_options", {}).items()}
            found.add(f"{table}: {one['name']} {one['column_names']} {sorted(options.items())}")
    return found


def test_a_migration_takes_nothing_away_that_the_version_before_asks_by(empty: Engine) -> None:
    before = what_is_there(empty)
    for number in range(1, int(migrate.newest()) + 1):
        migrate.upgrade(empty, f"{number:04}")
        now = what_is_there(empty)
        assert before <= now, f"{number:04}"
        before = now


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


@pytest.mark.parametrize("to", ["head", "no such revision"])
def test_what_sqlite_sorts_for_a_migration_goes_into_a_file_and_afterwards_into_memory(
    sqlite_url: str, to: str
) -> None:
    """1 is FILE and 2 is MEMORY (https://www.sqlite.org/pragma.html#pragma_temp_store)."""
    engine, seen = create_engine(sqlite_url), set[int]()

    def look(_: object, cursor: sqlite3.Cursor, *__: object) -> None:
        seen.add(cursor.connection.execute("PRAGMA temp_store").fetchone()[0])

    sa.event.listen(engine, "before_cursor_execute", look)
    with nullcontext() if to == "head" else pytest.raises(CommandError):
        migrate.upgrade(engine, to)
    assert seen == {1}
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA temp_store").scalar() == 2
    engine.dispose()


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
