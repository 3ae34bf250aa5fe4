"""The settings for a command, or a sentence and an exit status."""

from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from bot.settings import Settings


def settings() -> "Settings":
    """Return the settings, or say what is wrong with them and leave."""
    from bot import logs
    from bot.reader import ConfigurationError
    from bot.settings import load

    try:
        loaded = load()
    except ConfigurationError as error:
        leave(error.problems)
    logs.configure(loaded.secrets())
    return loaded


def leave(problems: list[str], status: int = 2) -> NoReturn:
    """Say what is wrong, a line each, and leave with ``status``."""
    for problem in problems:
        typer.echo(f"aboard: {problem}", err=True)
    raise typer.Exit(status)
