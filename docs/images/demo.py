"""The whole page as `aboard demo` shows it: the bot in a process of its own, on its own clock."""

import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser

from docs.images.office import HERE
from docs.images.studio import Scheme, Studio
from sandbox.bot_process import bot_running
from sandbox.parts import Server
from sandbox.passing import Passing
from sandbox.server import running
from tests.e2e.story import REQUESTS, mention
from tests.e2e.world import PATIENCE

REHEARSE = (sys.executable, "-m", "bot.rehearsal", "--ahead")
SEEN_AT_ONCE = 1060  # pixels: the height of a window in which the whole page is shown
BOTH: tuple[tuple[Scheme, str], ...] = (("light", "page"), ("dark", "page-dark"))


async def page(browser: Browser) -> None:
    """Picture the page after an onboarding, in light and dark."""
    with tempfile.TemporaryDirectory(prefix="aboard-pictures-") as name:
        clock = Passing(Path(name) / "ahead")
        async with running(clock=clock) as server:
            server.passing = clock
            async with bot_running(server, Path(name), (*REHEARSE, str(clock.file))):
                await _onboarded(server)
                await _pictured(Studio(browser, server.url, HERE), server)


async def _onboarded(server: Server) -> None:
    cast, slack = server.cast, server.workspace
    asked = f"{mention(cast.seller)} {cast.logins[cast.seller.id]} seller"
    await slack.command(cast.manager, "/onboard", asked, channel="#general")
    await slack.until(lambda: slack.messages(REQUESTS), PATIENCE)
    await slack.press(cast.lead, slack.messages(REQUESTS)[0], "Approve")
    await slack.until(lambda: "Completed" in slack.text_of(slack.messages(REQUESTS)[0]), PATIENCE)


async def _pictured(studio: Studio, server: Server) -> None:
    cast = server.cast
    for scheme, name in BOTH:
        shown = await studio.look(cast.lead.id, cast.requests, scheme, SEEN_AT_ONCE)
        await studio.message(shown, "Completed")
        await studio.shoot(shown, name)
