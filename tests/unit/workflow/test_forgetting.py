"""What is forgotten every hour: a backlog goes on at once, and a broken engine holds up nobody."""

from collections.abc import Iterator

import pytest

from storage import inbox, migrate
from storage.database import Database
from workflow.clock import HOUR
from workflow.forgetting import Forgetting

NOW = 1_800_000_000_000_000
DAY = 24 * HOUR
SECONDS_OF_AN_HOUR = 3600


class Attempts:
    """The engine's ended attempts, by the moments at which they began."""

    def __init__(self, *began: int) -> None:
        self.began, self.broken = list(began), False

    async def drop_ended(self, before: int, most: int) -> int:
        if self.broken:
            raise ConnectionError
        old = [one for one in self.began if one < before][:most]
        for one in old:
            self.began.remove(one)
        return len(old)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    migrate.upgrade(database.engine)
    yield database
    database.close()


def forgetting(database: Database, attempts: Attempts) -> Forgetting:
    return Forgetting(database, lambda: NOW, attempts)


async def is_new(database: Database, delivery: str, at: int) -> bool:
    return await database.write(lambda connection: inbox.first_time(connection, delivery, at))


async def test_a_backlog_is_dropped_without_an_hour_in_between(database: Database) -> None:
    attempts = Attempts(*range(1_200), NOW)
    forget = forgetting(database, attempts)
    rounds = 1
    while (wait := await forget.once()) is not None:
        assert wait < SECONDS_OF_AN_HOUR
        rounds += 1
    assert attempts.began == [NOW]
    assert 1 < rounds < 10


async def test_where_nothing_is_left_it_waits_for_the_next_hour(database: Database) -> None:
    attempts = Attempts(NOW - 31 * DAY, NOW - 29 * DAY)
    assert await forgetting(database, attempts).once() is None
    assert attempts.began == [NOW - 29 * DAY]


async def test_deliveries_are_forgotten_where_the_engine_fails(database: Database) -> None:
    attempts = Attempts(NOW - 31 * DAY)
    attempts.broken = True
    await is_new(database, "old", NOW - 25 * HOUR)
    await is_new(database, "young", NOW - 23 * HOUR)
    with pytest.raises(ConnectionError):
        await forgetting(database, attempts).once()
    assert await is_new(database, "old", NOW)
    assert not await is_new(database, "young", NOW)
