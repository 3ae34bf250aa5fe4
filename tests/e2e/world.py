"""A world for a bot: the sandbox, the composed app behind it over HTTP, and a clock that shifts.

Everything runs in the event loop of the tests. Slack's pace of one message a second in a
conversation is shortened, or every story would wait for it in the one channel that they share;
`test_slack_faults` looks at the real one. So is the time after which a vendor is trusted to show
what was written; `tests/faults/test_late_lists.py` looks at that. What has to be answered within
seconds has ten times as long, for a loaded machine proves nothing wrong; where somebody is silent,
`hurried` sets the limits of production.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import structlog
from dbos._event_loop import BackgroundEventLoop
from starlette.types import ASGIApp
from structlog.typing import EventDict

from bot.app import Aboard, compose
from bot.migration import migrate
from bot.server import http
from bot.settings import Settings, load
from commands import delivery, desk, directory, dispatch, members
from commands.daily import DailyDelivery
from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack import triggers
from sandbox.slack.workspace import Workspace
from sandbox.vendors.ixon import FORTNIGHT
from sandbox.vendors.ixon_model import InviteLife
from storage import messages
from storage.engine import is_sqlite
from storage.history import Filter
from tests.listening import listening
from vendors.registry import BUILT_IN
from workflow import planning
from workflow.clock import as_micros, system_clock
from workflow.invitations import Invitations
from workflow.timers import Timers

Once = Callable[[Any], Awaitable[float | None]]

PATIENCE = 40.0
UNDER_WAY = ("received", "approved", "running")
PACE = timedelta(milliseconds=10)
A_MOMENT = 0.05
SLOWER = 10
LIMITS: tuple[tuple[ModuleType, str], ...] = (
    (dispatch, "_SECONDS"),
    (desk, "_UPDATE_SECONDS"),
    (directory, "_PATIENCE_SECONDS"),
    (members, "_SECONDS"),
    (planning, "_PREVIEW_SECONDS"),
    (triggers, "LIFETIME"),
)
"""How long a step towards an answer may take."""
A_LITTLE = timedelta(seconds=2)
PUT_OFF = timedelta(minutes=6)
"""After this, a message that could not be shown is tried again."""
OUT_OF_DATE = timedelta(seconds=31)
"""After this, what Slack said about people is asked anew."""


class ShiftingClock:
    """The machine's clock, ahead of it by as much as the tests have let pass."""

    def __init__(self) -> None:
        self._ahead = 0

    def __call__(self) -> int:
        return system_clock() + self._ahead

    def forward(self, length: timedelta) -> None:
        self._ahead += as_micros(length)


@dataclass
class Looks:
    """How many looks at what is due are under way: a test has the bot look, and its loops do."""

    under_way: int = 0


@dataclass(frozen=True)
class World:
    """A sandbox and the bot that lives in it."""

    server: Server
    aboard: Aboard
    clock: ShiftingClock
    errors: list[str]
    """What the bot logged as an error, oldest first."""

    looks: Looks = field(default_factory=Looks)

    @property
    def slack(self) -> Workspace:
        return self.server.workspace

    async def later(self, length: timedelta) -> None:
        """Let time pass for the bot, and let it notice."""
        self._pass(length)
        await self.aboard.timers.once()
        await self.looked()

    async def invitations_looked_up(self) -> None:
        """Look until no invitation is due: those of other stories are due, too."""
        while await self.aboard.invitations.once() is not None:
            pass
        await self.looked()

    async def looked(self) -> None:
        """Wait until no look is under way: what a loop was first to take is seen to by then."""
        async with asyncio.timeout(PATIENCE):
            while self.looks.under_way:
                await self._something_happens()

    def _pass(self, length: timedelta) -> None:
        self.clock.forward(length)
        self.aboard.means.bells.received.ring()
        self.aboard.means.bells.outdated.ring()

    async def at_rest(self) -> None:
        """Wait until every request has come as far as it can without a person."""
        async with asyncio.timeout(PATIENCE):
            while await self._is_busy():
                await self._something_happens()

    async def spoken(self) -> None:
        """Wait until everything was said in Slack, also what had been put off."""
        self._pass(PUT_OFF)
        async with asyncio.timeout(PATIENCE):
            while await self._has_to_say_something():
                if not await self._something_happens():
                    self._pass(A_LITTLE)

    async def _something_happens(self) -> bool:
        """Wait for a moment at most; tell whether anything has happened."""
        try:
            async with asyncio.timeout(A_MOMENT):
                await self.server.changes.after(self.server.changes.version)
        except TimeoutError:
            return False
        return True

    async def _is_busy(self) -> bool:
        pages = [await self.aboard.reads.page(Filter(state=one), size=1) for one in UNDER_WAY]
        return any(page.requests for page in pages)

    async def _has_to_say_something(self) -> bool:
        return await self.aboard.means.database.read(messages.waiting) > 0


@asynccontextmanager
async def living(
    folder: Path, url: str, threshold: int = 1, policy: str = ""
) -> AsyncIterator[World]:
    """Run a sandbox and a bot on the database at `url` until the block ends."""
    clock = ShiftingClock()
    async with running() as server:
        life = InviteLife(lambda: clock() / 1_000_000, FORTNIGHT)
        server.ixon.company._life = life  # an invitation grows old with the bot that waits for it
        settings = settings_of(server, folder, url, (threshold, policy))
        if not is_sqlite(url):
            migrate(url)
        async with inhabited(server, settings, clock) as world:
            yield world


@asynccontextmanager
async def inhabited(
    server: Server, settings: Settings, clock: ShiftingClock
) -> AsyncIterator[World]:
    """Run a bot in a sandbox that is there already, until the block ends."""
    with ExitStack() as held:
        for one in (paced(PACE), settled_within(1), slower(server, SLOWER), _in_this_loop()):
            held.enter_context(one)
        errors, looks = held.enter_context(_errors_logged()), held.enter_context(_looks())
        async with compose(settings, clock) as aboard, listening(_app(aboard, settings)) as address:
            server.connect(f"{address}/slack/events")
            yield World(server, aboard, clock, errors, looks)


@contextmanager
def _looks() -> Iterator[Looks]:
    """Count the looks at what is due, whoever has the bot look."""
    looks = Looks()
    with pytest.MonkeyPatch.context() as patch:
        for kind in (Timers, DailyDelivery, Invitations):
            patch.setattr(kind, "once", _counted(kind.once, looks))
        yield looks


def _counted(once: Once, looks: Looks) -> Once:
    async def counted(self: Any) -> float | None:  # noqa: ANN401 - of whichever kind it is
        looks.under_way += 1
        try:
            return await once(self)
        finally:
            looks.under_way -= 1

    return counted


@contextmanager
def _in_this_loop() -> Iterator[None]:
    """Keep the engine to the loop of the tests, though it stands still between two of them.

    It would take what is due then to a loop of its own, where the connections to the vendors are
    not at home.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BackgroundEventLoop, "target_loop", lambda self: self._main_loop)
        yield


@contextmanager
def paced(pace: timedelta) -> Iterator[None]:
    """Have messages follow each other in a conversation no faster than this."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "_PACE", as_micros(pace))
        yield


@contextmanager
def settled_within(seconds: int) -> Iterator[None]:
    """Have every vendor trusted to show what was written after so many seconds."""
    with pytest.MonkeyPatch.context() as patch:
        for one in BUILT_IN.values():
            patch.setattr(one, "traits", replace(one.traits, settle=seconds))
        yield


@contextmanager
def slower(server: Server, times: float) -> Iterator[None]:
    """Give the bot, and Slack's patience with it, so many times as long as they have."""
    slack = server.workspace
    with pytest.MonkeyPatch.context() as patch:
        for where, name in LIMITS:
            patch.setattr(where, name, getattr(where, name) * times)
        for road in (slack.http, slack.sockets):
            patch.setattr(road, "patience", road.patience * times)
        yield


@contextmanager
def _errors_logged() -> Iterator[list[str]]:
    """Collect what is logged as an error; every line is printed for the reader of a failed test."""
    errors: list[str] = []

    def collect(_logger: object, name: str, event: EventDict) -> EventDict:
        if name in {"error", "exception", "critical"}:
            errors.append(str(event))
        return event

    processors = structlog.get_config()["processors"]
    before = list(processors)
    render = structlog.processors.KeyValueRenderer(key_order=["event"])
    processors[:] = [structlog.processors.format_exc_info, collect, render]
    try:
        yield errors
    finally:
        processors[:] = before


def settings_of(server: Server, folder: Path, url: str, asked: tuple[int, str]) -> Settings:
    threshold, policy = asked
    file = folder / "aboard.toml"
    text = server.configuration().replace("threshold = 1", f"threshold = {threshold}")
    policy, people, more = policy.partition("[people]\n")
    text = text.replace("[people]\n", f"[people]\n{more}") if people else text
    file.write_text(f"{text}\n{policy}", encoding="utf-8")
    return load(server.environment() | {"ABOARD_CONFIG": str(file), "DATABASE_URL": url})


def _app(aboard: Aboard, settings: Settings) -> ASGIApp:
    secret = settings.environment.slack_signing_secret
    assert secret is not None
    return http(aboard, secret, previous=settings.environment.slack_signing_secret_previous)
