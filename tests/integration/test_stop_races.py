"""Several processes meet a vendor that refuses the credential: one stops it, and one asks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from bot.migration import migrate
from rules.states import StepState
from storage import stops
from storage.database import Database
from storage.models import Step

PROCESSES, ROUNDS = 4, 25
MINUTE = stops.PAUSE
STEP = Step(
    id=7, ref="step", request_number=1, vendor="axiom", title="Axiom", state=StepState.RUNNING,
    access="", effect="create", planned="", updated_at=1,
)  # fmt: skip


@pytest.fixture
def processes(database_url: str) -> Iterator[list[Database]]:
    migrate(database_url)
    databases = [Database(database_url) for _ in range(PROCESSES)]
    yield databases
    for one in databases:
        one.close()


Does = Callable[..., bool]
"""Does something in a transaction; returns whether it came true."""


def at_once(processes: list[Database], does: Does, *, named: bool = False) -> int:
    """Have every process do it at the same moment; return for how many it came true.

    ``named``: each as a step of its own.
    """
    start = Barrier(PROCESSES)

    def work(place: int) -> bool:
        with processes[place].engine.connect() as connection:
            start.wait()
            with connection.begin():
                return does(connection, step=f"{place}") if named else does(connection)

    with ThreadPoolExecutor(PROCESSES) as pool:
        return sum(pool.map(work, range(PROCESSES)))


def test_of_several_processes_one_stops_a_vendor_one_asks_and_one_tells(
    processes: list[Database],
) -> None:
    for turn in range(1, ROUNDS):
        now = turn * 10 * MINUTE
        STEP.updated_at = now
        assert at_once(processes, partial(stops.begin, step=STEP, now=now)) == 1
        take = partial(stops.take, vendor="axiom", now=now + MINUTE)
        assert at_once(processes, take, named=True) == 1
        assert at_once(processes, take, named=True) == 0
        with processes[0].engine.begin() as connection:
            news = stops.news(connection, now)
        assert news is not None
        assert at_once(processes, partial(stops.take_telling, stop=news, now=now)) == 1
        assert at_once(processes, partial(stops.end, vendor="axiom", now=now + 2 * MINUTE)) == 1
        with processes[0].engine.begin() as connection:
            connection.exec_driver_sql("UPDATE vendorstop SET told = NULL, tell_at = 0")
