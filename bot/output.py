"""Rows on a terminal: as a table for people, as one JSON object a line for programs."""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.rows import Row


def show(rows: Sequence[Row], *, as_json: bool) -> None:
    """Print ``rows``; a vendor's text is never taken for markup, and nothing is cut off."""
    if as_json:
        for row in rows:
            line(row)
        return
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    for name in rows[0] if rows else ["nothing"]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(value)) for value in row.values()))
    Console().print(table)


def line(row: Row) -> None:
    """Print one row as JSON."""
    print(json.dumps(row, ensure_ascii=False), flush=True)  # noqa: T201 - this is the output


@contextmanager
def progress(what: str, total: int) -> Generator[Callable[[int], None]]:
    """Yield what hears how many more are done; a terminal shows a bar for it on standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)
