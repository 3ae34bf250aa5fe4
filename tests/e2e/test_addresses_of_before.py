"""Somebody whose address in Slack is another one by now loses what was given under the old one."""

from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar
from tests.e2e.story import Story
from tests.e2e.world import OUT_OF_DATE

NOTE = "has an address that the person had before"
SHARED = "Somebody else was given access at"


async def has_another_address(story: Story, who: User) -> str:
    """Give somebody another address in Slack; return the one of before."""
    before = who.email
    who.email = f"new-{before}"
    await story.world.later(OUT_OF_DATE)
    return before


async def approved(story: Story, card: Message) -> str:
    await story.press(card, "Approve")
    return await story.reads(card, "Completed")


async def test_what_was_given_under_another_address_is_found_and_removed(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    before = await has_another_address(story, ada)
    card = await story.offboarding(ada)
    assert NOTE in story.line(card, "Axiom")
    assert "remove" in story.line(card, "Axiom")
    await approved(story, card)
    assert "done, verified" in story.line(card, "Axiom")
    assert story.world.server.axiom.user(before) is None


async def test_an_end_finds_it_as_well(story: Story, calendar: Calendar, ada: User) -> None:
    end = calendar.wall(5, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    before = await has_another_address(story, ada)
    await calendar.until(end, ada)
    await story.reads(await story.card(ada), "Completed", "Offboard")
    assert story.world.server.axiom.user(before) is None


async def test_the_form_of_a_removal_says_it_too(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    await has_another_address(story, ada)
    form = await story.opens("/offboard", f"<@{ada.id}|{ada.name}>")
    assert NOTE in story.text(form)


async def test_two_accounts_of_one_person_are_left_to_people(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    before = await has_another_address(story, ada)
    await story.onboarded(ada)
    card = await story.offboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "several accounts of this person")
    assert story.world.server.axiom.user(before) is not None
    assert story.at_axiom(ada) == "user"


async def test_an_address_that_is_somebody_elses_by_now_is_left_alone(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    before = await has_another_address(story, ada)
    bea = story.people.member()
    bea.email = before
    await story.world.later(OUT_OF_DATE)
    await story.onboarded(bea)
    await approved(story, await story.offboarding(ada))
    assert story.at_axiom(bea) == "user"


async def test_another_login_that_was_given_access_is_told_where_nobody_can_look(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    login = story.people.login(story.people.member())
    await story.types("/onboard", f"<@{ada.id}|{ada.name}> {login} engineer")
    await approved(story, await story.card(ada))
    card = await story.offboarding(ada)
    assert "Another GitHub login was given access" in story.line(card, "Axolo")
    await approved(story, card)
    await story.onboarded(ada)
    assert "Another GitHub login" not in story.line(await story.offboarding(ada), "Axolo")


async def test_an_end_takes_nothing_by_itself_that_somebody_else_has_under_the_address(
    story: Story, calendar: Calendar, ada: User
) -> None:
    end = calendar.wall(5, "18:00", ada)
    await approved(story, await calendar.asks(ada, until=end))
    bea = await shares_the_address(story, ada)
    await story.onboarded(bea)
    await calendar.until(end, ada)
    card = await story.card(ada)
    assert "Waiting for approval" in story.text(card)
    assert SHARED in story.line(card, "Axiom")
    assert SHARED not in story.line(card, "Axolo")
    assert story.at_axiom(bea) == "user"
    await approved(story, card)
    assert story.at_axiom(bea) is None


async def test_a_removal_says_where_somebody_else_has_an_account_under_the_address(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    bea = await shares_the_address(story, ada)
    bea.email = bea.email.upper()
    card = await story.offboarding(ada)
    assert SHARED not in story.text(card)
    await story.denies(card, "Not yet")
    await story.onboarded(bea)
    card = await story.offboarding(ada)
    assert SHARED in story.line(card, "Axiom")


async def shares_the_address(story: Story, who: User) -> User:
    """Have somebody else come who has the same address in Slack."""
    other = story.people.member()
    other.email = who.email
    await story.world.later(OUT_OF_DATE)
    return other
