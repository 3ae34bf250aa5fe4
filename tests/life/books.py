"""The durable engine's books, as DBOS keeps them: what a commit enqueued is there after it.

The same attempt enqueued twice runs once; what was running when the process died runs again; what
ended stays in the books. `tests/integration/test_runner.py` holds the real engine to the same.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from workflow.clock import SECOND, Clock

_TABLE = """
CREATE TABLE IF NOT EXISTS books (
    id TEXT PRIMARY KEY, place INTEGER, step TEXT, number INTEGER, due_at INTEGER, state TEXT
)"""


@dataclass(frozen=True)
class Entry:
    """An attempt in the books."""

    id: str
    step: str
    number: int


def _write(connection: Connection, entry: Entry, due_at: int) -> None:
    connection.execute(
        sa.text(
            "INSERT OR IGNORE INTO books VALUES (:id, (SELECT count(*) FROM books), "
            ":step, :number, :due, 'enqueued')"
        ),
        {"id": entry.id, "step": entry.step, "number": entry.number, "due": due_at},
    )


class Books:
    """The engine's books, in the database of the requests."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        with engine.begin() as connection:
            connection.exec_driver_sql(_TABLE)

    def enqueue(
        self, connection: Connection, vendor: str, step: str, number: int, delay: float = 0.0
    ) -> None:
        """Write an attempt down, in the transaction of whoever wants it."""
        del vendor
        due = self._clock() + int(delay * SECOND)
        _write(connection, Entry(f"{step}:{number}", step, number), due)

    def revive(self, connection: Connection, vendor: str, step: str, number: int, at: int) -> None:
        """Write an attempt down under a name of its own."""
        del vendor
        _write(connection, Entry(f"{step}:{number}:{at}", step, number), at)

    def wake(self, vendor: str) -> None:
        """Do nothing: whoever lives this life looks into the books by themselves."""

    async def alive(self, step: str) -> bool:
        """Tell whether an attempt of this step is enqueued or running."""
        with self._engine.begin() as connection:
            return any(one.step == step for one in self._in(connection, "enqueued", "running"))

    def due(self) -> list[Entry]:
        """Return what may start now, in the order in which it was enqueued."""
        with self._engine.begin() as connection:
            return self._in(connection, "enqueued", due_by=self._clock())

    def next_due(self) -> int | None:
        """Return when something may start next."""
        with self._engine.begin() as connection:
            query = "SELECT min(due_at) FROM books WHERE state = 'enqueued'"
            found = connection.exec_driver_sql(query).scalar()
        return None if found is None else int(found)

    def note(self, entry: Entry, state: str) -> None:
        """Write down that an attempt is `running`, `ended` or `lost`."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.text("UPDATE books SET state = :state WHERE id = :id"),
                {"id": entry.id, "state": state},
            )

    def recover(self) -> None:
        """Have everything run again that was running when the process died."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE books SET state = 'enqueued' WHERE state = 'running'"
            )

    def _in(self, connection: Connection, *states: str, due_by: int | None = None) -> list[Entry]:
        query = "SELECT id, step, number, state, due_at FROM books ORDER BY place"
        return [
            Entry(row.id, row.step, row.number)
            for row in connection.exec_driver_sql(query)
            if row.state in states and (due_by is None or row.due_at <= due_by)
        ]
