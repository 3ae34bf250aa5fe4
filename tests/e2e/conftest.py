"""One world for each database, shared by the tests; each test has people of its own in it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.clusters import PostgresServer
from sandbox.slack.model import User
from tests.e2e.calendar import Calendar
from tests.e2e.forging import Forger
from tests.e2e.people import People
from tests.e2e.rules import Groups
from tests.e2e.settings import Setting, on_both_databases
from tests.e2e.story import Story
from tests.e2e.world import SLOWER, World, living, slower

OUR_FAULT = ("invalid_", "msg_", "no_text", "missing_scope", "unknown_method", "view_too_large")
"""How the errors begin that no Slack ever gives to an app that keeps to its documents."""


STORIES = 40
"""So many live in one world: when time passes there, all that earlier ones left becomes due."""


@dataclass
class House:
    """Lends one world to test after test; a new one after many, or where it could not be calmed."""

    open_one: Callable[[], AbstractAsyncContextManager[World]]
    _held: AsyncExitStack = field(default_factory=AsyncExitStack)
    _world: World | None = None
    _stories: int = 0

    async def world(self) -> World:
        """Return the world, which is made where there is none."""
        if self._world is None:
            self._world = await self._held.enter_async_context(self.open_one())
        return self._world

    async def told(self) -> None:
        """Count a story that came to its end."""
        self._stories += 1
        if self._stories == STORIES:
            await self.give_up()

    async def give_up(self) -> None:
        """End the world, so that no later test has to live in it."""
        self._world, self._stories = None, 0
        await self._held.aclose()


HOUSES: list[House] = []
"""The houses that are open in this process."""


@pytest.fixture(scope="package", params=on_both_databases())
async def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """Run a bot in a sandbox, with one kind of database after the other."""
    setting: Setting = request.param
    server: PostgresServer | None = None
    if setting.database != "sqlite":
        server = request.getfixturevalue("postgres_server")
    house = House(lambda: _world(setting, tmp_path_factory.mktemp("world"), server))
    HOUSES.append(house)
    yield house
    HOUSES.remove(house)
    await house.give_up()


@pytest.fixture
async def alone() -> None:
    """End every world for a while: a process has one engine, and this test starts its own."""
    for house in HOUSES:
        await house.give_up()


@asynccontextmanager
async def _world(
    setting: Setting, folder: Path, server: PostgresServer | None
) -> AsyncIterator[World]:
    with ExitStack() as held:
        url = f"sqlite:///{folder / 'aboard.db'}"
        if server is not None:
            url = held.enter_context(server.lent())
        async with living(folder, url, setting.threshold, setting.policy) as world:
            yield world


@pytest.fixture
async def world(house: House) -> World:
    return await house.world()


@pytest.fixture
def people(world: World) -> Iterator[People]:
    people = People(world)
    yield people
    people.dismiss()


@pytest.fixture
def story(world: World, people: People) -> Story:
    return Story(world, people, people.member(), people.approver())


@pytest.fixture
def calendar(story: Story) -> Calendar:
    return Calendar(story)


@pytest.fixture
def forger(world: World) -> Forger:
    return Forger(world.slack)


@pytest.fixture
def ada(people: People) -> User:
    """Somebody new, about whom the story is."""
    return people.member()


@pytest.fixture
def groups(world: World, people: People) -> Iterator[Groups]:
    """The user groups that the policy of these tests names, with nobody in them yet."""
    groups = Groups(world, people)
    groups.found()
    yield groups
    groups.found()


@pytest.fixture(autouse=True)
async def peace(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """End every story: faults are gone, work is done, Slack got nothing it dislikes, no error."""
    if "house" not in request.fixturenames:
        yield
        return
    house: House = request.getfixturevalue("house")
    world = await house.world()
    slack, server = world.slack, world.server
    complaints, calls = len(slack.complaints), len(slack.calls)
    world.errors.clear()
    yield
    vendors = (server.axolo, server.axiom, server.ixon, server.appxite, server.ambition)
    for service in (server.slack, server.github, *vendors):
        service.faults.clear()
    try:
        await world.at_rest()
        await world.spoken()
        assert [one for one in slack.calls[calls:] if (one.error or "").startswith(OUR_FAULT)] == []
        assert slack.complaints[complaints:] == []
        assert world.errors == []
    except BaseException:
        await house.give_up()
        raise
    await house.told()


@pytest.fixture
def hurried(world: World) -> Iterator[None]:
    """Have everything answered as soon as in production: somebody is silent here."""
    with slower(world.server, 1 / SLOWER):
        yield
