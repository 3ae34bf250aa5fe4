"""Whether a database can be relied on: its schema, what it writes to disk, and its clock.

Looks and changes nothing; an SQLite file that does not exist is not made.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine, make_url

from storage import migrate, pauses
from storage.engine import create_engine, is_sqlite
from storage.pauses import Standing

OLDEST_SERVER = 14
"""PostgreSQL before that has no ``idle_session_timeout``, by which a frozen replica is noticed."""


_DURABLE = ("fsync", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was seen. ``schema`` is its revision, ``version`` the server's, 0 of SQLite.

    ``lost_after_crash`` names the settings by which what was acknowledged could be lost.
    ``damage`` is what SQLite found wrong with the file. ``now`` is the server's clock, None of
    SQLite. ``standing`` is whether Aboard is paused.
    """

    schema: str
    version: int = 0
    lost_after_crash: tuple[str, ...] = ()
    damage: str = ""
    now: datetime | None = None
    standing: Standing = field(default_factory=Standing)


def is_there(url: str) -> bool:
    """Tell whether there is something to look at: an SQLite file is made at the first start."""
    return not is_sqlite(url) or Path(make_url(url).database or "").exists()


def examine(url: str) -> Soundness:
    """Look at a database; raises ``SQLAlchemyError`` where it cannot be opened."""
    engine = create_engine(url)
    try:
        with engine.execution_options(reading=True).connect() as connection:
            seen = _sqlite(connection) if is_sqlite(url) else _postgresql(connection)
            return replace(seen, standing=_standing(connection))
    finally:
        engine.dispose()


def _standing(connection: Connection) -> Standing:
    """Return whether Aboard is paused; an older schema does not say."""
    is_told = inspect(connection).has_table("pause")
    return pauses.standing(connection) if is_told else Standing()


def _sqlite(connection: Connection) -> Soundness:
    said = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
    return Soundness(migrate.revision(connection), damage="" if said == "ok" else said)


def _postgresql(connection: Connection) -> Soundness:
    now: datetime | None = connection.execute(text("SELECT clock_timestamp()")).scalar()
    version = int(_shown(connection, "server_version_num")) // 10_000
    return Soundness(migrate.revision(connection), version, _off(connection), now=now)


def lost_after_crash(engine: Engine) -> tuple[str, ...]:
    """Return the settings by which what was acknowledged could be lost; SQLite has none."""
    if engine.dialect.name == "sqlite":
        return ()
    with engine.execution_options(reading=True).connect() as connection:
        return _off(connection)


def _off(connection: Connection) -> tuple[str, ...]:
    return tuple(name for name in _DURABLE if _shown(connection, name) == "off")


def _shown(connection: Connection, name: str) -> str:
    return str(connection.execute(text(f"SHOW {name}")).scalar())
