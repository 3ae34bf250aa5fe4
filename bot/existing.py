"""The database that is there: a command that looks something up never makes an empty one."""

from pathlib import Path

from sqlalchemy.engine import make_url

from bot.reader import ConfigurationError
from bot.settings import Settings
from storage import soundness

_CURE = "set DATABASE_URL, or run this in Aboard's working directory; `aboard migrate` makes one"


def address(settings: Settings) -> str:
    """Return the address of the database.

    ``ConfigurationError`` where it names an SQLite file that is not there: to open it would make
    it, and an empty one answers that nothing is kept.
    """
    url = settings.environment.database_url.get_secret_value()
    if not soundness.is_there(url):
        file = Path(make_url(url).database or "").absolute()
        raise ConfigurationError([f"There is no database {file}: {_CURE}."])
    return url
