"""Whether what a request asks may have been done since the copy was made that this database is.

What a copy did not know yet it may still have known to come: a line of a batch that becomes a
request, an end that was approved with its access, a question that is asked again. The original may
have gone on to it as well, so what is asked then is as old as what it follows from.
"""

from sqlalchemy.engine import Connection

from rules.values import Kind
from storage import batches, pauses, requests
from storage.models import Request
from workflow import asking_again


def may_be_done(connection: Connection, request: Request) -> bool:
    """Tell whether a request, or what it follows from, was known to a copy that was resumed."""
    if not pauses.was_restored(connection):
        return False
    known_at, due_at = _moments(connection, request)
    if pauses.is_restored(connection, known_at, due_at):
        return True
    earlier = asking_again.asked_first(connection, request)
    return earlier is not None and may_be_done(connection, earlier)


def _moments(connection: Connection, request: Request) -> tuple[int, int]:
    """Return since when something was known that leads to a request, and when it was due."""
    mine = request.created_at
    if request.batch is not None:
        batch = batches.by_number(connection, request.batch)
        return (batch.created_at, batch.created_at) if batch else (mine, mine)
    if request.kind == Kind.OFFBOARD and request.origin is not None:
        access = requests.by_number(connection, request.origin)
        return (access.created_at, access.until_at or mine) if access else (mine, mine)
    return mine, mine
