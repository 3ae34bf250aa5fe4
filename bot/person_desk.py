"""What ``aboard person`` does: finds whom it is about, erases them, holds their data."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

from sqlalchemy.engine import Connection

from bot import existing
from bot.reader import ConfigurationError
from bot.rows import Row
from bot.settings import Settings
from bot.single import only_one
from rules.values import is_person_id
from storage import erasure, history, holds
from storage.database import Database
from storage.engine import is_sqlite
from workflow import erasing
from workflow.clock import as_datetime, system_clock
from workflow.erasing import Erased, Order, obstacle


@contextmanager
def opened(settings: Settings, *, alone: bool = False) -> Iterator[Database]:
    """Lend the database; ``alone``: with no bot on an SQLite file. ``ConfigurationError`` else."""
    url = existing.address(settings)
    by_itself = only_one(url) if alone and is_sqlite(url) else nullcontext()
    with by_itself, existing.opened(settings) as database:
        yield database


async def show(settings: Settings, person: str) -> list[Row]:
    """Return what is kept of somebody, and whether it could be erased now."""
    with opened(settings) as database:
        return await database.read(partial(_shown, person=person))


def _shown(connection: Connection, person: str) -> list[Row]:
    team, slack_id = _who(connection, person)
    found = erasure.traces(connection, team, slack_id)
    if found is None:
        raise ConfigurationError([_unknown(person)])
    return [
        {
            "slack_id": slack_id,
            "requests": len(found.requests),
            "words": ", ".join(sorted(found.words | found.logins)),
            "erasable": obstacle(connection, team, slack_id) or "yes",
        }
    ]


async def erase(settings: Settings, person: str) -> Erased:
    """Erase somebody, and return what became of it; ``ConfigurationError`` where they stay.

    On SQLite the file is written anew, so that nothing is left in its free pages.
    """
    with opened(settings, alone=True) as database:
        team, slack_id = await database.read(partial(_who, person=person))
        order = Order(system_clock(), "by an operator")
        end = (await erasing.erase(database, team, [slack_id], order)).get(slack_id)
        if not isinstance(end, Erased):
            raise ConfigurationError([end or _unknown(person)])
        if is_sqlite(settings.environment.database_url.get_secret_value()):
            _compact(database)
        return end


def _compact(database: Database) -> None:
    """Leave nothing of what was erased in the file.

    SQLite makes a copy of it meanwhile, in its folder for temporary files: in memory there may be
    no room for it. https://www.sqlite.org/tempfiles.html
    """
    in_a_file = "PRAGMA temp_store=FILE"
    raw = database.engine.raw_connection()
    try:
        for statement in (in_a_file, "PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM"):
            raw.cursor().execute(statement).close()
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        raw.close()


async def hold(settings: Settings, person: str, reason: str) -> None:
    """Have somebody's data stay."""
    with opened(settings) as database:
        await database.write(partial(_hold, person=person, reason=reason))


def _hold(connection: Connection, person: str, reason: str) -> None:
    team, slack_id = _who(connection, person)
    erasing.hold(connection, team, slack_id, reason, system_clock())


async def release(settings: Settings, person: str) -> None:
    """Lift the hold on somebody's data."""
    with opened(settings) as database:
        await database.write(partial(_release, person=person))


def _release(connection: Connection, person: str) -> None:
    team, slack_id = _who(connection, person)
    if not erasing.release(connection, team, slack_id, system_clock()):
        raise ConfigurationError([f"There is no hold on the data of {slack_id}."])


async def listed(settings: Settings) -> list[Row]:
    """Return every hold."""
    with opened(settings) as database:
        return await database.read(_holds)


def _holds(connection: Connection) -> list[Row]:
    team = history.workspace(connection) or ""
    return [
        {
            "slack_id": one.slack_id,
            "since": as_datetime(one.at).isoformat(timespec="seconds"),
            "reason": one.reason,
        }
        for one in holds.every(connection, team)
    ]


def _who(connection: Connection, person: str) -> tuple[str, str]:
    """Return the workspace, and the Slack id of whom ``person`` names by id or address."""
    team = history.workspace(connection) or ""
    if is_person_id(person):
        return team, person
    found = erasure.of_address(connection, team, person)
    if len(found) > 1:
        ids = ", ".join(sorted(found))
        raise ConfigurationError([f"Several people have this address: {ids}. Give the id."])
    if not found:
        raise ConfigurationError([_unknown(person)])
    return team, next(iter(found))


def _unknown(person: str) -> str:
    return f"Nothing is kept of {person}."
