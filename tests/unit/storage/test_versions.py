"""Two versions side by side: which schema a process works on, and which it refuses."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from storage import migrate
from storage.engine import create_engine


@pytest.fixture
def tomorrow(database_url: str) -> Iterator[Engine]:
    """Make a database as a version after this one leaves it."""
    engine = create_engine(database_url)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE request ADD COLUMN invented VARCHAR"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    yield engine
    engine.dispose()


def test_a_schema_that_is_newer_is_left_as_it_is(tomorrow: Engine) -> None:
    migrate.upgrade(tomorrow)
    assert migrate.current(tomorrow) == "9999"
    assert "invented" in {one["name"] for one in sa.inspect(tomorrow).get_columns("request")}


def test_a_process_works_on_its_own_schema_and_on_newer_ones() -> None:
    seen = ("base", "0016", "f00ba4", "0017", "0018", "0101")
    assert [one for one in seen if migrate.serves(one, "0017")] == ["0017", "0018", "0101"]


def test_revisions_are_numbers_in_a_row() -> None:
    """What is newer is told by its number."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    known = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    assert known[::-1] == [f"{number:04}" for number in range(1, len(known) + 1)]
