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
    await page.get_by_role("switch", name="Slack: too many calls").focus()
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


async def test_an_invitation_is_accepted_with_the_keyboard_and_becomes_a_user(desk: Desk) -> None:
    ixon = desk.server.ixon
    invite = ixon.company.add_invite("ada@acme.example")
    ixon.company.grant(invite.public_id, ixon.company_group.public_id, ixon.operator.public_id)
    page = await desk.sit(desk.server.cast.manager)
    panel = page.get_by_role("region", name="IXON")
    row = panel.locator(".account:not(.account-leaving)", has_text="ada@acme.example")
    await expect(row).to_contain_text("invited until")
    await expect(row).to_contain_text("Operator in Company")
    await page.get_by_role("button", name="Accept: ada@acme.example at IXON").focus()
    await page.keyboard.press("Enter")
    await expect(row).to_contain_text("active")
    await expect(row.get_by_role("button")).to_have_count(0)
    assert ixon.user("ada@acme.example") is not None
    assert ixon.invites("ada@acme.example") == []


async def test_an_invitation_that_expires_says_so_and_offers_nothing(desk: Desk) -> None:
    desk.server.ixon.company.add_invite("ada@acme.example")
    page = await desk.sit(desk.server.cast.manager)
    row = page.get_by_role("region", name="IXON").locator(".account", has_text="ada@acme")
    await row.get_by_role("button", name="Expire").click()
    await expect(row).to_contain_text("expired")
    await expect(row.get_by_role("button")).to_have_count(0)


async def test_somebody_is_blocked_in_the_portal_of_appxite(desk: Desk) -> None:
    keeper = desk.server.cast.keeper
    page = await desk.sit(desk.server.cast.manager)
    row = page.get_by_role("region", name="AppXite").locator(".account", has_text=keeper.real_name)
    await row.get_by_role("button", name="Block").click()
    await expect(row.locator(".pill-off")).to_have_text("blocked")
    user = desk.server.appxite.user(keeper.email)
    assert user is not None
    assert user.state == "Blocked"


async def test_what_has_changed_meanwhile_is_said_and_not_done(desk: Desk) -> None:
    ixon = desk.server.ixon
    invite = ixon.company.add_invite("ada@acme.example")
    page = await desk.sit(desk.server.cast.manager)
    button = page.get_by_role("button", name="Accept: ada@acme.example at IXON")
    await expect(button).to_be_visible()
    ixon.company.remove(invite.public_id)
    await button.click()
    await expect(page.locator("#toasts")).to_contain_text("no longer at ixon")
    await expect(button).to_have_count(0)


async def test_every_vendor_has_a_panel_and_accounts_with_states(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    for title in ("Axolo", "Axiom", "IXON", "AppXite", "Ambition"):
        await expect(page.get_by_role("region", name=title, exact=True)).to_be_visible()
    ambition = page.get_by_role("region", name="Ambition")
    await expect(ambition).to_contain_text("Role: Manager, Team: Cats")
    await expect(ambition.locator(".pill-good")).to_have_text("active")
