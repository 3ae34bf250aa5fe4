"""``aboard migrate``: our own tables and those of the durable engine, in one go."""

from storage import migrate as schema
from storage.engine import create_engine
from workflow import runner


def migrate(url: str, to: str = "head") -> str:
    """Bring a database to revision ``to``, and the engine's tables to what it needs."""
    engine = create_engine(url)
    try:
        schema.upgrade(engine, to)
        runner.migrate(url)
        return schema.current(engine)
    finally:
        engine.dispose()


def downgrade(url: str, to: str) -> str:
    """Take our tables back to revision ``to``; those of the engine stay."""
    engine = create_engine(url)
    try:
        schema.downgrade(engine, to)
        return schema.current(engine)
    finally:
        engine.dispose()
