"""What was approved for one person is done for that person, whatever was asked about them since."""

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar
from tests.e2e.story import Story
from tests.e2e.world import OUT_OF_DATE


@pytest.fixture
def mallory(story: Story) -> User:
    return story.people.member()


async def asked_in_vain(story: Story, ada: User, mallory: User) -> None:
    """Ask for Ada's removal under the login of somebody else, and cancel it."""
    card = await story.offboarding(ada, github=story.people.login(mallory))
    assert story.people.login(mallory) in story.text(card)
    await story.asks(f"cancel {story.number(card)}")
    await story.reads(card, "Cancelled")


async def scheduled(story: Story, ada: User, calendar: Calendar) -> Message:
    card = await calendar.asks(ada, starts=calendar.wall(10, "09:00", ada))
    await story.press(card, "Approve")
    await story.reads(card, "starts later")
    return card


async def test_what_starts_later_starts_for_whom_it_was_approved(
    story: Story, ada: User, mallory: User
) -> None:
    calendar = Calendar(story)
    start = calendar.wall(10, "09:00", ada)
    card = await scheduled(story, ada, calendar)
    await asked_in_vain(story, ada, mallory)
    await calendar.until(start, ada)
    await story.reads(card, "Completed", story.people.login(ada))
    assert story.at_axolo(ada)
    assert not story.at_axolo(mallory)


async def test_a_retry_is_for_whom_it_was_approved(story: Story, ada: User, mallory: User) -> None:
    axolo = story.world.server.axolo
    axolo.faults.status(400, None)
    card = await story.onboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "Retry Axolo")
    await asked_in_vain(story, ada, mallory)
    axolo.faults.clear()
    await story.press(card, "Retry Axolo")
    await story.until(lambda: story.at_axolo(ada) or story.at_axolo(mallory))
    assert story.at_axolo(ada)
    assert not story.at_axolo(mallory)


async def test_a_login_that_nobody_approved_is_not_remembered(
    story: Story, ada: User, mallory: User
) -> None:
    await story.onboarded(ada)
    await story.onboarded(mallory)
    await asked_in_vain(story, ada, mallory)
    card = await story.offboarding(ada)
    assert story.people.login(ada) in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert not story.at_axolo(ada)
    assert story.at_axolo(mallory)


async def test_nor_is_it_of_somebody_who_was_not_known_before(
    story: Story, ada: User, mallory: User
) -> None:
    await asked_in_vain(story, ada, mallory)
    card = await story.offboarding(ada)
    assert story.people.login(mallory) not in story.text(card)


async def test_an_address_of_which_nobody_was_asked_changes_nothing_of_what_was_approved(
    story: Story, ada: User, mallory: User
) -> None:
    calendar, approved = Calendar(story), ada.email
    start = calendar.wall(10, "09:00", ada)
    card = await scheduled(story, ada, calendar)
    ada.email = f"new-{approved}"
    await story.world.later(OUT_OF_DATE)
    await asked_in_vain(story, ada, mallory)
    await calendar.until(start, ada)
    await story.reads(card, "Completed", approved)
    assert story.world.server.axiom.user(approved) is not None
    assert story.at_axiom(ada) is None


async def test_somebody_renamed_at_github_since_the_approval_is_found_by_their_number(
    story: Story, ada: User
) -> None:
    calendar = Calendar(story)
    start = calendar.wall(10, "09:00", ada)
    card = await scheduled(story, ada, calendar)
    story.world.server.github.rename(story.people.login(ada), f"{ada.name}-renamed")
    await calendar.until(start, ada)
    await story.reads(card, "Completed")
    assert story.people.login(ada) == f"{ada.name}-renamed"
    assert story.at_axolo(ada)
