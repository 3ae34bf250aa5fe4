"""The page as a whole: phones, the keyboard's way in, light and dark, letters one can read."""

from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.bot import card
from tests.browser.desk import PHONE, Desk, composer, dialog, type_command
from tests.browser.judge import controls, faults, unnamed

pytestmark = pytest.mark.browser

PARTS = ("People", "Conversation", "Vendors")


async def overflows(page: Page) -> bool:
    wider: bool = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return wider


async def test_a_phone_shows_one_part_at_a_time_and_never_scrolls_sideways(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post("Onboard Ada", card("Waiting for " + "a_very_long_word" * 12))
    page = await desk.sit(cast.manager, cast.requests, size=PHONE)
    await expect(composer(page)).to_be_visible()
    for part in PARTS:
        await page.get_by_role("button", name=part).click()
        await expect(page.get_by_role("button", name=part)).to_have_attribute(
            "aria-pressed", "true"
        )
        assert not await overflows(page)
    await expect(page.get_by_role("switch", name="Axiom is down")).to_be_visible()
    await expect(composer(page)).to_be_hidden()


async def test_a_phone_asks_in_a_form_that_fits(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager, size=PHONE)
    await type_command(page, "/onboard")
    await expect(dialog(page)).to_be_visible()
    box = await dialog(page).bounding_box()
    assert box is not None
    assert box["width"] <= PHONE[0]
    assert box["y"] >= 0
    await expect(dialog(page).get_by_role("button", name="Ask")).to_be_in_viewport()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("option", name="Amara Okafor")).to_be_in_viewport()
    assert not await overflows(page)


async def test_choosing_a_channel_on_a_phone_shows_its_conversation(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager, size=PHONE)
    await page.get_by_role("button", name="People").click()
    await page.get_by_role("link", name="general").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#general")
    await expect(composer(page)).to_be_visible()


async def test_the_first_tab_leads_past_the_columns(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(composer(page)).to_be_focused()


async def test_the_chosen_colours_are_kept_for_the_next_visit(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await page.get_by_role("button", name="Colours follow the system").click()
    await page.get_by_role("button", name="Light colours").click()
    await expect(page.get_by_role("button", name="Dark colours")).to_be_visible()
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = await page.evaluate(ground)
    await page.reload()
    await expect(page.get_by_role("button", name="Dark colours")).to_be_visible()
    assert await page.evaluate(ground) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_letter_stands_out_from_its_ground(
    desk: Desk, scheme: Literal["light", "dark"]
) -> None:
    cast = desk.server.cast
    desk.post(f"<@{cast.manager.id}> asks <@{cast.lead.id}>", card(":lock: `code` waiting"))
    desk.server.light(up=False, restarts=2)
    page = await desk.sit(cast.manager, cast.requests, scheme=scheme)
    await type_command(page, "/aboard status")
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await page.get_by_role("switch", name="Axiom is down").click()
    await type_command(page, "/onboard")
    await dialog(page).get_by_role("button", name="Ask").click()
    assert await page.locator("body :visible").count() > 200
    found = await faults(page.locator("body"))
    assert [one for one in found if one.startswith("cannot be read")] == []


async def test_every_field_and_button_has_a_name(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post("Onboard Ada", card("Waiting"))
    page = await desk.sit(cast.manager, cast.requests)
    await expect_names(page, at_least=25)
    await type_command(page, "/onboard")
    await expect(dialog(page)).to_be_visible()
    await expect_names(page, at_least=9)


async def expect_names(page: Page, at_least: int) -> None:
    assert len(await controls(page)) >= at_least
    assert await unnamed(page) == []
