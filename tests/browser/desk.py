"""Where a test sits down as somebody; it writes down what the browser complains of."""

from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from sandbox.parts import Server
from sandbox.slack.messages import Draft
from sandbox.slack.model import Message, User
from tests.browser.bot import Json, SmallBot

PATIENCE = 8_000.0  # milliseconds
WIDE = (1360, 860)
PHONE = (390, 844)


@dataclass
class Desk:
    """One sandbox, and the pages open on it; `problems` holds errors and requests to elsewhere."""

    browser: Browser
    server: Server
    bot: SmallBot
    problems: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def sit(
        self,
        who: User,
        place: str = "",
        *,
        size: tuple[int, int] = WIDE,
        scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        """Open the page as `who`, in a browser that remembers nothing, and wait until it stands."""
        width, height = size
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"{error}"))
        page.on("request", self._asked)
        await page.goto(f"{self.server.url}/#{who.id}/{place}")
        await page.locator("#people input:checked").wait_for(state="attached")
        return page

    async def leave(self) -> None:
        """Close every page."""
        for context in self.contexts:
            await context.close()

    def post(self, text: str, blocks: list[Json] | None = None, **more: str) -> Message:
        """Let the bot post in the channel of requests."""
        app = self.server.workspace.state.app
        draft = Draft(text, blocks or [], thread_ts=more.get("thread_ts"))
        where = more.get("channel", self.server.cast.requests)
        messages = self.server.workspace.state.messages
        return messages.post(where, app.bot_user_id, draft, bot_id=app.bot_id)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.server.url, "data:")):
            self.problems.append(f"asked {request.url}")


def composer(page: Page) -> Locator:
    """Return the box in which messages are written."""
    return page.get_by_role("combobox", name="Message or command")


def dialog(page: Page) -> Locator:
    """Return the modal's dialog."""
    return page.locator("#modal")


async def type_command(page: Page, text: str) -> None:
    """Type into the composer and send, with the keyboard alone."""
    await composer(page).focus()
    await page.keyboard.type(text)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
