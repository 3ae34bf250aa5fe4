"""Somebody on board gets another profile: one plan adds, changes and removes."""

from sandbox.slack.model import User
from tests.e2e.story import Story, labels, mention

CHANGE = "This is a change from the profile Engineer"
OFFBOARD = "POST /axolo/v1/engineer/offboard"


async def test_a_change_removes_what_only_the_profile_before_gave(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.onboarding(ada, "analyst")
    text = story.text(card)
    assert "Analyst, instead of Engineer" in text
    assert CHANGE in text
    assert "remove" in story.line(card, "Axolo")
    assert "change" in story.line(card, "Axiom")
    assert story.at_axolo(ada)
    await story.press(card, "Approve")
    text = await story.reads(card, "Completed")
    assert text.count("approved by") == 1
    assert not story.at_axolo(ada)
    assert story.at_axiom(ada) == "read-only"
    assert CHANGE not in text


async def test_and_back_again_adds_what_is_lacking(story: Story, ada: User) -> None:
    await story.onboarded(ada, "analyst")
    card = await story.onboarding(ada)
    assert "Engineer, instead of Analyst" in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axolo(ada)
    assert story.at_axiom(ada) == "user"


async def test_nothing_is_removed_before_somebody_approves(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.onboarding(ada, "analyst")
    await story.denies(card, "Not yet")
    await story.reads(card, "Denied")
    assert story.at_axolo(ada)
    assert story.at_axiom(ada) == "user"


async def test_what_aboard_never_gave_is_not_removed(story: Story, ada: User) -> None:
    appxite = story.world.server.appxite
    appxite.add(ada.real_name, ada.email)
    await story.onboarded(ada)
    card = await story.onboarding(ada, "analyst")
    assert "AppXite" not in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert appxite.user(ada.email) is not None


async def test_the_same_profile_again_is_no_change(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.onboarding(ada)
    assert "instead of" not in story.text(card)
    assert "This is a change" not in story.text(card)


async def test_whoever_was_offboarded_comes_anew(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    gone = await story.offboarding(ada)
    await story.press(gone, "Approve")
    await story.reads(gone, "Completed")
    card = await story.onboarding(ada, "analyst")
    assert "instead of" not in story.text(card)
    assert "Axolo" not in story.text(card)


async def test_a_removal_that_failed_is_tried_again_under_the_same_approval(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    card = await story.onboarding(ada, "analyst")
    story.world.server.axolo.faults.status(400, only=OFFBOARD)
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    assert story.at_axolo(ada)
    assert "Retry Axolo" in labels(card)
    await story.press(card, "Retry Axolo", who=story.asker)
    text = await story.reads(card, "Completed")
    assert not story.at_axolo(ada)
    assert text.count("approved by") == 1


async def test_what_was_removed_is_known_to_be_gone(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.onboarding(ada, "analyst")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    known = await story.world.aboard.reads.known(ada.id)
    assert [one.vendor for one in known.holdings] == ["axiom"]
    assert known.profile == "analyst"


async def test_the_form_says_that_it_is_a_change(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    form = await story.opens("/onboard", mention(ada))
    assert "This is a change" not in story.text(form)
    await story.slack.choose(story.asker, form, "profile", "analyst")
    await story.until(lambda: CHANGE in story.text(story.slack.opened(story.asker)))


async def test_a_profile_that_needs_nobody_does_not_remove_by_itself(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    card = await story.onboarding(ada, "auditor")
    assert "Waiting for approval" in story.text(card)
    assert story.at_axolo(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert not story.at_axolo(ada)
