"""Writing: completion of commands and people, sending, drafts, all with the keyboard."""

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk, composer, type_command

pytestmark = pytest.mark.browser


async def test_a_command_is_completed_and_sent_with_the_keyboard_alone(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await composer(page).focus()
    await page.keyboard.type("/ab")
    option = page.get_by_role("option", name="/aboard")
    await expect(option).to_contain_text("See requests, their history and their reasons")
    await expect(option).to_contain_text(
        "help | status | digest | history | export | evidence | why | cancel | check"
    )
    await page.keyboard.press("Enter")
    await expect(composer(page)).to_have_value("/aboard ")
    await expect(page.locator("#composer-hint")).to_contain_text("help | status")
    await page.keyboard.type("help")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message", has_text="You said: help")).to_be_visible()
    await expect(composer(page)).to_have_value("")


async def test_a_person_is_completed_and_arrives_as_a_mention(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await composer(page).focus()
    await page.keyboard.type("/aboard why @oka")
    await expect(page.get_by_role("option", name="Amara Okafor")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(composer(page)).to_have_value("/aboard why @amara ")
    await expect(composer(page)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".message", has_text="You said: why")).to_be_visible()
    assert desk.bot.heard[-1]["text"] == f"why <@{desk.server.cast.lead.id}|amara>"


async def test_the_arrows_move_an_active_option_that_listeners_are_told_of(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await composer(page).focus()
    await expect(composer(page)).to_have_attribute("aria-expanded", "false")
    await page.keyboard.type("/")
    await expect(composer(page)).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("ArrowDown")
    active = await composer(page).get_attribute("aria-activedescendant")
    await expect(page.locator(f"#{active}")).to_contain_text("/offboard")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    active = await composer(page).get_attribute("aria-activedescendant")
    await expect(page.locator(f"#{active}")).to_contain_text("/aboard")
    await page.keyboard.press("Escape")
    await expect(composer(page)).to_have_attribute("aria-expanded", "false")
    await expect(composer(page)).to_have_value("/")


async def test_a_whole_command_is_sent_by_one_enter(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await composer(page).focus()
    await page.keyboard.type("/onboard")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Onboard")).to_be_visible()


async def test_shift_and_enter_start_a_line_and_enter_sends(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await composer(page).focus()
    await page.keyboard.type("first")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second")
    await page.keyboard.press("Enter")
    said = page.locator(".message", has_text="second")
    await expect(said).to_contain_text("first\nsecond", use_inner_text=True)


async def test_the_arrow_up_brings_back_what_was_sent(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await type_command(page, "/aboard one")
    await type_command(page, "/aboard two")
    await page.keyboard.press("ArrowUp")
    await expect(composer(page)).to_have_value("/aboard two")
    await page.keyboard.press("ArrowUp")
    await expect(composer(page)).to_have_value("/aboard one")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(composer(page)).to_have_value("")


async def test_a_draft_waits_in_its_channel(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await composer(page).fill("half a thought")
    await page.get_by_role("link", name="general").click()
    await expect(composer(page)).to_have_value("")
    await page.get_by_role("link", name="access-requests").click()
    await expect(composer(page)).to_have_value("half a thought")


async def test_what_arrives_leaves_the_draft_and_its_caret_alone(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await composer(page).fill("abcd")
    await page.keyboard.press("ArrowLeft")
    desk.post("Something else happened")
    await expect(page.get_by_text("Something else happened").first).to_be_visible()
    await page.keyboard.type("X")
    await expect(composer(page)).to_have_value("abcXd")


async def test_a_slash_typed_beside_the_fields_begins_a_command(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await page.get_by_role("link", name="general").focus()
    await page.keyboard.press("/")
    await expect(composer(page)).to_be_focused()
    await expect(page.get_by_role("option", name="/onboard")).to_be_visible()
