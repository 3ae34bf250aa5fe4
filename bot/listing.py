"""``aboard history``: requests as a table for people, as JSON or CSV for programs."""

import json
from datetime import UTC

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import existing
from bot.reader import ConfigurationError, vendor_classes
from bot.settings import Settings
from storage import history
from workflow import searching
from workflow.entries import Ledger, collect
from workflow.searching import Misread, Search

_SHOWN = ("number", "kind", "state", "subject", "requester", "created_at", "steps")


def question(settings: Settings, words: list[str]) -> Search:
    """Read what is asked for, its days in UTC; raise ``ConfigurationError`` with what is wrong."""
    classes = vendor_classes()
    titles = {name: classes[name].title for name in settings.vendors}
    read = searching.read(" ".join(words), titles, UTC)
    if isinstance(read, Misread):
        raise ConfigurationError([read.sentence.replace("`", "'")])
    return read


async def find(settings: Settings, search: Search, most: int) -> Ledger:
    """Read requests, newest first; raise ``ConfigurationError`` where the database cannot be."""
    with existing.opened(settings) as database:
        team = await database.read(history.workspace)
        if team is None:
            return Ledger(())
        return await collect(database, search.filter(team), after=search.after, most=most)


def show(ledger: Ledger, *, as_json: bool, as_csv: bool) -> None:
    """Print what was found."""
    if as_csv:
        typer.echo(ledger.csv(), nl=False)
    elif as_json:
        for one in ledger.entries:
            typer.echo(json.dumps(one.values(), ensure_ascii=False))
    else:
        _table(ledger)


def _table(ledger: Ledger) -> None:
    shown = Table("#", "kind", "state", "subject", "requester", "created (UTC)", "steps")
    for one in ledger.entries:
        shown.add_row(*(escape(str(one.values()[name])) for name in _SHOWN))
    console = Console()
    console.print(shown)
    if ledger.after:
        console.print(f"More: after {ledger.after}")
