"""The database that is there: a command that looks something up never makes an empty one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.reader import ConfigurationError, UnavailableError
from bot.settings import Settings
from storage import soundness
from storage.audit_chain import KeyMissingError
from storage.database import Database

_CURE = "set DATABASE_URL, or run this in Aboard's working directory; `aboard migrate` makes one"
UNUSABLE = (
    "The database cannot be used: `aboard check` says whether it runs. Where it is new, or older "
    "than this version, `aboard migrate` brings its tables up to date."
)
"""What a command says that finds no tables, or nobody who answers."""


def unreachable(error: Exception) -> str:
    """Say that a database cannot be opened, and what to look at; its address stays untold."""
    cause = type(getattr(error, "orig", None) or error).__name__
    return f"it cannot be opened ({cause}): look at DATABASE_URL, and whether it runs."


def reach(engine: Engine) -> None:
    """Connect to a database; ``UnavailableError`` where that cannot be."""
    try:
        engine.connect().close()
    except OperationalError as error:
        raise UnavailableError([f"DATABASE_URL: {unreachable(error)}"]) from error


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
    """Lend the database; ``ConfigurationError`` where it is not there, or cannot be used so."""
    database = Database(address(settings), settings.audit_key)
    try:
        yield database
    except KeyMissingError as error:
        raise ConfigurationError([str(error)]) from error
    except SQLAlchemyError as error:
        raise ConfigurationError([UNUSABLE]) from error
    finally:
        database.close()
