"""App Home: what is mine, what waits for me, and the two buttons to begin with."""

import pytest

from sandbox.slack.model import User, View
from tests.e2e.story import Story


async def _home(story: Story, who: User) -> View:
    assert (await story.slack.open_home(who)).ok
    home = story.slack.home(who)
    assert home
    return home


async def test_home_shows_a_requester_what_is_theirs_and_nothing_else(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    text = story.text(await _home(story, story.asker))
    waiting, _, mine = text.partition("Asked by you")
    assert f"#{story.number(card)} " in mine
    assert ada.real_name not in waiting
    other = story.text(await _home(story, story.people.member()))
    assert ada.real_name not in other


async def test_home_shows_an_approver_what_waits(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    text = story.text(await _home(story, story.approver))
    waiting = text.partition("Waiting for a decision")[2].partition("Asked by you")[0]
    assert f"#{story.number(card)} " in waiting
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    text = story.text(await _home(story, story.approver))
    waiting = text.partition("Waiting for a decision")[2].partition("Asked by you")[0]
    assert f"#{story.number(card)} " not in waiting


async def test_home_shows_a_guest_nothing_of_others(story: Story, ada: User) -> None:
    await story.onboarding(ada)
    story.approver.is_restricted = True
    text = story.text(await _home(story, story.approver))
    assert ada.real_name not in text


@pytest.mark.parametrize(
    ("label", "form"), [("Onboard somebody", "onboard"), ("Offboard somebody", "offboard")]
)
async def test_a_button_opens_its_form(story: Story, label: str, form: str) -> None:
    await story.press(await _home(story, story.asker), label, who=story.asker)
    assert story.slack.opened(story.asker).callback_id == form


async def test_a_form_opened_at_home_is_answered_directly(story: Story, ada: User) -> None:
    await story.press(await _home(story, story.asker), "Onboard somebody", who=story.asker)
    values = {"subject": ada.id, "profile": "analyst"}
    assert await story.slack.submit(story.asker, values) is None
    await story.direct(story.asker, "is recorded")
    await story.direct(story.asker, "Waiting for approval")
    assert ada.email in story.text(await story.card(ada))


async def test_details_tell_the_whole_story_to_those_who_may_see_it(
    story: Story, ada: User
) -> None:
    card = await story.onboarded(ada)
    for who in (story.asker, story.approver):
        await story.press(card, "Details", who=who)
        text = story.text(story.slack.opened(who))
        assert f"@{story.approver.real_name} approved" in text
        assert "Step ended at Axiom (done)" in text
    bea = story.people.member()
    await story.press(card, "Details", who=bea)
    await story.hears(bea, "Only the requester and the approvers see the details")
    assert story.slack.modal(bea) is None
