"""Being somebody: who sees what, switching, unread marks, two people at once."""

import re

import pytest
from playwright.async_api import Page, expect

from sandbox.slack.model import User
from tests.browser.desk import Desk, composer, type_command

pytestmark = pytest.mark.browser


async def become(page: Page, who: User) -> None:
    await page.get_by_role("radio", name=who.real_name).check(force=True)
    await expect(page).to_have_url(re.compile(f"#{who.id}/"))


async def test_an_answer_for_me_is_marked_and_nobody_else_sees_it(desk: Desk) -> None:
    cast = desk.server.cast
    page = await desk.sit(cast.manager)
    await type_command(page, "/aboard status")
    answer = page.locator(".message", has_text="You said: status")
    await expect(answer).to_contain_text("Only visible to you")
    await become(page, cast.ops[0])
    await expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    await expect(answer).to_have_count(0)
    await become(page, cast.manager)
    await expect(answer).to_be_visible()


async def test_the_person_and_the_place_survive_a_reload(desk: Desk) -> None:
    cast = desk.server.cast
    page = await desk.sit(cast.manager)
    await become(page, cast.lead)
    await page.get_by_role("link", name="general").click()
    await page.reload()
    await expect(page.get_by_role("radio", name=cast.lead.real_name)).to_be_checked()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#general")


async def test_what_one_person_says_another_reads_without_a_reload(desk: Desk) -> None:
    cast = desk.server.cast
    mine = await desk.sit(cast.manager, cast.requests)
    theirs = await desk.sit(cast.ops[0], cast.requests)
    await composer(mine).fill("Who can look at this?")
    await mine.keyboard.press("Enter")
    message = theirs.locator(".message", has_text="Who can look at this?")
    await expect(message).to_contain_text(cast.manager.real_name)
    await expect(theirs.locator("#announcer")).to_contain_text("Who can look at this?")


async def test_a_channel_with_news_is_marked_until_it_is_read(desk: Desk) -> None:
    cast = desk.server.cast
    page = await desk.sit(cast.manager, cast.requests)
    desk.post("Lunch is ready", channel="C0GENERAL1")
    general = page.get_by_role("link", name="general")
    await expect(general).to_have_accessible_name(re.compile("general.*1.*unread"))
    await expect(page).to_have_title("(1) Aboard sandbox")
    await general.click()
    await expect(page.get_by_text("Lunch is ready").first).to_be_visible()
    await expect(general).to_have_accessible_name("general")
    await expect(page).to_have_title("Aboard sandbox")


async def test_a_guest_and_the_deactivated_are_told_apart(desk: Desk) -> None:
    cast = desk.server.cast
    page = await desk.sit(cast.manager)
    await expect(page.locator(".person", has_text=cast.guest.real_name)).to_contain_text("guest")
    await expect(page.locator(".person", has_text=cast.gone.real_name)).to_have_count(0)
    await composer(page).focus()
    await page.keyboard.type("@osk")
    await expect(page.get_by_role("option", name="Oskar Berg")).to_contain_text("deactivated")


async def test_somebody_unknown_in_the_address_becomes_the_first_person(desk: Desk) -> None:
    page = await desk.sit(desk.server.cast.manager)
    await page.goto(f"{desk.server.url}/#U0NOBODY00/")
    await expect(page).to_have_url(re.compile(f"#{desk.server.cast.manager.id}/"))
    assert len(desk.problems) == 1
    assert "Failed to load resource" in desk.problems.pop()


async def test_my_home_is_drawn_and_its_buttons_reach_the_bot(desk: Desk) -> None:
    me = desk.server.cast.manager
    page = await desk.sit(me, "home")
    await expect(page.get_by_text("The bot has not drawn this page yet.")).to_be_visible()
    button = {"type": "button", "action_id": "ask", "value": "x"}
    label = {"type": "plain_text", "text": "Onboard somebody"}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Good to see you"}},
        {"type": "actions", "elements": [{**button, "text": label}]},
    ]
    desk.server.workspace.state.views.publish(me.id, {"type": "home", "blocks": blocks})
    await expect(page.get_by_role("heading", name="Good to see you")).to_be_visible()
    await page.get_by_role("button", name="Onboard somebody").click()
    await desk.server.workspace.until(lambda: desk.bot.heard)
    assert desk.bot.last("block_actions")["actions"][0]["action_id"] == "ask"


async def test_an_address_that_leads_nowhere_leads_to_the_nearest_place(desk: Desk) -> None:
    me = desk.server.cast.manager
    page = await desk.sit(me, "home")
    for place, nearest in {"C0NOWHERE1": "#access-requests", "direct": "Aboard"}.items():
        await page.evaluate("(hash) => { location.hash = hash }", f"{me.id}/{place}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(nearest)
        assert not page.url.endswith(place)
