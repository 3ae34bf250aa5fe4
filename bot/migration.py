"""``aboard migrate``: our own tables and those of the durable engine, in one go."""

from contextlib import nullcontext

from bot import existing
from bot.reader import ConfigurationError
from bot.single import only_one
from storage import migrate as schema
from storage.engine import create_engine, is_sqlite
from workflow import runner


def migrate(url: str, to: str = "head") -> str:
    """Bring a database to revision ``to``, and the engine's tables to what it needs.

    Raises ``ConfigurationError`` where there is no such revision, ``UnavailableError`` where the
    database cannot be opened.
    """
    _known(to, "head")
    engine = create_engine(url)
    try:
        existing.reach(engine)
        schema.upgrade(engine, to)
        runner.migrate(url)
        return schema.current(engine)
    finally:
        engine.dispose()


def downgrade(url: str, to: str) -> str:
    """Take our tables back to revision ``to``; those of the engine stay.

    Raises as ``migrate`` does, and ``ConfigurationError`` where an Aboard works on the SQLite file.
    """
    _known(to, "base")
    with only_one(url) if is_sqlite(url) else nullcontext():
        engine = create_engine(url)
        try:
            existing.reach(engine)
            schema.downgrade(engine, to)
            return schema.current(engine)
        finally:
            engine.dispose()


def _known(revision: str, word: str) -> None:
    if revision != word and not schema.is_known(revision):
        sentence = f"--to {revision}: there is no such revision; the newest is {schema.newest()}."
        raise ConfigurationError([sentence])
