"""One of several processes that count up in one SQLite file: reads, then writes, in a transaction.

`python -m tests.integration.contender URL ROUNDS [naive]` prints how many transactions failed. With
`naive` it begins its transactions as SQLAlchemy does by default.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.database import Database
from tests.battery.defects import DEFECTS
from tests.battery.plugin import DEFECT

TOGETHER = 5
"""How many writes one transaction is of; what is counted is a multiple of it."""
_MEANWHILE = 0.001
READ = sa.text("SELECT at FROM inbox WHERE key = 'counter'")
WRITE = sa.text("UPDATE inbox SET at = :at WHERE key = 'counter'")


def count_up(connection: Connection) -> None:
    """Read the counter, and write it one higher."""
    connection.execute(WRITE, {"at": connection.execute(READ).scalar_one() + 1})


def count_up_slowly(connection: Connection) -> None:
    """Count up as a handler does that has something to do in between: another one reads then."""
    found = connection.execute(READ).scalar_one()
    time.sleep(_MEANWHILE)
    connection.execute(WRITE, {"at": found + 1})


async def ours(url: str, rounds: int) -> int:
    """Count up by the writes of the bot, a few in each transaction; return how many failed."""
    database, failed = Database(url), 0
    for _ in range(rounds // TOGETHER):
        writes = (database.write(count_up) for _ in range(TOGETHER))
        ends = await asyncio.gather(*writes, return_exceptions=True)
        failed += sum(isinstance(end, BaseException) for end in ends)
    database.close()
    return failed


def naive(url: str, rounds: int) -> int:
    """Count up by transactions that take no lock before they write; return how many failed."""
    engine = sa.create_engine(url, connect_args={"timeout": 10})
    failed = sum(_fails(engine, count_up_slowly) for _ in range(rounds))
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
