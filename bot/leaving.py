"""The settings for a command, or a sentence and an exit status."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeVar

import typer

if TYPE_CHECKING:
    from bot.reader import ConfigurationError
    from bot.settings import Settings


class _Secretive(Protocol):
    def secrets(self) -> list[str]: ...


Loaded = TypeVar("Loaded", bound=_Secretive)


def settings() -> "Settings":
    """Return the bot's settings, or say what is wrong with them and leave."""
    from bot.settings import load

    return settings_by(load)


def settings_by(load: Callable[[], Loaded]) -> Loaded:
    """Return what ``load`` returns, with its secrets kept from the log from now on.

    Where it raises ``ConfigurationError``, says what is wrong and leaves.
    """
    from bot import logs
    from bot.reader import ConfigurationError

    try:
        loaded = load()
    except ConfigurationError as error:
        leave_for(error)
    logs.configure(loaded.secrets())
    return loaded


def leave_for(error: "ConfigurationError") -> NoReturn:
    """Say what is wrong with the settings, and leave with the status of such an error."""
    leave(error.problems, error.status)


def leave(problems: list[str], status: int = 2) -> NoReturn:
    """Say what is wrong, a line each, and leave with ``status``."""
    for problem in problems:
        typer.echo(f"aboard: {problem}", err=True)
    raise typer.Exit(status)
