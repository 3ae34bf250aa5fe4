"""The database that is there: a command that looks something up never makes an empty one."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from bot.reader import ConfigurationError, UnavailableError
from bot.settings import Settings
from storage import migrate, soundness
from storage.audit_chain import KeyMissingError
from storage.database import Database

_CURE = "set DATABASE_URL, or run this in Aboard's working directory; `aboard migrate` makes one"
_LOST = "look whether it runs, whether its disk has room, and whether this user may write to it"
_REFUSED = "see that the user in DATABASE_URL may read and write its tables"
_SPOILT = "where it is a file of Aboard's, stop Aboard and put a backup in its place"


def unreachable(error: Exception) -> str:
    """Say that a database cannot be opened, and what to look at; its address stays untold."""
    cause = type(getattr(error, "orig", None) or error).__name__
    return f"it cannot be opened ({cause}): look at DATABASE_URL, and whether it runs."


def reach(engine: Engine) -> None:
    """Connect to a database; ``UnavailableError`` where nobody answers.

    ``ConfigurationError`` where what answers is no database, as a file of something else.
    """
    try:
        engine.connect().close()
    except OperationalError as error:
        raise UnavailableError([f"DATABASE_URL: {unreachable(error)}"]) from error
    except DatabaseError as error:
        raise ConfigurationError([_unusable(error, _SPOILT)]) from error


def address(settings: Settings) -> str:
    """Return the address of the database; ``ConfigurationError`` as ``there`` raises it."""
    return there(settings.environment.database_url.get_secret_value(), _CURE)


def there(url: str, cure: str) -> str:
    """Return ``url`` again; ``ConfigurationError`` with ``cure`` where it is a file not there.

    To open an SQLite file would make it, and an empty one answers that nothing is kept.
    """
    if not soundness.is_there(url):
        file = Path(make_url(url).database or "").absolute()
        raise ConfigurationError([f"There is no database {file}: {cure}."])
    return url


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Lend the database; ``UnavailableError`` where it does not answer, now or in the middle.

    ``ConfigurationError`` where it is not there, or somebody has to change something about it.
    """
    database = Database(address(settings), settings.audit_key)
    try:
        reach(database.engine)
        yield database
    except KeyMissingError as error:
        raise ConfigurationError([str(error)]) from error
    except SQLAlchemyError as error:
        raise _told(database.engine, error) from error
    finally:
        database.close()


def _told(engine: Engine, error: SQLAlchemyError) -> ConfigurationError:
    """Tell an older schema, rights that lack and a database that went away from each other."""
    with suppress(SQLAlchemyError):
        found, needed = migrate.current(engine), migrate.newest()
        if not migrate.serves(found, needed):
            return ConfigurationError([f"DATABASE_URL: its schema is {unfit(found, needed)}"])
    if isinstance(error, OperationalError):
        return UnavailableError([_unusable(error, _LOST)])
    return ConfigurationError([_unusable(error, _REFUSED)])


def unfit(found: str, needed: str) -> str:
    """Say of a schema that this version does not work on it, and what to do about it."""
    cure = "run `aboard migrate`" if migrate.is_known(found) else "install that version"
    return f"{found}, and this version needs {needed}: {cure}."


def _unusable(error: SQLAlchemyError, cure: str) -> str:
    cause = type(getattr(error, "orig", None) or error).__name__
    return f"DATABASE_URL: it cannot be used ({cause}): {cure}."
