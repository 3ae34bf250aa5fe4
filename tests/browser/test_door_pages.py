"""What the door shows somebody who installs the app, in Chromium."""

import pytest
from playwright.async_api import Browser
from starlette.responses import HTMLResponse

from bot.door_pages import page, refusal

LONGEST = "W" * 200
PAGES = {
    "installed": page("Aboard is installed", f"It works in {LONGEST} from now on."),
    "refused": refusal(f"Slack did not agree ({LONGEST})."),
}


@pytest.mark.parametrize("shown", PAGES.values(), ids=PAGES)
async def test_the_longest_name_stays_within_the_page(
    chromium: Browser, shown: HTMLResponse
) -> None:
    phone = await chromium.new_page(viewport={"width": 360, "height": 640})
    try:
        await phone.set_content(bytes(shown.body).decode())
        assert LONGEST in await phone.locator("p").first.inner_text()
        assert await phone.evaluate("document.documentElement.scrollWidth") == 360
    finally:
        await phone.close()
