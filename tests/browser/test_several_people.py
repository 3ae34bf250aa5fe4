"""Several people by a file, on the page and with the real bot: chosen, asked for, approved."""

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from tests.browser.desk import Desk, dialog, type_command
from tests.browser.judge import faults, unnamed
from tests.e2e.story import Story

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(office: Desk) -> Desk:
    return office


def table(name: str, *rows: str) -> FilePayload:
    """Return a file as somebody's browser hands it in."""
    text = "\n".join(["person,github_login,profile", *rows])
    return FilePayload(name=name, mimeType="text/csv", buffer=text.encode())


async def form_of(desk: Desk, story: Story) -> tuple[Page, Locator]:
    """Open the form for several people as the requester."""
    page = await desk.sit(story.asker)
    await type_command(page, "/onboard")
    await dialog(page).get_by_role("button", name="Several people").click()
    form = page.get_by_role("dialog", name="Onboard several")
    await expect(form).to_be_visible()
    return page, form


async def test_people_in_a_file_are_asked_for_approved_and_told_by_line(
    desk: Desk, story: Story
) -> None:
    good = [story.people.member() for _ in range(3)]
    rows = [f"{one.email},{story.people.login(one)},engineer" for one in good]
    page, form = await form_of(desk, story)
    chooser = form.get_by_label("Or a file")
    await chooser.set_input_files(table("people.csv", *rows, "nobody@acme.example,x,engineer"))
    await expect(form.get_by_role("button", name="Remove people.csv")).to_be_visible()
    assert await faults(form) == []
    assert await unnamed(page) == []
    await form.get_by_role("button", name="Ask").click()
    await expect(form).to_be_hidden()
    lead = await desk.sit(story.approver, desk.server.cast.requests)
    card = lead.locator("article.message", has_text="onboard 3 people")
    await expect(card).to_contain_text("Waiting for approval")
    await expect(card).to_contain_text("create, 3 people")
    assert await faults(card) == []
    await card.get_by_role("button", name="Approve, batch").click()
    await expect(card).to_contain_text("Completed")
    assert {story.at_axiom(one) for one in good} == {"user"}
    told = await story.direct(story.asker, "Completed · Batch", "Line 5, nobody@acme.example")
    assert "Slack knows nobody with this e-mail address" in told


async def test_a_file_is_taken_out_again_and_another_kind_is_refused(
    desk: Desk, story: Story
) -> None:
    _, form = await form_of(desk, story)
    chooser = form.get_by_label("Or a file")
    await chooser.set_input_files(FilePayload(name="a.png", mimeType="image/png", buffer=b"x"))
    await expect(form.get_by_role("alert").filter(has_text="ends in .csv or .txt")).to_be_visible()
    await chooser.set_input_files(table("wrong.csv"))
    await expect(chooser).to_be_hidden()
    remove = form.get_by_role("button", name="Remove wrong.csv")
    await remove.click()
    await expect(remove).to_have_count(0)
    await expect(chooser).to_be_focused()
    await form.get_by_role("button", name="Ask").click()
    await expect(form).to_contain_text("Please paste some rows, or choose a file.")
