"""Bringing a database to the schema that this version needs, and back.

All migrations of one call are one transaction: killed in the middle, nothing of them remains. Two
processes that migrate at once wait for each other: by a transaction lock on PostgreSQL, by the
write lock on SQLite.

Revisions are numbers in a row, and a migration only adds: a process works on the schema that it
knows and on those of later versions, so that two versions can run side by side during an update.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

_LOCK = 7_700_001


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Return the revision that this version of Aboard needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or "base"


def current(engine: Engine) -> str:
    """Return the revision of a database; ``base`` where it is empty."""
    with engine.connect() as connection:
        return revision(connection)


def revision(connection: Connection) -> str:
    """Return the revision of the database that a connection leads to; ``base`` where it is empty.

    Leaves the transaction as it is.
    """
    return MigrationContext.configure(connection).get_current_revision() or "base"


def is_known(revision: str) -> bool:
    """Tell whether this version of Aboard knows a revision; ``base`` is the empty database."""
    known = {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}
    return revision in {*known, "base"}


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
    it meanwhile: https://www.sqlite.org/lang_altertable.html#otheralter.
    """
    with engine.connect() as connection:
        _follow_references(connection, on=False)
        try:
            with connection.begin():
                _lock(connection)
                yield connection
                _check_references(connection)
        finally:
            _follow_references(connection, on=True)


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _follow_references(connection: Connection, *, on: bool) -> None:
    """Have SQLite follow references, or not; it takes no notice of this within a transaction."""
    raw = connection.connection.dbapi_connection
    if raw is not None and connection.dialect.name == "sqlite":
        raw.cursor().execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise BrokenReferencesError(f"A row of {broken[0]} would refer to nothing.")


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring a database up to revision ``to``; does nothing where it is there already, or beyond."""
    with _alone_on(engine) as connection:
        if not _is_beyond(revision(connection)):
            command.upgrade(_config(connection), to)


def _is_beyond(revision: str) -> bool:
    return not is_known(revision) and serves(revision, newest())


def downgrade(engine: Engine, to: str) -> None:
    """Take a database back to revision ``to``."""
    with _alone_on(engine) as connection:
        command.downgrade(_config(connection), to)


def difference(engine: Engine) -> list[object]:
    """Return what the tables lack or have too much of, compared with the models."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - a check, not a start

    from storage.models import METADATA  # noqa: PLC0415 - likewise

    ours = set(METADATA.tables)
    with engine.connect() as connection:
        options = {"include_name": lambda name, kind, _: kind != "table" or name in ours}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, METADATA))
