"""``aboard pause``, ``resume`` and ``backup``. What they need is imported when they run."""

from pathlib import Path
from typing import Annotated

import typer

from bot.leaving import settings
from bot.vendor_cli import Json, run


def pause(
    *,
    copy: Annotated[
        bool, typer.Option("--copy", help="This database was restored: believe nothing in it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Have Aboard only record and decide, until it is told to resume."""
    from bot import pause_desk

    paused = run(pause_desk.pause(settings(), is_copy=copy))
    _tell("Aboard is paused." if paused else "Aboard is paused already.", "paused", as_json=as_json)


def resume(*, as_json: Json = False) -> None:
    """Have Aboard work again, after a pause or where it was restored from a copy."""
    from bot import pause_desk

    resumed = run(pause_desk.resume(settings()))
    said = "Aboard works again." if resumed else "Aboard is not paused."
    _tell(said, "working", as_json=as_json)


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The copy, which is new.")],
    *,
    as_json: Json = False,
) -> None:
    """Copy an SQLite database, also while Aboard runs; the copy starts paused."""
    from bot import pause_desk

    run(pause_desk.backup(settings(), target))
    said = f"The copy is {target}. Where it is started, it waits for `aboard resume`."
    _tell(said, "copied", as_json=as_json)


def _tell(said: str, result: str, *, as_json: bool) -> None:
    from bot import output

    if as_json:
        output.line({"result": result, "detail": said})
    else:
        typer.echo(said)
