"""What ``aboard pause``, ``aboard resume`` and ``aboard backup`` do."""

import asyncio
from functools import partial
from pathlib import Path

from bot import existing, pausing
from bot.reader import ConfigurationError
from bot.settings import Settings
from storage import copies, pauses
from storage.engine import is_sqlite
from storage.pauses import Why
from workflow.clock import system_clock

_ON_POSTGRESQL = (
    "PostgreSQL makes its own copies: use pg_dump. Aboard sees that it was restored, and waits."
)


async def pause(settings: Settings, *, is_copy: bool = False) -> bool:
    """Pause Aboard, as a copy where it is one; False where it is paused already."""
    why = Why.COPY if is_copy else Why.ASKED
    with existing.opened(settings) as database:
        return await database.write(partial(pauses.pause, why=why, now=system_clock()))


async def resume(settings: Settings) -> bool:
    """Have Aboard work again, wherever it was restored; False where it is not paused."""
    anchor = pausing.name_of(pausing.newest_anchor(settings))
    with existing.opened(settings) as database:
        return await database.write(partial(pauses.resume, anchor=anchor, now=system_clock()))


async def backup(settings: Settings, target: Path) -> None:
    """Copy an SQLite file to ``target``, paused; ``ConfigurationError`` where that cannot be."""
    if not is_sqlite(settings.environment.database_url.get_secret_value()):
        raise ConfigurationError([_ON_POSTGRESQL])
    with existing.opened(settings) as database:
        try:
            key = settings.audit_key
            await asyncio.to_thread(copies.copy, database.engine, target, key, system_clock)
        except FileExistsError as error:
            raise ConfigurationError([f"{target} is there already."]) from error
        except OSError as error:
            raise ConfigurationError([f"{target} cannot be written: {error.strerror}."]) from error
