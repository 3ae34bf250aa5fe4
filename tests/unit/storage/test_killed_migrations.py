"""kill -9 in the middle of a migration: nothing half remains, and the next one ends well.

`ABOARD_MIGRATION_KILLS` sets how often, on each database; the full figure is 10. Each time a
process of its own kills itself at another statement, as a machine dies.
"""

import os
import signal
from collections.abc import Iterator
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from storage import migrate
from storage.engine import create_engine
from storage.models import METADATA
from tests.unit.storage.rows import add_request

KILLS = int(os.environ.get("ABOARD_MIGRATION_KILLS", "1"))
SEED = int(os.environ.get("ABOARD_SEED", "1"))
OLD = "0007"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def _statements(engine: Engine, kill_at: int = 0) -> list[str]:
    """Return what the engine executes from now on; at one of the statements the process dies."""
    seen: list[str] = []

    def executing(*given: object) -> None:
        seen.append(str(given[2]))
        if len(seen) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", executing)
    return seen


def _killed(url: str, at: int) -> int:
    """Migrate in a process that dies after so many statements; return the signal of its end."""
    child = os.fork()
    if child == 0:
        engine = create_engine(url)
        _statements(engine, at)
        migrate.upgrade(engine)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def _schema(engine: Engine) -> dict[str, list[str]]:
    there = sa.inspect(engine)
    return {
        name: [one["name"] for one in there.get_columns(name)] for name in there.get_table_names()
    }


@pytest.mark.timeout(60 + 10 * KILLS)
def test_a_migration_that_is_killed_leaves_nothing_half_and_ends_the_next_time(
    engine: Engine, database_url: str
) -> None:
    migrate.upgrade(engine, OLD)
    statements = _statements(engine)
    migrate.upgrade(engine)
    random, last = Random(SEED), len(statements)  # noqa: S311 - the same series every time
    migrate.downgrade(engine, OLD)
    with engine.begin() as connection:
        old = sa.Table("inbox", sa.MetaData(), autoload_with=connection)
        connection.execute(sa.insert(old).values(key="kept", at=1))
    before = _schema(engine)
    for at in random.sample(range(last // 4, last), KILLS):
        engine.dispose()
        assert _killed(database_url, at) == signal.SIGKILL
        assert migrate.current(engine) == OLD
        assert _schema(engine) == before
    migrate.upgrade(engine)
    assert migrate.difference(engine) == []
    with engine.begin() as connection:
        assert connection.scalar(sa.text("SELECT key FROM inbox")) == "kept"
        assert add_request(connection)
    assert set(METADATA.tables) <= set(_schema(engine))
