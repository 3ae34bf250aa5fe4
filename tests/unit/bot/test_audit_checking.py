"""`aboard check` says how the audit trail is guarded, sealed and anchored, and what is missing."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from bot.audit_checking import audit as findings
from bot.findings import Mark
from storage import audit, audit_role, migrate, unanchored
from storage.audit import Fact
from storage.database import Database
from storage.engine import create_engine
from storage.links import Key
from tests.unit.bot.configured import Configuration
from workflow.audit_anchors import Often, take

NOW = 1_800_000_000_000_000
ROLE, PASSWORD = "aboard_app_of_the_check", "only-here"
SECRET = "a-key-that-is-long-enough-for-it"


def migrated(configuration: Configuration, url: str) -> None:
    configuration.environment["DATABASE_URL"] = url
    engine = create_engine(url)
    migrate.upgrade(engine)
    engine.dispose()


async def found(configuration: Configuration) -> dict[str, Mark]:
    return {one.about: one.mark async for one in findings(configuration.load())}


async def test_without_a_database_nothing_is_claimed_and_none_is_made(
    configuration: Configuration, tmp_path: Path
) -> None:
    file = tmp_path / "aboard.db"
    configuration.environment["DATABASE_URL"] = f"sqlite:///{file}"
    assert await found(configuration) == {"guard": Mark.UNKNOWN}
    assert not file.exists()
    file.touch()
    assert (await found(configuration))["guard"] is not Mark.OK


async def test_a_trigger_that_is_missing_is_wrong(
    configuration: Configuration, sqlite_url: str
) -> None:
    migrated(configuration, sqlite_url)
    assert await found(configuration) == {
        "guard": Mark.OK,
        "key": Mark.UNKNOWN,
        "anchors": Mark.UNKNOWN,
    }
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER auditevent_delete"))
    engine.dispose()
    assert (await found(configuration))["guard"] is Mark.WRONG


async def test_the_key_is_named_and_not_told(configuration: Configuration, sqlite_url: str) -> None:
    migrated(configuration, sqlite_url)
    configuration.environment["AUDIT_HMAC_KEY"] = SECRET
    told = [one async for one in findings(configuration.load())]
    key = next(one for one in told if one.about == "key")
    assert key.mark is Mark.OK
    assert Key(SECRET.encode()).id in key.detail
    assert SECRET not in str(told)


async def test_an_anchor_that_could_not_be_written_down_is_wrong(
    configuration: Configuration, sqlite_url: str, tmp_path: Path
) -> None:
    migrated(configuration, sqlite_url)
    configuration.document += f'\n[audit]\nfile = "{tmp_path / "anchors.jsonl"}"\n'
    assert (await found(configuration))["anchors"] is Mark.OK
    database = Database(sqlite_url)
    await database.write(partial(audit.record, fact=Fact("EXP001I", NOW, "U0ADA")))
    await database.write(partial(take, often=Often(1, 1), key=None, now=NOW))
    database.close()
    assert (await found(configuration))["anchors"] is Mark.WRONG


async def test_where_no_place_takes_anchors_it_says_so_and_what_to_mend(
    configuration: Configuration, sqlite_url: str, tmp_path: Path
) -> None:
    migrated(configuration, sqlite_url)
    file = tmp_path / "anchors.jsonl"
    places = f'file = "{file}"\nchannel = "C0123456789"\ngrace = "30m"'
    configuration.document += f"\n[audit]\n{places}\n"
    database = Database(sqlite_url)
    await database.write(partial(audit.record, fact=Fact("EXP001I", NOW, "U0ADA")))
    await database.write(partial(take, often=Often(1, 1), key=None, now=NOW))
    await database.write(partial(unanchored.look, now=NOW, awaited=True))
    database.close()
    told = {one.about: one async for one in findings(configuration.load())}["anchors"]
    assert told.mark is Mark.WRONG
    for words in ("since 2027-01-15 08:00 UTC", "30 minutes", str(file), "channel C0123456789"):
        assert words in told.detail


@pytest.fixture
def limited_url(postgres_url: str) -> Iterator[str]:
    """Give the address by which the role that may only add works."""
    engine = create_engine(postgres_url)
    migrate.upgrade(engine)
    engine.dispose()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        for statement in audit_role.grants(ROLE):
            connection.execute(statement.encode())
    url = make_url(postgres_url).set(username=ROLE, password=PASSWORD)
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ROLE}")
        connection.execute(f"DROP ROLE {ROLE}")


@pytest.mark.postgres
async def test_whether_the_role_may_only_add_is_said(
    configuration: Configuration, postgres_url: str, limited_url: str
) -> None:
    configuration.environment["DATABASE_URL"] = limited_url
    assert (await found(configuration))["role"] is Mark.OK
    configuration.environment["DATABASE_URL"] = postgres_url
    assert (await found(configuration))["role"] is Mark.UNKNOWN
