"""One of several processes that count up in one SQLite file: reads, then writes, in a transaction.

`python -m tests.integration.contender URL ROUNDS [naive]` prints how many transactions failed. With
`naive` it begins its transactions as SQLAlchemy does by default.
"""

import asyncio
import os
import sys
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.database import Database
from tests.battery.defects import DEFECTS
from tests.battery.plugin import DEFECT

READ = sa.text("SELECT at FROM inbox WHERE key = 'counter'")
WRITE = sa.text("UPDATE inbox SET at = :at WHERE key = 'counter'")


def count_up(connection: Connection) -> None:
    """Read the counter, and write it one higher."""
    connection.execute(WRITE, {"at": connection.execute(READ).scalar_one() + 1})


async def ours(url: str, rounds: int) -> int:
    """Count up by the writes of the bot; return how many failed."""
    database = Database(url)
    ends = await asyncio.gather(
        *(database.write(count_up) for _ in range(rounds)), return_exceptions=True
    )
    database.close()
    return sum(isinstance(end, BaseException) for end in ends)


def naive(url: str, rounds: int) -> int:
    """Count up by transactions that take no lock before they write; return how many failed."""
    engine = sa.create_engine(url, connect_args={"timeout": 10})
    failed = sum(_fails(engine, count_up) for _ in range(rounds))
    engine.dispose()
    return failed


def _fails(engine: sa.Engine, work: Callable[[Connection], None]) -> bool:
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            work(connection)
            connection.commit()
    except sa.exc.OperationalError:
        return True
    return False


if __name__ == "__main__":
    if defect := os.environ.get(DEFECT):
        DEFECTS[defect]()
    url, rounds = sys.argv[1], int(sys.argv[2])
    failed = naive(url, rounds) if sys.argv[3:] == ["naive"] else asyncio.run(ours(url, rounds))
    sys.stdout.write(f"{failed}\n")
