"""Rows on a terminal: as a table for people, as one JSON object a line for programs."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def show(rows: Sequence[dict[str, str]], *, as_json: bool) -> None:
    """Print ``rows``; a vendor's text is never taken for markup."""
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))  # noqa: T201 - this is the output
        return
    table = Table(*(rows[0].keys() if rows else ["nothing"]))
    for row in rows:
        table.add_row(*(escape(value) for value in row.values()))
    Console().print(table)
