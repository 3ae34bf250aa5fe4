"""Whether this process can work: not that it is up, but that it can do what it is for."""

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.app import Aboard
from storage import messages


async def ready(aboard: Aboard) -> list[str]:
    """Return what keeps the bot from working, as words without details; empty where nothing."""
    try:
        await aboard.means.database.read(_look)
    except (SQLAlchemyError, OSError):
        return ["database"]
    return []


def _look(connection: Connection) -> int:
    connection.execute(text("SELECT 1"))
    return messages.waiting(connection)
