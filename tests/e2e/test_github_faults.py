"""GitHub, which is asked who a login is: what happens while it is silent or refuses us."""

from datetime import timedelta

from sandbox.slack.model import User
from tests.e2e.story import Story, mention

USERS = "GET /github/users/"


def refused(story: Story, user: User) -> bool:
    """Tell whether GitHub was asked about somebody and did not answer."""
    calls = story.world.server.github.journal.asked("GET", f"/users/{story.people.login(user)}")
    return any(call.status == 503 for call in calls)


async def test_a_request_waits_while_github_is_down_and_goes_on_by_itself(
    story: Story, ada: User
) -> None:
    github = story.world.server.github
    github.faults.down(only=USERS)
    said = await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    assert "is recorded" in said.text
    await story.until(lambda: refused(story, ada))
    assert "Being looked into" in await story.asks("status")
    assert story.cards() == []
    github.faults.clear()
    await story.world.later(timedelta(seconds=6))
    await story.card(ada)


async def test_a_request_that_could_not_be_looked_into_for_half_an_hour_is_given_up_in_words(
    story: Story, ada: User
) -> None:
    story.world.server.github.faults.down(only=USERS)
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    await story.until(lambda: refused(story, ada))
    await story.world.later(timedelta(minutes=31))
    told = await story.hears(story.asker, "is not possible")
    assert "could not be looked into for half an hour" in told
    assert "Please ask again" in told
    story.world.server.github.faults.clear()
    await story.onboarded(ada)


async def test_a_token_that_github_refuses_leaves_the_login_as_it_was_typed(
    story: Story, ada: User
) -> None:
    story.world.server.github.faults.status(401, None)
    card = await story.onboarding(ada)
    assert story.people.login(ada) in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axolo(ada)


async def test_a_request_that_is_still_looked_into_can_be_cancelled(
    story: Story, ada: User
) -> None:
    story.world.server.github.faults.down(only=USERS)
    said = await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    number = said.text.partition("#")[2].partition("*")[0]
    assert await story.asks(f"cancel {number}") == f"Request #{number} is cancelled."
    story.world.server.github.faults.clear()
    await story.onboarded(ada)
    assert len(story.cards()) == 1
