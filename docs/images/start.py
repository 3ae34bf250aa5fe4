"""How it begins: a form, a card with a plan, a decision, and somebody who is welcome."""

from playwright.async_api import Page, expect

from docs.images.office import Office
from docs.images.studio import Scheme
from tests.e2e.story import mention

REASON = "Sells in the north from Monday"
BEHALF = "Priya is away, and Lena begins on Monday"
GREETED = """
[profiles.greeted]
title = "Engineer"
welcome = "C0GENERAL1"
axiom = { role = "user" }
"""


async def asking(office: Office) -> None:
    """Picture the form, the card that waits, and what became of it."""
    cast = office.cast
    page = await office.studio.look(cast.manager.id, office.story.slack.channel("#general"))
    await _form(office, page)
    card = await office.asks(cast.seller)
    for scheme, name in _BOTH:
        await _card(office, scheme, f"card{name}")
    await office.approve(card, "Completed")
    await office.picture("done", cast.lead, "Completed")


_BOTH: tuple[tuple[Scheme, str], ...] = (("light", ""), ("dark", "-dark"))


async def _form(office: Office, page: Page) -> None:
    newcomer = office.cast.newcomers[0]
    await office.story.opens("/onboard", mention(newcomer))
    form = page.locator("#modal")
    await form.get_by_label("GitHub login").fill(office.cast.logins[newcomer.id])
    await office.studio.shoot(form, "form")
    await form.get_by_role("button", name="Close", exact=True).last.click()
    await expect(form).to_be_hidden()


async def _card(office: Office, scheme: Scheme, name: str) -> None:
    page = await office.studio.look(office.cast.lead.id, office.cast.requests, scheme)
    await office.studio.shoot(await office.studio.message(page, "Waiting for approval"), name)
    await page.close()


async def change(office: Office) -> None:
    """Picture the card that asks for another profile."""
    await office.has(office.cast.seller)
    await office.asks(office.cast.seller, "analyst")
    await office.picture("change", office.cast.lead, "Waiting for approval")


async def why(office: Office) -> None:
    """Picture the answer that names the rules."""
    card = await office.asks(office.cast.newcomers[1], "manager")
    await office.story.press(card, "Approve", who=office.cast.ops[0])
    await office.story.reads(card, "0 of 1 approval from Team leads")
    await office.story.types("/aboard", "why 1", channel="#access-requests")
    await office.picture("why", office.cast.manager, "Policy")


async def welcome(office: Office) -> None:
    """Picture the line that welcomes somebody in a channel."""
    await office.has(office.cast.newcomers[0], "greeted")
    general = office.story.slack.channel("#general")
    await office.picture("welcome", office.cast.manager, "Please welcome", place=general)


async def behalf(office: Office) -> None:
    """Picture the card of what is asked on behalf of somebody else."""
    cast, story = office.cast, office.story
    newcomer = cast.newcomers[2]
    await story.opens("/onboard", mention(newcomer))
    principal = cast.ops[1].id
    await office.fill_in(cast.manager, profile="analyst", principal=principal, reason=BEHALF)
    await story.card(newcomer)
    await office.picture("behalf", cast.lead, "on behalf of")
