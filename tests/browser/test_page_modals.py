"""Modals: the focus stays in, errors stand beside their fields, values leave in Slack's shapes."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.bot import FORM, REFUSAL, option, plain
from tests.browser.desk import Desk, composer, dialog, type_command

pytestmark = pytest.mark.browser

IS_INSIDE = "document.querySelector('#modal').contains(document.activeElement)"
REQUIRED = "Please complete this required field."


async def open_form(desk: Desk) -> Page:
    page = await desk.sit(desk.server.cast.manager)
    await type_command(page, "/onboard")
    await expect(dialog(page)).to_be_visible()
    return page


async def choose(page: Page, label: str, typed: str) -> None:
    field = dialog(page).get_by_role("combobox", name=label)
    await field.focus()
    await page.keyboard.type(typed)
    await page.get_by_role("option").first.wait_for()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(field).to_have_attribute("aria-expanded", "false")


async def fill(page: Page, reason: str) -> None:
    await choose(page, "Who?", "ada")
    await choose(page, "Role", "oper")
    await dialog(page).get_by_role("textbox", name="Reason").fill(reason)


async def test_a_modal_takes_the_focus_and_keeps_it(desk: Desk) -> None:
    page = await open_form(desk)
    await expect(dialog(page).get_by_role("combobox", name="Who?")).to_be_focused()
    for key in ["Tab"] * 14 + ["Shift+Tab"] * 14:
        await page.keyboard.press(key)
        assert await page.evaluate(IS_INSIDE)


async def test_escape_closes_the_list_then_the_modal_and_the_focus_returns(desk: Desk) -> None:
    page = await open_form(desk)
    who = dialog(page).get_by_role("combobox", name="Who?")
    await page.keyboard.press("ArrowDown")
    await expect(who).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(who).to_have_attribute("aria-expanded", "false")
    await expect(dialog(page)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog(page)).to_be_hidden()
    await expect(composer(page)).to_be_focused()
    assert desk.server.workspace.modal(desk.server.cast.manager) is None


async def test_empty_required_fields_are_refused_before_anything_is_sent(desk: Desk) -> None:
    page = await open_form(desk)
    await dialog(page).get_by_role("button", name="Ask").click()
    who = dialog(page).get_by_role("combobox", name="Who?")
    await expect(who).to_have_attribute("aria-invalid", "true")
    await expect(who).to_have_accessible_description(REQUIRED)
    await expect(who).to_be_focused()
    await expect(dialog(page).get_by_text(REQUIRED)).to_have_count(3)
    with pytest.raises(LookupError):
        desk.bot.last("view_submission")


async def test_the_bots_error_stands_beside_its_field_and_nothing_is_lost(desk: Desk) -> None:
    page = await open_form(desk)
    await fill(page, "because")
    await dialog(page).get_by_role("button", name="Ask").click()
    reason = dialog(page).get_by_role("textbox", name="Reason")
    await expect(reason).to_have_accessible_description(REFUSAL)
    await expect(reason).to_be_focused()
    await expect(dialog(page).get_by_text(REFUSAL)).to_be_in_viewport()
    await expect(reason).to_have_value("because")
    await expect(dialog(page).get_by_role("combobox", name="Who?")).to_have_value("Ada Moreno")
    await reason.fill("Joins the platform team on Monday")
    await dialog(page).get_by_role("button", name="Ask").click()
    await expect(dialog(page)).to_be_hidden()


async def test_values_leave_in_the_shapes_of_slack(desk: Desk) -> None:
    page = await open_form(desk)
    await choose(page, "Vendors", "axi")
    await dialog(page).get_by_label("Tell").check()
    await dialog(page).get_by_label("Starts").fill("2027-02-01")
    await fill(page, "Joins the platform team on Monday")
    await dialog(page).get_by_role("button", name="Ask").click()
    await expect(dialog(page)).to_be_hidden()
    role = {"type": "external_select", "selected_option": option("Operator")}
    ada = desk.server.cast.newcomers[0].id
    assert desk.bot.last("view_submission")["view"]["state"]["values"] == {
        "subject": {"value": {"type": "users_select", "selected_user": ada}},
        "profile": {"value": {"type": "static_select", "selected_option": option("Backend")}},
        "role": {"value": role},
        "vendors": {
            "value": {"type": "multi_static_select", "selected_options": [option("Axiom")]}
        },
        "tell": {"value": {"type": "checkboxes", "selected_options": [option("Tell")]}},
        "when": {"value": {"type": "datepicker", "selected_date": "2027-02-01"}},
        "reason": {
            "value": {"type": "plain_text_input", "value": "Joins the platform team on Monday"}
        },
    }


async def test_a_field_left_empty_is_null_or_an_empty_list(desk: Desk) -> None:
    page = await open_form(desk)
    await fill(page, "Joins the platform team on Monday")
    await dialog(page).get_by_role("button", name="Ask").click()
    await expect(dialog(page)).to_be_hidden()
    values = desk.bot.last("view_submission")["view"]["state"]["values"]
    assert values["vendors"]["value"]["selected_options"] == []
    assert values["tell"]["value"]["selected_options"] == []
    assert values["when"]["value"]["selected_date"] is None


async def test_many_choices_are_chips_that_the_keyboard_takes_away(desk: Desk) -> None:
    page = await open_form(desk)
    vendors = dialog(page).get_by_role("combobox", name="Vendors")
    await vendors.focus()
    await page.keyboard.press("ArrowDown")
    await page.get_by_role("option", name="Axolo").wait_for()
    await page.keyboard.press("Enter")
    await expect(dialog(page).get_by_role("button", name="Remove Axolo")).to_be_visible()
    await expect(vendors).to_be_focused()
    await page.keyboard.press("Backspace")
    await expect(dialog(page).get_by_role("button", name="Remove Axolo")).to_have_count(0)


async def test_a_view_pushed_on_top_leaves_the_one_below_as_it_was(desk: Desk) -> None:
    me = desk.server.cast.manager
    page = await open_form(desk)
    await dialog(page).get_by_role("textbox", name="Reason").fill("half a reason")
    views = desk.server.workspace.state.views
    top = {"type": "modal", "title": plain("Details"), "close": plain("Back"), "blocks": []}
    views.push(me.id, top)
    await expect(page.get_by_role("dialog", name="Details")).to_be_visible()
    await expect(dialog(page).get_by_role("button", name="Back")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Onboard")).to_be_visible()
    reason = dialog(page).get_by_role("textbox", name="Reason")
    await expect(reason).to_have_value("half a reason")
    await expect(reason).to_be_focused()


async def test_an_update_keeps_what_was_typed_into_inputs_that_stay(desk: Desk) -> None:
    page = await open_form(desk)
    reason = dialog(page).get_by_role("textbox", name="Reason")
    await reason.focus()
    await page.keyboard.type("half a reas")
    view = desk.server.workspace.opened(desk.server.cast.manager)
    note = {"type": "section", "text": {"type": "mrkdwn", "text": "One more thing"}}
    changed = {**FORM, "blocks": [note, *FORM["blocks"]]}
    desk.server.workspace.state.views.update(view, changed)
    await expect(dialog(page)).to_contain_text("One more thing")
    await page.keyboard.type("on")
    await expect(reason).to_have_value("half a reason")
