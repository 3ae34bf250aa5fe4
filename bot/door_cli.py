"""``aboard door`` and ``aboard workspaces``. What they need is imported when they run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.leaving import leave, leave_for, settings_by
from bot.listening import Host, Port, StatusHost, StatusPort
from bot.vendor_cli import Json

if TYPE_CHECKING:
    from bot.door_settings import DoorSettings

_NO_DATABASE = (
    "The database of SLACK_INSTALLATIONS cannot be used. Is it there, and does it answer?"
)

workspaces = typer.Typer(
    help="The workspaces behind a door: who has installed the app, and their keys.",
    no_args_is_help=True,
)


def door(
    host: Host = "127.0.0.1",
    port: Port = 3000,
    status_host: StatusHost = "127.0.0.1",
    status_port: StatusPort = None,
) -> None:
    """Run the door in front of several workspaces, until it is told to stop."""
    import asyncio

    from bot import door as door_itself
    from bot.status import Address

    status = None if status_port is None else Address(status_host, status_port)
    with _in_words():
        asyncio.run(door_itself.serve(_settings(), Address(host, port), status))


@workspaces.command("list")
def listing(*, as_json: Json = False) -> None:
    """List every workspace: whether the app is installed there, since when, and what it may do."""
    from bot import door_desk, output

    with _in_words():
        rows = door_desk.rows(_settings())
    output.show(rows, as_json=as_json)


@workspaces.command()
def key(team: Annotated[str, typer.Argument(help="The workspace's id (T…).")]) -> None:
    """Print the secrets of the process of one workspace, as lines of its environment."""
    from bot import door_desk

    with _in_words():
        secrets = door_desk.key(_settings(), team)
    for name, value in secrets.items():
        typer.echo(f"{name}={value}")


@workspaces.command()
def reseal() -> None:
    """Seal every token with the newest DOOR_KEY."""
    from bot import door_desk

    with _in_words():
        number = door_desk.reseal(_settings())
    typer.echo(f"{number} sealed anew.")


@contextmanager
def _in_words() -> Iterator[None]:
    """Say in a sentence what hinders a command, and leave."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.reader import ConfigurationError

    try:
        yield
    except ConfigurationError as error:
        leave_for(error)
    except SQLAlchemyError:
        leave([_NO_DATABASE], status=1)


def _settings() -> "DoorSettings":
    from bot.door_settings import load

    return settings_by(load)
