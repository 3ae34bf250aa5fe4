"""The page as a whole: phones, the keyboard's way in, light and dark, letters one can read."""

import re
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.bot import card
from tests.browser.desk import PHONE, Desk, composer, dialog, type_command

pytestmark = pytest.mark.browser

NAMED = re.compile(r"\w|\/")
CONTROLS: tuple[
    Literal["button", "link", "textbox", "combobox", "checkbox", "radio", "switch"], ...
]
CONTROLS = ("button", "link", "textbox", "combobox", "checkbox", "radio", "switch")
PARTS = ("People", "Conversation", "Vendors")
LEAST_CONTRAST = 4.5
# Every element with words of its own, its contrast against all the grounds below it.
FAINT = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colour, ground) => {
    for (const layer of [`rgb(${ground})`, colour]) {
      canvas.fillStyle = layer;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const isText = (node) => node.nodeType === 3 && node.data.trim();
  const speaks = (node) => [...node.childNodes].some(isText);
  const contrast = (node) => {
    let ground = [255, 255, 255];
    const above = [];
    for (let one = node; one; one = one.parentElement) above.unshift(one);
    for (const one of above) ground = paint(getComputedStyle(one).backgroundColor, ground);
    const pair = [light(paint(getComputedStyle(node).color, ground)), light(ground)];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.checkVisibility() && speaks(node))
    .map((node) => [contrast(node), `${node.className}: ${node.textContent.slice(0, 40)}`]);
}"""


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
    measured = await page.evaluate(FAINT)
    assert len(measured) > 50
    assert [what for contrast, what in measured if contrast < LEAST_CONTRAST] == []


async def test_every_field_and_button_has_a_name(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post("Onboard Ada", card("Waiting"))
    page = await desk.sit(cast.manager, cast.requests)
    await expect_names(page, at_least=25)
    await type_command(page, "/onboard")
    await expect(dialog(page)).to_be_visible()
    await expect_names(page, at_least=9)


async def expect_names(page: Page, at_least: int) -> None:
    controls = [control for role in CONTROLS for control in await page.get_by_role(role).all()]
    assert len(controls) >= at_least
    for control in controls:
        await expect(control).to_have_accessible_name(NAMED)
