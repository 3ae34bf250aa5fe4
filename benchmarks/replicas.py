"""What more processes on one PostgreSQL bring, and how soon the work of a dead one is taken over.

Asks are sent to all replicas alike over sixteen connections, by one caller. Steps are those of
people whom a rule approves by itself, asked for at all replicas in turn; Slack and the vendors
answer at once. Then one of two replicas is killed while the vendors are slow and it has attempts in
hand.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.acknowledge import call
from benchmarks.clusters import PostgresServer
from benchmarks.company import PROFILE, hire
from benchmarks.configured import CONFIGURATION, by_one_person, environment
from benchmarks.figures import Requirement
from benchmarks.fleet import cluster, fleet
from benchmarks.ledger import Ledger
from benchmarks.ports import HOST, free_port
from benchmarks.processes import Started, python, running
from sandbox.parts import Server
from sandbox.server import running as sandbox_running

COUNTS = (1, 2, 4)
CONNECTIONS = 16
_MOST_SECONDS = 15.0
_AT_ONCE, _SLOW, _IN_HAND = 50, 0.5, 5
_LOOK, _PATIENCE = 0.02, 300.0
_RULE = f"""
[[rules]]
name = "measured"
when = {{ action = "onboard", profile = "{PROFILE}" }}
automatic = true
"""
_OPEN = "SELECT count(*) FROM request WHERE ended_at IS NULL"
_NOT_GOOD = "SELECT count(*) FROM request WHERE state <> 'completed'"
_IN_TROUBLE = (
    "SELECT vendor || ': ' || state FROM step WHERE state IN ('failed', 'unknown', "
    "'action_required') AND (vendor, state) <> ('axolo', 'unknown')"
)
"""Axolo cannot be asked whether the call arrived that died with its sender."""

_ENDS = "SELECT updated_at FROM step ORDER BY 1"
_STARTED = "SELECT actor FROM auditevent WHERE code = 'SYS001I' ORDER BY seq"
_LIMIT = "SELECT sum(rate_limit_max / rate_limit_period_sec) FROM dbos.queues"
_HELD = (
    "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = %s"
)
_LEFT = (
    "SELECT count(*) FROM dbos.workflow_status WHERE workflow_uuid = ANY(%s) "
    "AND (status = 'ENQUEUED' OR status = 'PENDING' AND executor_id = %s)"
)
_UNDONE = (
    "SELECT count(*) FROM dbos.workflow_status "
    "WHERE workflow_uuid = ANY(%s) AND status <> 'SUCCESS'"
)


@dataclass(frozen=True)
class Death:
    """One kill: attempts in hand, and seconds until the last was taken over, and had ended."""

    held: int
    taken: float
    ended: float


@dataclass
class Replicas:
    """What was found: by the number of replicas a value per round, and the deaths.

    ``limit`` is how many steps a second all replicas together may begin at these vendors.
    """

    acknowledged: dict[int, list[float]] = field(default_factory=dict)
    steps: dict[int, list[float]] = field(default_factory=dict)
    deaths: list[Death] = field(default_factory=list)
    limit: float = 0.0


def measure(rounds: int, seconds: float, people: int) -> Replicas:
    """Load 1, 2 and 4 replicas in turns, ``rounds`` times; kill one of two as often."""
    found = Replicas({many: [] for many in COUNTS}, {many: [] for many in COUNTS})
    with cluster() as server:
        for _ in range(rounds):
            for many in COUNTS:
                found.acknowledged[many].append(_acknowledged(server, many, seconds))
                found.steps[many].append(asyncio.run(_steps(server, many, people, found)))
            found.deaths.append(asyncio.run(_death(server)))
    return found


def _acknowledged(server: PostgresServer, many: int, seconds: float) -> float:
    with ExitStack() as stack:
        url, town = stack.enter_context(server.lent()), stack.enter_context(_town())
        given = environment(town) | {"DATABASE_URL": url}
        started = stack.enter_context(fleet(many, CONFIGURATION.format(town=town), given))
        call(started, CONNECTIONS, 1.0, core=None)
        answered = call(started, CONNECTIONS, seconds, core=None)
    return len(answered["seconds"]) / answered["took"]


@contextmanager
def _town() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        port = free_port()
        command = python("-m", "benchmarks.town", str(port))
        with running(command, port, Path(folder), core=None):
            yield f"http://{HOST}:{port}"


@dataclass
class House:
    """Replicas that serve the sandbox, and their database, read beside them."""

    server: Server
    ledger: Ledger
    started: list[Started]
    rows: "psycopg.Connection[tuple[int | str, ...]]"

    def values(self, question: str, *given: object) -> list[int | str]:
        """Return the first column of an answer."""
        return [row[0] for row in self.rows.execute(question.encode(), given)]

    async def until(self, question: str, *given: object) -> float:
        """Look until a count is 0; return the moment at which it was."""
        async with asyncio.timeout(_PATIENCE):
            while await asyncio.to_thread(self.values, question, *given) != [0]:  # noqa: ASYNC110 - other processes tell nobody
                await asyncio.sleep(_LOOK)
        return time.perf_counter()

    async def ask(self, people: int) -> None:
        """Ask for newcomers, at each replica in turn."""
        slack, manager = self.server.workspace, self.server.cast.manager
        for place, one in enumerate(hire(self.server, people)):
            port = self.started[place % len(self.started)].port
            self.server.connect(f"http://{HOST}:{port}/slack/events")
            text = f"<@{one.id}|{one.name}> {one.name}-hub {PROFILE}"
            answer = await slack.command(manager, "/onboard", text)
            if answer.error is not None:
                raise RuntimeError(f"the request was not acknowledged: {answer.error}")


@asynccontextmanager
async def _house(
    server: PostgresServer, many: int, pause: Callable[[], float]
) -> AsyncIterator[House]:
    """Run the sandbox and ``many`` replicas, in a thread's care: it answers while they start."""
    ledger = Ledger(pause, _AT_ONCE)
    with server.lent() as url:
        async with sandbox_running() as sandbox:
            for vendor, simulator in sandbox.vendors.items():
                simulator.faults.plant("pace", partial(ledger.take, vendor), None)
            given = sandbox.environment() | {"DATABASE_URL": url}
            house = fleet(many, by_one_person(sandbox.configuration()) + _RULE, given)
            started = await asyncio.to_thread(house.__enter__)
            try:
                with closing(psycopg.connect(url, autocommit=True)) as rows:
                    yield House(sandbox, ledger, started, rows)
            finally:
                await asyncio.to_thread(house.__exit__, None, None, None)


async def _steps(server: PostgresServer, many: int, people: int, found: Replicas) -> float:
    """Return the steps that ended in a second, from the first to the last."""
    async with _house(server, many, lambda: 0.0) as house:
        await house.ask(people)
        await house.until(_OPEN)
        if wrong := house.values(_NOT_GOOD)[0]:
            raise RuntimeError(f"{wrong} of {people} did not come on board")
        found.limit = float(house.values(_LIMIT)[0])
        ends = [int(one) for one in house.values(_ENDS)]
    return (len(ends) - 1) / ((ends[-1] - ends[0]) / 1e6)


async def _death(server: PostgresServer) -> Death:
    """Kill the replica that has some attempts in hand first."""
    async with _house(server, 2, lambda: _SLOW) as house:
        names = house.values(_STARTED)
        await house.ask(2 * _IN_HAND)
        async with asyncio.timeout(_PATIENCE):
            name = await _busy(house, names)
        house.started[names.index(name)].process.kill()
        killed = time.perf_counter()
        held = house.values(_HELD, name)
        taken = await house.until(_LEFT, held, name)
        ended = await house.until(_UNDONE, held)
        await house.until(_OPEN)
        if wrong := house.values(_IN_TROUBLE):
            raise RuntimeError(f"{wrong} did not end well after the death of a replica")
    return Death(len(held), taken - killed, ended - killed)


async def _busy(house: House, names: list[int | str]) -> int | str:
    """Return which of the replicas, named in the order in which they started, is at work first."""
    while True:
        for name in names:
            if len(await asyncio.to_thread(house.values, _HELD, name)) >= _IN_HAND:
                return name


def requirements(found: Replicas) -> Iterator[Requirement]:
    """Yield what had to be reached, in the worst round."""
    slowest = max(one.taken for one in found.deaths)
    yield Requirement(
        "a dead replica's work is taken over, in s", slowest, _MOST_SECONDS, at_most=True
    )
