"""Somebody leaves, and not everything goes well; and what others read of what is confidential."""

from datetime import timedelta

from playwright.async_api import Locator, Page

from docs.images.life import DIRECT
from docs.images.office import Office
from sandbox.slack.model import Message, User
from tests.e2e.papers import Papers
from tests.e2e.story import mention

EVIDENCE = "Blocked in the portal, see ticket IT-4711"
OVER_AN_HOUR = timedelta(hours=1, minutes=5)


async def leaving(office: Office) -> None:
    """Picture what is unknown, what needs a person, what is overdue, and the certificate."""
    cast = office.cast
    await office.has(cast.seller)
    office.story.world.server.axolo.faults.lose_answer()
    card = await _leaves(office, cast.seller)
    await office.approve(card, "Needs attention")
    await office.story.world.spoken()
    await office.picture("unknown", cast.lead, "Needs attention")
    await _handed_over(office, card)
    await _overdue(office)
    await _attested(office, card)


async def _leaves(office: Office, who: User) -> Message:
    await office.story.opens("/offboard", mention(who))
    login = office.cast.logins[who.id]
    await office.fill_in(office.cast.manager, reason="Leaves for a new job", github=login)
    return await office.story.card(who)


async def _form(office: Office, card: Message, who: User, label: str) -> tuple[Page, Locator]:
    await office.story.press(card, label, who=who)
    await office.story.until(lambda: office.story.slack.modal(who))
    page = await office.studio.look(who.id, office.story.slack.channel("#general"))
    form = page.locator("#modal")
    await form.wait_for()
    return page, form


async def _handed_over(office: Office, card: Message) -> None:
    cast = office.cast
    page, form = await _form(office, card, cast.lead, "Hand over AppXite")
    await office.studio.shoot(form, "hand-over")
    await page.close()
    await office.fill_in(cast.lead, receiver=cast.colleague.id)
    await office.story.direct(cast.colleague, "asked to finish by hand")
    await office.picture("task", cast.colleague, "finish by hand", place=DIRECT)


async def _overdue(office: Office) -> None:
    await office.story.world.later(OVER_AN_HOUR)
    await office.story.direct(office.cast.lead, "is overdue")
    await office.picture("overdue", office.cast.lead, "is overdue", place=DIRECT)


async def _attested(office: Office, card: Message) -> None:
    cast = office.cast
    page, form = await _form(office, card, cast.keeper, "AppXite is done by hand")
    await form.get_by_role("textbox").fill(EVIDENCE)
    await office.studio.shoot(form, "by-hand")
    await page.close()
    await office.fill_in(cast.keeper, evidence=EVIDENCE)
    await office.story.reads(card, "done by hand, attested")
    await office.story.press(card, "Evidence")
    await Papers(office.story).newest(cast.lead)
    page = await office.studio.look(cast.lead.id, DIRECT)
    told = await office.studio.message(page, "leaver's certificate")
    file = page.locator("#log > article", has=page.locator(".file")).last
    await office.studio.shoot_both(page, (told, file), "certificate")


async def confidential(office: Office) -> None:
    """Picture what everybody reads of the leaving of a manager."""
    manager = office.cast.newcomers[1]
    card = await office.asks(manager, "manager")
    await office.story.press(card, "Approve", who=office.cast.ops[0])
    await office.story.reads(card, "0 of 1 approval from Team leads")
    await office.approve(card, "Completed")
    await office.story.opens("/offboard", mention(manager))
    await office.fill_in(office.cast.manager, reason="Leaves")
    await office.story.card(manager, told=office.cast.lead)
    await office.picture("confidential", office.cast.manager, "A confidential request")
