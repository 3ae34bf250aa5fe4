"""Fixtures of the browser tests: one Chromium for the run, a sandbox, a bot and a desk per test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from docs.images.studio import QUIET
from sandbox.parts import Server
from sandbox.server import running
from tests.browser.bot import SmallBot, living_in
from tests.browser.desk import Desk
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.world import World, living

CHROMIUM = Path("/usr/bin/chromium")


def _is_installed() -> bool:
    return CHROMIUM.exists()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Lend one headless Chromium to the whole run."""
    if not _is_installed():
        pytest.skip(f"{CHROMIUM} is not installed (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(QUIET), timeout=30_000
        )
        yield browser
        await browser.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Server]:
    """Serve a fresh sandbox on a free loopback port."""
    async with running() as server:
        yield server


@pytest.fixture
async def bot(sandbox: Server) -> AsyncIterator[SmallBot]:
    """Run a small bot where the sandbox's Slack sends what happens."""
    async with living_in(sandbox) as bot:
        yield bot


@pytest.fixture
async def desk(chromium: Browser, sandbox: Server, bot: SmallBot) -> AsyncIterator[Desk]:
    """Lend a desk to sit down at; nothing seen there may have gone wrong in the end."""
    desk = Desk(chromium, sandbox, bot)
    yield desk
    await desk.leave()
    assert desk.problems == []


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Run Aboard itself in a sandbox of its own."""
    folder = tmp_path_factory.mktemp("world")
    async with living(folder, f"sqlite:///{folder / 'aboard.db'}") as world:
        yield world


@pytest.fixture
async def story(world: World) -> AsyncIterator[Story]:
    """Give each test people whom no other test knows."""
    people = People(world)
    yield Story(world, people, people.member(), people.approver())
    people.dismiss()


@pytest.fixture
async def office(chromium: Browser, world: World) -> AsyncIterator[Desk]:
    """Lend a desk where Aboard itself answers."""
    desk = Desk(chromium, world.server, SmallBot(world.server))
    yield desk
    await desk.leave()
    assert desk.problems == []
