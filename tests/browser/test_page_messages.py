"""Messages: cards that change under one's hands, threads, confirmations, menus, the scroll."""

import pytest
from playwright.async_api import expect

from sandbox.slack.messages import Draft
from tests.browser.bot import card, option
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


async def test_a_button_reaches_the_bot_and_the_card_changes_where_it_stands(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post("Onboard Ada", card("Waiting"))
    page = await desk.sit(cast.lead, cast.requests)
    await page.get_by_role("button", name="Approve").click()
    message = page.locator(".message")
    await expect(message).to_contain_text("Decided: approve")
    await expect(message).to_have_count(1)
    heard = desk.bot.last("block_actions")
    assert heard["user"]["id"] == cast.lead.id
    assert heard["actions"][0]["value"] == "r1"


async def test_words_that_were_changed_are_marked_as_edited(desk: Desk) -> None:
    cast = desk.server.cast
    message = desk.post("As it was")
    page = await desk.sit(cast.lead, cast.requests)
    await expect(page.locator(".message")).not_to_contain_text("(edited)")
    desk.server.workspace.state.messages.update(message, Draft("As it is"))
    await expect(page.locator(".message")).to_contain_text("As it is")
    await expect(page.locator(".message")).to_contain_text("(edited)")


async def test_the_focus_stays_on_a_button_whose_card_is_drawn_anew(desk: Desk) -> None:
    cast = desk.server.cast
    message = desk.post("Onboard Ada", card("Waiting"))
    page = await desk.sit(cast.lead, cast.requests)
    await page.get_by_role("button", name="Deny").focus()
    desk.server.workspace.state.messages.update(message, Draft("Onboard Ada", card("Running")))
    await expect(page.locator(".message")).to_contain_text("Running")
    await expect(page.get_by_role("button", name="Deny")).to_be_focused()


async def test_a_change_beside_it_leaves_a_message_untouched(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post("Stays", card("Stays as it is"))
    changing = desk.post("Changes", card("Waiting"))
    page = await desk.sit(cast.lead, cast.requests)
    await page.locator(".message").first.evaluate("node => { node.dataset.touched = 'no' }")
    await page.get_by_text("Stays as it is").evaluate("node => { node.dataset.touched = 'no' }")
    desk.server.workspace.state.messages.update(changing, Draft("Changes", card("Running")))
    await expect(page.locator(".message").last).to_contain_text("Running")
    await expect(page.locator("[data-touched='no']")).to_have_count(2)


async def test_a_confirmation_is_asked_before_anything_is_sent(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post("Onboard Ada", card("Waiting"))
    page = await desk.sit(cast.lead, cast.requests)
    deny = page.get_by_role("button", name="Deny")
    await deny.click()
    question = page.get_by_role("alertdialog", name="Sure?")
    await expect(question).to_contain_text("This is final.")
    await expect(question.get_by_role("button", name="No")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await expect(deny).to_be_focused()
    assert desk.bot.heard == []
    await deny.click()
    await question.get_by_role("button", name="Yes").click()
    await expect(page.locator(".message")).to_contain_text("Decided: deny")


async def test_an_overflow_menu_works_by_keyboard(desk: Desk) -> None:
    cast = desk.server.cast
    desk.post("Onboard Ada", card("Waiting"))
    page = await desk.sit(cast.lead, cast.requests)
    more = page.get_by_role("button", name="More actions")
    await more.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="History")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="History")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("Decided: more")
    assert desk.bot.last("block_actions")["actions"][0]["selected_option"]["value"] == "history"


async def test_replies_stand_under_their_first_message(desk: Desk) -> None:
    cast = desk.server.cast
    first = desk.post("Onboard Ada", card("Running"))
    desk.post("Axiom: done", thread_ts=first.ts)
    page = await desk.sit(cast.lead, cast.requests)
    toggle = page.get_by_role("button", name="1 reply")
    await expect(page.get_by_text("Axiom: done")).to_have_count(0)
    await toggle.click()
    await expect(page.locator(".replies")).to_contain_text("Axiom: done")
    desk.post("Axolo: done", thread_ts=first.ts)
    await expect(page.get_by_role("button", name="2 replies")).to_be_visible()
    await expect(page.locator(".replies .message")).to_have_count(2)


async def test_who_reads_further_up_is_not_pulled_down(desk: Desk) -> None:
    cast = desk.server.cast
    for number in range(60):
        desk.post(f"Message {number}", channel=cast.requests)
    page = await desk.sit(cast.lead, cast.requests)
    scroll = page.locator("#log-scroll")
    await expect(page.get_by_text("Message 59")).to_be_in_viewport()
    await scroll.evaluate("node => { node.scrollTop = 0 }")
    desk.post("The newest")
    newer = page.get_by_role("button", name="New messages below")
    await expect(newer).to_be_visible()
    assert await scroll.evaluate("node => node.scrollTop") == 0
    await newer.click()
    await expect(page.locator(".message", has_text="The newest")).to_be_in_viewport()
    await expect(newer).to_be_hidden()


async def test_every_element_of_a_message_acts_at_once(desk: Desk) -> None:
    cast = desk.server.cast
    menu = {"type": "static_select", "action_id": "menu", "options": [option("A"), option("B")]}
    words = {"type": "mrkdwn", "text": "Choose one"}
    desk.post("Choose", [{"type": "section", "text": words, "accessory": menu}])
    page = await desk.sit(cast.lead, cast.requests)
    field = page.get_by_role("combobox", name="Choose one")
    await field.click()
    await page.get_by_role("option", name="B").click()
    await expect(page.locator(".message")).to_contain_text("Decided: menu")
    assert desk.bot.last("block_actions")["actions"][0]["selected_option"] == option("B")
