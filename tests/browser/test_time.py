"""Time is let pass on the page of the demo, and what is due happens: a reminder, then an expiry."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from sandbox.bot_process import bot_running
from sandbox.parts import Server
from sandbox.passing import Passing
from sandbox.server import running
from tests.browser.bot import SmallBot
from tests.browser.desk import Desk
from tests.browser.judge import faults, unnamed
from tests.e2e.story import mention

pytestmark = pytest.mark.browser

REHEARSE = (sys.executable, "-m", "bot.rehearsal", "--ahead")
LONG = 20_000.0  # milliseconds: the bot is a process of its own
REQUESTS = "#access-requests"


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Server]:
    """Run the demo: the sandbox, and the bot beside it, on a clock that can be put forward."""
    clock = Passing(tmp_path / "ahead")
    async with running(clock=clock) as server:
        server.passing = clock
        async with bot_running(server, tmp_path, (*REHEARSE, str(clock.file))):
            yield server


@pytest.fixture
async def desk(chromium: Browser, sandbox: Server) -> AsyncIterator[Desk]:
    """Lend a desk in the demo; nothing seen there may have gone wrong in the end."""
    desk = Desk(chromium, sandbox, SmallBot(sandbox))
    yield desk
    await desk.leave()
    assert desk.problems == []


async def test_who_has_not_answered_is_reminded_and_in_the_end_nobody_can(desk: Desk) -> None:
    cast, slack = desk.server.cast, desk.server.workspace
    ada = cast.newcomers[0]
    asked = f"{mention(ada)} octocat engineer"
    await slack.command(cast.manager, "/onboard", asked, channel="#general")
    await slack.until(lambda: slack.messages(REQUESTS), 20)
    page = await desk.sit(cast.lead, cast.requests)
    log, clock = page.locator("#log"), page.get_by_role("group", name="Time")
    await clock.get_by_role("button", name="Let a day pass").click()
    await expect(clock).to_contain_text("1 d ahead")
    await page.get_by_role("link", name="Direct messages").click(timeout=LONG)
    await expect(log).to_contain_text("still waits for you", timeout=LONG)
    await clock.get_by_role("button", name="Let a week pass").click()
    await expect(log).to_contain_text("Expired", timeout=LONG)
    await expect(log.get_by_role("button", name="Approve")).to_have_count(0)
    assert await faults(page.locator(".beside")) == []
    assert await unnamed(page) == []


async def test_only_an_hour_a_day_or_a_week_can_be_let_pass(tmp_path: Path) -> None:
    clock = Passing(tmp_path / "ahead")
    with pytest.raises(ValueError, match="an hour, a day or a week"):
        clock.forward(-1)
    assert clock.ahead == 0
