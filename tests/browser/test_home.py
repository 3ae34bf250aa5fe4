"""The Home of the real bot on the page: it opens, its buttons act, it searches and turns pages."""

import pytest
from playwright.async_api import Locator, Page, expect

from sandbox.slack.model import User
from tests.browser.desk import Desk, dialog
from tests.browser.judge import faults, unnamed
from tests.e2e.story import Story

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(office: Desk) -> Desk:
    return office


async def home_of(desk: Desk, who: User) -> tuple[Page, Locator]:
    """Open somebody's Home on the page, and wait until the bot has drawn it."""
    page = await desk.sit(who, "home")
    home = page.locator("#home")
    await expect(home).to_contain_text("Asked by you")
    return page, home


async def test_an_approver_reads_the_whole_plan_at_home_and_approves_it(
    desk: Desk, story: Story
) -> None:
    ada = story.people.member()
    card = await story.onboarding(ada)
    number = story.number(card)
    page, home = await home_of(desk, story.approver)
    await expect(home).to_contain_text(ada.email)
    await expect(home).to_contain_text("Create an account with the role user")
    assert await faults(home) == []
    assert await unnamed(page) == []
    approve = home.get_by_role("button", name=f"Approve request {number}")
    await approve.click()
    await expect(approve).to_have_count(0)
    await story.reads(card, "Completed", f"approved by @{story.approver.real_name}")
    assert story.at_axiom(ada) == "user"


async def test_an_approver_denies_at_home_with_a_reason(desk: Desk, story: Story) -> None:
    card = await story.onboarding(story.people.member())
    page, home = await home_of(desk, story.approver)
    deny = home.get_by_role("button", name=f"Deny request {story.number(card)}")
    await deny.click()
    await dialog(page).get_by_label("Reason").fill("No seat is free")
    await dialog(page).get_by_role("button", name="Deny").click()
    await expect(dialog(page)).to_be_hidden()
    await expect(deny).to_have_count(0)
    await story.reads(card, "Denied", "No seat is free")


async def test_a_button_at_home_opens_the_form(desk: Desk, story: Story) -> None:
    page, home = await home_of(desk, story.asker)
    await home.get_by_role("button", name="Onboard somebody").click()
    await expect(dialog(page)).to_contain_text("Who comes on board?")


async def test_a_search_at_home_shows_one_person_and_leads_back(desk: Desk, story: Story) -> None:
    ada, bea = story.people.member(), story.people.member()
    for one in (ada, bea):
        await story.onboarding(one)
    page, home = await home_of(desk, story.approver)
    await expect(home).to_contain_text(bea.email)
    await home.get_by_role("combobox", name="Find a person").fill(ada.real_name)
    await page.get_by_role("option", name=ada.real_name).click()
    await expect(home).to_contain_text("What there is about")
    await expect(home).to_contain_text(ada.real_name)
    await expect(home).not_to_contain_text(bea.real_name)
    await home.get_by_role("button", name="Show everything").click()
    await expect(home).to_contain_text(bea.email)


async def test_the_pages_of_a_list_are_turned_on_and_back(desk: Desk, story: Story) -> None:
    numbers = [story.number(await story.onboarding(story.people.member())) for _ in range(6)]
    _, home = await home_of(desk, story.asker)
    newest, oldest = (f"#{number}, asked" for number in (numbers[-1], numbers[0]))
    await expect(home).to_contain_text(newest)
    await home.get_by_role("button", name="Older: Asked by you").click()
    await expect(home).to_contain_text(oldest)
    await expect(home).not_to_contain_text(newest)
    await home.get_by_role("button", name="Newer: Asked by you").click()
    await expect(home).to_contain_text(newest)
    await expect(home).not_to_contain_text(oldest)


async def test_a_guest_reads_at_home_whom_to_ask(desk: Desk, story: Story) -> None:
    _, home = await home_of(desk, story.world.server.cast.guest)
    await expect(home).to_contain_text("Ask a full member of this workspace")
    await expect(home.get_by_role("button")).to_have_count(0)
