"""Where the cases hang: posted, opened and published in the sandbox's Slack, drawn by its page."""

from collections.abc import Sequence

from playwright.async_api import Locator, Page, expect

from sandbox.parts import Server
from sandbox.slack.messages import Draft
from sandbox.slack.model import User
from tests.browser.gallery.case import Case, Json

MARK = "Another picture comes"
MARKED: list[Json] = [{"type": "header", "text": {"type": "plain_text", "text": MARK}}]
PATIENCE = 20_000.0  # milliseconds


def hang(server: Server, cases: Sequence[Case], channel: str) -> None:
    """Post every case in a channel, one after the other."""
    state = server.workspace.state
    for case in cases:
        draft = Draft(case.text(), case.blocks())
        state.messages.post(channel, state.app.bot_user_id, draft, bot_id=state.app.bot_id)


async def hung(page: Page, count: int) -> Locator:
    """Wait until the page shows as many messages, and return all of them."""
    messages = page.locator("#log > article")
    await expect(messages).to_have_count(count, timeout=PATIENCE)
    return messages


async def in_modal(server: Server, page: Page, who: User, case: Case) -> Locator:
    """Open a case as somebody's only modal, wait until it stands, and return the dialog."""
    views = server.workspace.state.views
    for view in list(views.stack(who.id)):
        views.close(view)
    dialog = page.locator("#modal")
    await expect(dialog).to_be_hidden(timeout=PATIENCE)
    views.open(who.id, case.draw().to_dict())
    await expect(dialog.locator(".block").first).to_be_visible(timeout=PATIENCE)
    return dialog


async def at_home(server: Server, page: Page, who: User, case: Case) -> Locator:
    """Publish a case as somebody's Home, wait until it stands, and return it."""
    views, home = server.workspace.state.views, page.locator("#home")
    views.publish(who.id, {"type": "home", "blocks": MARKED})
    await expect(home).to_have_text(MARK, timeout=PATIENCE)
    views.publish(who.id, case.draw().to_dict())
    await expect(home).not_to_contain_text(MARK, timeout=PATIENCE)
    return home
