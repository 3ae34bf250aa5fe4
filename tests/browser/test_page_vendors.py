"""Beside the conversation: accounts that change, calls, faults, the bot's own light."""

import pytest
from playwright.async_api import Browser, expect

from sandbox.server import running
from sandbox.slack.messages import Draft
from tests.browser.bot import living_in
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


async def test_an_account_appears_at_its_vendor_and_goes_again(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    axiom = page.get_by_role("region", name="Axiom")
    before = await axiom.get_by_role("listitem").count()
    account = desk.server.axiom.add("Ada Moreno", "ada@acme.example", "user")
    row = axiom.locator(".account", has_text="Ada Moreno")
    desk.server.changes.happened()
    await expect(row).to_be_visible()
    await expect(axiom.locator(".account")).to_have_count(before + 1)
    del desk.server.axiom.users[account.id]
    desk.server.changes.happened()
    await expect(row).to_have_count(0)


async def test_a_switch_plants_a_fault_and_takes_it_away(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    switch = page.get_by_role("switch", name="Axiom is down")
    await expect(switch).to_have_attribute("aria-checked", "false")
    await switch.focus()
    await page.keyboard.press("Space")
    await expect(switch).to_have_attribute("aria-checked", "true")
    assert desk.server.axiom.faults.active("axiom_down")
    await expect(page.get_by_role("region", name="Axiom")).to_contain_text("down")
    await page.keyboard.press("Space")
    await expect(switch).to_have_attribute("aria-checked", "false")
    assert not desk.server.axiom.faults.active("axiom_down")


async def test_a_fault_says_what_it_does(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await page.get_by_role("switch", name="Slack says 429").focus()
    await expect(page.locator("#fault-help")).to_contain_text("asks to wait")


async def test_the_bot_can_be_killed_and_its_light_tells(desk: Desk) -> None:
    killed: list[bool] = []

    async def kill() -> None:
        killed.append(True)
        desk.server.light(up=False, restarts=0)

    desk.server.kill = kill
    page = await desk.sit(desk.server.cast.manager)
    await expect(page.locator("#bot-state")).to_have_text("Bot is up")
    await page.get_by_role("button", name="Kill the bot").click()
    await expect(page.locator("#bot-state")).to_have_text("Bot is down")
    await expect(page.locator("#bot-down")).to_be_visible()
    await expect(page.get_by_role("button", name="Kill the bot")).to_be_disabled()
    assert killed == [True]
    desk.server.light(up=True, restarts=1)
    await expect(page.locator("#bot-state")).to_contain_text("restarted once")
    await expect(page.locator("#bot-down")).to_be_hidden()


async def test_a_bot_that_runs_elsewhere_cannot_be_killed_and_the_page_says_so(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await page.get_by_role("button", name="Kill the bot").click()
    await expect(page.locator("#toasts")).to_contain_text("cannot be killed from here")


async def test_a_sandbox_that_stops_is_said_and_one_that_starts_again_is_found(
    chromium: Browser,
) -> None:
    async with running() as first, living_in(first) as bot:
        desk = Desk(chromium, first, bot)
        page = await desk.sit(first.cast.manager, first.cast.requests)
        port = int(first.url.rpartition(":")[2])
    await expect(page.locator("#connection")).to_contain_text("Connection lost")
    async with running(port=port) as second:
        message = Draft("Here again")
        second.workspace.state.messages.post(second.cast.requests, second.cast.lead.id, message)
        await expect(page.locator(".message", has_text="Here again")).to_be_visible()
        await expect(page.locator("#connection")).to_have_text("")
        await desk.leave()
