"""Bringing a database to the schema that this version needs, and back.

All migrations of one call are one transaction: killed in the middle, nothing of them remains. Two
processes that migrate at once wait for each other: by a transaction lock on PostgreSQL, by the
write lock on SQLite.

Revisions are numbers in a row, and a migration only adds: a process works on the schema that it
knows and on those of later versions, so that two versions can run side by side during an update.

Alembic is imported where something is migrated. What it brings along takes nine megabytes, which a
process that serves would keep for ever: that one only has to know how far a database is, which its
table and the names of the scripts say.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import inspect
from sqlalchemy.engine import Connection, Engine

from storage import locks

if TYPE_CHECKING:
    from alembic.config import Config

_EMPTY = "base"
_AT = "SELECT version_num FROM alembic_version"


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see the module

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Return the revision that this version of Aboard needs."""
    return max(_revisions())


def _revisions() -> Iterator[str]:
    """Yield the revisions of the scripts, each of which has it as the beginning of its name."""
    for script in (files("storage") / "migrations" / "versions").iterdir():
        number, _, rest = script.name.partition("_")
        if number.isdigit() and rest.endswith(".py"):
            yield number


def current(engine: Engine) -> str:
    """Return the revision of a database; ``base`` where it is empty."""
    with engine.connect() as connection:
        return revision(connection)


def revision(connection: Connection) -> str:
    """Return the revision of the database that a connection leads to; ``base`` where it is empty.

    Leaves the transaction as it is.
    """
    if not inspect(connection).has_table("alembic_version"):
        return _EMPTY
    return connection.exec_driver_sql(_AT).scalar() or _EMPTY


def is_known(revision: str) -> bool:
    """Tell whether this version of Aboard knows a revision; ``base`` is the empty database."""
    return revision in {*_revisions(), _EMPTY}


def serves(revision: str, needed: str) -> bool:
    """Tell whether a process that needs the schema ``needed`` works on ``revision``.

    It does on that one and on every newer one; on no older one, and on none of another making.
    """
    return revision == needed or (revision.isdigit() and int(revision) > int(needed))


class BrokenReferencesError(Exception):
    """A migration would leave a row that refers to one that is not there: nothing is changed."""


@contextmanager
def _alone_on(engine: Engine) -> Iterator[Connection]:
    """Lend one transaction in which nobody else migrates, and which is kept where the block ends.

    SQLite changes a table by putting another one in its place, and must not follow what refers to
    it meanwhile: https://www.sqlite.org/lang_altertable.html#otheralter. What it sorts and keeps
    for that is as large as the table: it goes into a file, where memory would have no bound.
    """
    with engine.connect() as connection:
        _follow_references(connection, on=False)
        _keep_in(connection, "FILE")
        try:
            with connection.begin():
                locks.hold(connection, locks.MIGRATING)
                yield connection
                _check_references(connection)
        finally:
            _keep_in(connection, "MEMORY")
            _follow_references(connection, on=True)


def _follow_references(connection: Connection, *, on: bool) -> None:
    """Have SQLite follow references, or not; it takes no notice of this within a transaction."""
    _set(connection, f"foreign_keys={'ON' if on else 'OFF'}")


def _keep_in(connection: Connection, place: str) -> None:
    """Have SQLite keep what it needs for a while in ``FILE`` or, as it is otherwise, ``MEMORY``."""
    _set(connection, f"temp_store={place}")


def _set(connection: Connection, pragma: str) -> None:
    raw = connection.connection.dbapi_connection
    if raw is not None and connection.dialect.name == "sqlite":
        raw.cursor().execute(f"PRAGMA {pragma}")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise BrokenReferencesError(f"A row of {broken[0]} would refer to nothing.")


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring a database up to revision ``to``; does nothing where it is there already, or beyond."""
    with _alone_on(engine) as connection:
        if not serves(revision(connection), newest() if to == "head" else to):
            from alembic import command  # noqa: PLC0415 - see the module

            command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take a database back to revision ``to``."""
    from alembic import command  # noqa: PLC0415 - see the module

    with _alone_on(engine) as connection:
        command.downgrade(_config(connection), to)


def difference(engine: Engine) -> list[object]:
    """Return what the tables lack or have too much of, compared with the models."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - see the module
    from alembic.migration import MigrationContext  # noqa: PLC0415 - likewise

    from storage.models import METADATA  # noqa: PLC0415 - a check, not a start

    ours = set(METADATA.tables)
    with engine.connect() as connection:
        options = {"include_name": lambda name, kind, _: kind != "table" or name in ours}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, METADATA))
