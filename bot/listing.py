"""``aboard history``: requests as a table, or as JSON for programs."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.reader import ConfigurationError
from bot.settings import Settings
from storage.database import Database
from storage.history import Filter
from workflow.clock import as_datetime
from workflow.readmodels import RequestView
from workflow.reads import Reads


@dataclass(frozen=True, slots=True)
class Listing:
    """Requests as plain values, and the number to ask for the next ones with."""

    rows: list[dict[str, str | int]]
    after: int | None


async def page(settings: Settings, person: str | None, after: int | None, size: int) -> Listing:
    """Read a page of requests, newest first."""
    database = Database(settings.environment.database_url.get_secret_value())
    try:
        reads = Reads(database, settings.catalog, "")
        found = await reads.page(Filter(subject=person), after=after, size=size)
    except (OperationalError, ProgrammingError) as error:
        sentence = "The database cannot be read. `aboard migrate` makes its tables."
        raise ConfigurationError([sentence]) from error
    finally:
        database.close()
    return Listing([_row(view) for view in found.requests], found.after)


def _row(view: RequestView) -> dict[str, str | int]:
    return {
        "number": view.number,
        "kind": view.kind.value,
        "state": view.state.value,
        "subject": view.subject,
        "requester": view.requester,
        "created_at": as_datetime(view.created_at).isoformat(timespec="seconds"),
        "steps": ", ".join(f"{step.vendor}: {step.state.value}" for step in view.steps),
    }


def table(listing: Listing) -> None:
    """Print a page for people."""
    shown = Table("#", "kind", "state", "subject", "requester", "created (UTC)", "steps")
    for row in listing.rows:
        shown.add_row(*(str(value) for value in row.values()))
    console = Console()
    console.print(shown)
    if listing.after:
        console.print(f"More: --after {listing.after}")
