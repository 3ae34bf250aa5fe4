"""Files: a message says what it brings, and one press downloads it."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from sandbox.slack.messages import Draft
from sandbox.slack.model import User
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

CONTENT = b"number,state\r\n12,completed\r\n"


def share(desk: Desk, who: User) -> str:
    """Let the bot share a file with somebody; return the conversation."""
    state = desk.server.workspace.state
    channel = state.directory.direct(who.id, state.app.bot_user_id)[0].id
    file = state.files.expect("history.csv", len(CONTENT))
    file.title, file.content, file.channels = "History", CONTENT, [channel]
    draft = Draft("", files=[file.id])
    state.messages.post(channel, state.app.bot_user_id, draft, bot_id=state.app.bot_id)
    return channel


async def test_a_file_is_named_with_its_size_and_can_be_downloaded(
    desk: Desk, tmp_path: Path
) -> None:
    lead = desk.server.cast.lead
    page = await desk.sit(lead, share(desk, lead))
    link = page.get_by_role("link", name="Download History, history.csv")
    await expect(link).to_contain_text(f"history.csv · {len(CONTENT)} bytes")
    async with page.expect_download() as download:
        await link.click()
    await (await download.value).save_as(tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_bytes() == CONTENT
