"""One world for each database, shared by the tests; each test has people of its own in it."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from sandbox.slack.model import User
from tests.databases import PostgresServer, fresh_database
from tests.e2e.forging import Forger
from tests.e2e.people import People
from tests.e2e.settings import Setting, on_both_databases
from tests.e2e.story import Story
from tests.e2e.world import World, living

OUR_FAULT = ("invalid_", "msg_", "no_text", "missing_scope", "unknown_method", "view_too_large")
"""How the errors begin that no Slack ever gives to an app that keeps to its documents."""


LOST_WORK = timedelta(minutes=3)
"""After this, the bot takes up what a known defect has left lying."""


@pytest.fixture(scope="package", params=on_both_databases())
async def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Run a bot in a sandbox, with one kind of database after the other."""
    setting: Setting = request.param
    folder = tmp_path_factory.mktemp("world")
    if setting.database == "sqlite":
        async with living(folder, f"sqlite:///{folder / 'aboard.db'}", setting.threshold) as world:
            yield world
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with fresh_database(server) as url:
        async with living(folder, url, setting.threshold) as world:
            yield world


@pytest.fixture
def people(world: World) -> Iterator[People]:
    people = People(world)
    yield people
    people.dismiss()


@pytest.fixture
def story(world: World, people: People) -> Story:
    return Story(world, people, people.member(), people.approver())


@pytest.fixture
def forger(world: World) -> Forger:
    return Forger(world.slack)


@pytest.fixture
def ada(people: People) -> User:
    """Somebody new, about whom the story is."""
    return people.member()


@pytest.fixture(autouse=True)
async def peace(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """End every story: faults are gone, work is done, Slack got nothing it dislikes, no error."""
    if "world" not in request.fixturenames:
        yield
        return
    world: World = request.getfixturevalue("world")
    slack, server = world.slack, world.server
    complaints, calls = len(slack.complaints), len(slack.calls)
    world.errors.clear()
    yield
    for service in (server.slack, server.axolo, server.axiom, server.github):
        service.faults.clear()
    known = request.node.get_closest_marker("xfail") is not None
    if known:
        await world.later(LOST_WORK)
    await world.at_rest()
    await world.spoken()
    if not known:
        assert [one for one in slack.calls[calls:] if (one.error or "").startswith(OUR_FAULT)] == []
        assert slack.complaints[complaints:] == []
        assert world.errors == []
