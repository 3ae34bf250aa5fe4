"""An office: all of the bot but its front door and its engine, on a clock that is moved by hand.

What decides is production's: use cases, preparation, attempts, timers, delivery, adapters, storage.
Slack and the vendors are the sandbox's, over HTTP. An hour passes here at once, so that outages of
hours and thousands of requests fit into a test.
"""

import heapq
import itertools
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import Connection

from benchmarks.configured import by_one_person
from bot.settings import Settings, load
from bot.slack import home_team
from bot.vendor_desk import vendors_on
from commands.delivery import Delivery
from commands.directory import SlackDirectory
from commands.notifier import Notifier
from rules.values import Kind, Verdict
from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.model import User
from storage import migrate, requests
from storage.database import Database
from storage.models import METADATA, Request, Step
from vendors.github import GitHub
from vendors.tools import Tools
from workflow.attempts import Attempts
from workflow.clock import SECOND, as_datetime
from workflow.drafts import Click, RequestDraft
from workflow.events import Bells
from workflow.means import Means
from workflow.outbox import Outbox
from workflow.preparing import Preparer
from workflow.reads import Reads
from workflow.service import Service
from workflow.timers import Timers

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
ROOM = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**28 else None
UNANCHORED = METADATA.tables["unanchored"]
BEGINNING = 1_800_000_000 * SECOND
EVERYTHING = "seller"
"""The profile that gives something at each of the five vendors."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> int:
        return self.now

    async def rest(self, seconds: float) -> None:
        """Let the time pass that somebody waits."""
        self.now += int(seconds * SECOND)


@dataclass(order=True)
class Entry:
    """An attempt that is to run: when, in which order, of which step, and its number."""

    due: int
    place: int
    step: str = field(compare=False)
    number: int = field(compare=False)


class Queue:
    """What the engine has to run. The same attempt runs once, as in DBOS's books."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._places = clock, itertools.count()
        self._known: set[str] = set()
        self.entries: list[Entry] = []

    def enqueue(
        self, connection: Connection, vendor: str, step: str, number: int, delay: float = 0.0
    ) -> None:
        """Take an attempt on."""
        del connection, vendor
        self._put(f"{step}:{number}", step, number, self._clock() + int(delay * SECOND))

    def revive(self, connection: Connection, vendor: str, step: str, number: int, at: int) -> None:
        """Take an attempt on under a name of its own."""
        del connection, vendor
        self._put(f"{step}:{number}:{at}", step, number, at)

    def wake(self, vendor: str) -> None:
        """Do nothing: whoever works in the office looks by themselves."""

    async def alive(self, step: str) -> bool:
        """Tell whether an attempt of this step is to run."""
        return any(one.step == step for one in self.entries)

    def _put(self, name: str, step: str, number: int, due: int) -> None:
        if name not in self._known:
            self._known.add(name)
            heapq.heappush(self.entries, Entry(due, next(self._places), step, number))


@dataclass
class Office:
    """The bot's parts, and the world that they work in."""

    server: Server
    settings: Settings
    clock: Clock
    means: Means
    queue: Queue
    preparer: Preparer
    delivery: Delivery
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.service, self.attempts = Service(self.means), Attempts(self.means)
        self.timers = Timers(self.means, self.queue)

    def hire(self) -> User:
        """Have somebody join: in Slack, and at GitHub under a login of their own."""
        number, slack = next(self._numbers), self.server.workspace
        name, team = f"ann{number:05}", slack.state.team.id
        mail = f"{name}@acme.example"
        user = User(f"U0OFF{number:05d}", team, name, f"Ann Number-{number:05}", mail)
        slack.state.directory.users[user.id] = user
        self.server.github.add(self.login(user), user.real_name)
        return user

    def login(self, user: User) -> str:
        """Return what somebody is called at GitHub."""
        return f"{user.name}-hub"

    async def asks(self, user: User, kind: Kind = Kind.ONBOARD, profile: str = EVERYTHING) -> int:
        """Have the manager ask for somebody; return the number of the request."""
        comes = kind is Kind.ONBOARD
        draft = RequestDraft(
            kind, user.team_id, self.server.cast.manager.id, user.id, self.login(user),
            profile if comes else None, "", self.server.cast.requests, self._delivery(),
        )  # fmt: skip
        receipt = await self.service.submit(draft)
        assert not hasattr(receipt, "sentence"), receipt
        await self.preparer.once()
        return int(receipt.number)

    async def approved(
        self, user: User, kind: Kind = Kind.ONBOARD, profile: str = EVERYTHING
    ) -> int:
        """Have the manager ask for somebody, and the lead approve; nothing is done yet."""
        number = await self.asks(user, kind, profile)
        await self.approves(number)
        return number

    async def approves(self, number: int) -> None:
        """Have the lead approve."""
        ref = (await self.request(number)).ref
        lead = self.server.cast.lead.id
        click = Click(ref, lead, Verdict.APPROVE, "", self._delivery())
        answer = await self.service.decide(click)
        assert answer.counted, answer.sentence

    async def works(self, until: int | None = None) -> None:
        """Run what is to run, moving the clock to it, up to a moment."""
        while self.queue.entries and (until is None or self.queue.entries[0].due <= until):
            entry = heapq.heappop(self.queue.entries)
            self.clock.now = max(self.clock.now, entry.due)
            await self.attempts.attempt(entry.step, entry.number)

    async def gives_nothing(self) -> None:
        """Have no anchor of the audit trail arrive outside for longer than Aboard goes on without.

        Whoever works with ``means`` beside the office has to be made anew.
        """
        self.means = replace(self.means, grace=1)
        self.attempts = Attempts(self.means)
        late = sa.insert(UNANCHORED).values(id=1, since=1)
        await self.means.database.write(lambda one: one.execute(late))

    async def gives_again(self) -> None:
        """Have an anchor arrive again."""
        await self.means.database.write(lambda one: one.execute(sa.delete(UNANCHORED)))

    async def request(self, number: int) -> Request:
        """Return a request as its row is now."""
        found = await self.means.database.read(partial(requests.by_number, number=number))
        assert found is not None
        return found

    async def steps(self, number: int) -> dict[str, Step]:
        """Return the steps of a request, by vendor."""
        rows = await self.means.database.read(partial(requests.steps_of, number=number))
        return {one.vendor: one for one in rows}

    async def retries(self, step: Step) -> str:
        """Have the manager press a step's Retry; return what she reads."""
        manager = self.server.cast.manager.id
        return (await self.service.retry(step.ref, manager, self._delivery())).sentence

    def _delivery(self) -> str:
        return f"delivery-{next(self._numbers)}"


@asynccontextmanager
async def open_office() -> AsyncIterator[Office]:
    """Run an office on a database of its own, in memory where there is a place for it."""
    clock = Clock()
    with TemporaryDirectory(dir=ROOM) as folder:
        async with running(clock=lambda: clock() / SECOND) as server, AsyncExitStack() as stack:
            yield await _furnished(server, clock, Path(folder), stack)


async def _furnished(server: Server, clock: Clock, folder: Path, stack: AsyncExitStack) -> Office:
    settings = _settings(server, folder)
    database = Database(settings.environment.database_url.get_secret_value())
    stack.callback(database.close)
    migrate.upgrade(database.engine)
    tools = Tools(lambda: as_datetime(clock()), sleep=clock.rest)
    assert settings.github is not None
    github = GitHub(settings.github, tools)
    stack.push_async_callback(github.aclose)
    shared = Tools(tools.clock, github=github, sleep=clock.rest)
    vendors = await stack.enter_async_context(vendors_on(settings, shared))
    client = await _client(settings, stack)
    team = await home_team(client)
    directory, queue = SlackDirectory(client, clock, team), Queue(clock)
    references = itertools.count(1)
    means = Means(
        database, directory, vendors, settings.catalog, clock,
        lambda: f"reference-{next(references):06}", queue, Bells(), settings.slack.channel,
    )  # fmt: skip
    reads = Reads(database, settings.catalog, team, frozenset({"ixon"}))
    delivery = Delivery(Outbox(database, clock), Notifier(reads), client, directory, clock)
    return Office(server, settings, clock, means, queue, Preparer(means, github), delivery)


def _settings(server: Server, folder: Path) -> Settings:
    file, url = folder / "aboard.toml", f"sqlite:///{folder / 'aboard.db'}"
    file.write_text(by_one_person(server.configuration()), encoding="utf-8")
    return load(server.environment() | {"ABOARD_CONFIG": str(file), "DATABASE_URL": url})


async def _client(settings: Settings, stack: AsyncExitStack) -> AsyncWebClient:
    session = await stack.enter_async_context(aiohttp.ClientSession())
    return AsyncWebClient(
        token=settings.environment.slack_bot_token.get_secret_value(),
        base_url=f"{settings.environment.slack_api_url}/",
        session=session,
        timeout=10,
    )
