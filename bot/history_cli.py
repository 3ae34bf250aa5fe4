"""``aboard history`` and ``aboard evidence``. What they need is imported when they run."""

from typing import Annotated

import typer

from bot.leaving import leave, settings
from bot.vendor_cli import run


def history(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PERSON|NUMBER|VENDOR|STATE|FROM..TO]...",
            help="Only these: a Slack id, a request's number, a vendor, a state, days in UTC.",
        ),
    ] = None,
    after: Annotated[int | None, typer.Option(help="Only requests before this number.")] = None,
    size: Annotated[int, typer.Option(help="How many.", min=1)] = 20,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header.")] = False,
) -> None:
    """List requests, newest first."""
    from bot import listing
    from bot.reader import ConfigurationError

    loaded = settings()
    further = ["after", str(after)] if after is not None else []
    try:
        search = listing.question(loaded, [*(words or []), *further])
    except ConfigurationError as error:
        leave(error.problems)
    found = run(listing.find(loaded, search, size))
    listing.show(found, as_json=as_json, as_csv=as_csv)
