"""What shows many requests together: a batch, Home, the history."""

from playwright.async_api import expect

from docs.images.life import DIRECT
from docs.images.office import Office
from docs.images.studio import Scheme
from tests.e2e.crowds import HEADING

WHOLE = ".dialog { max-height: none }"
ENOUGH = 1500  # pixels: as much of a Home as fits into a picture


async def several(office: Office) -> None:
    """Picture the form for several people, its card, and what the requester reads."""
    cast, story = office.cast, office.story
    view = await story.opens("/onboard")
    await story.press(view, "Several people", who=cast.manager)
    page = await office.studio.look(cast.manager.id, story.slack.channel("#general"))
    await page.add_style_tag(content=WHOLE)
    form = page.locator("#modal")
    await form.get_by_label("Rows").fill(_rows(office))
    await form.get_by_label("Reason").fill("The spring intake")
    await office.studio.shoot(form, "several-form")
    await form.get_by_role("button", name="Ask", exact=True).click()
    await expect(form).to_be_hidden()
    await office.picture("several-card", cast.lead, "Batch", "Waiting for approval")
    await office.picture("several-answer", cast.manager, "Batch", "Not asked for", place=DIRECT)


def _rows(office: Office) -> str:
    people = (*office.cast.newcomers, office.cast.seller)
    lines = [f"{one.email},{office.cast.logins[one.id]},engineer" for one in people]
    return "\n".join([HEADING, *lines, "nobody@acme.example,nobody-hub,engineer"])


async def home(office: Office) -> None:
    """Picture the Home of an approver, that of a guest, and the digest of the same."""
    cast, calendar = office.cast, office.calendar
    github = office.story.world.server.github
    ada, kenji, lena = cast.newcomers
    office.story.people.accounts[ada.id] = github.add(cast.logins[ada.id], ada.real_name)
    card = await calendar.asks(ada, until=calendar.wall(20, "18:00", ada))
    await office.approve(card, "Completed")
    office.story.world.server.axiom.faults.status(400, only="POST /axiom/v2/users")
    card = await office.asks(kenji, "engineer")
    await office.approve(card, "Needs attention")
    await office.asks(lena, "analyst")
    await _home(office, cast.lead.id, "home")
    await _home(office, cast.lead.id, "home-dark", "dark")
    await _home(office, cast.guest.id, "home-guest")
    await office.story.types("/aboard", "digest", who=cast.lead, channel="#access-requests")
    await office.picture("digest", cast.lead, "for you to decide")


async def _home(office: Office, who: str, name: str, scheme: Scheme = "light") -> None:
    page = await office.studio.look(who, "home", scheme, ENOUGH)
    shown = page.locator("#home")
    await expect(shown).to_contain_text("Aboard")
    await page.locator("#home .block").nth(3).wait_for()
    await office.studio.shoot(shown, name)
    await page.close()


async def history(office: Office) -> None:
    """Picture a page of the history."""
    cast = office.cast
    await office.has(cast.seller)
    for one in cast.newcomers:
        await office.has(one, "engineer")
    card = await office.asks(cast.colleague, "analyst")
    await office.story.denies(card, "No seat is free before April.")
    await office.story.reads(card, "Denied")
    words = "history completed"
    await office.story.types("/aboard", words, who=cast.lead, channel="#access-requests")
    await office.picture("history", cast.lead, "History")
