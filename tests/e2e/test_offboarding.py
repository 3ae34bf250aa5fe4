"""Everything is taken away: asked in a form, shown before, done and told afterwards."""

import pytest

from sandbox.slack.model import User
from tests.e2e.story import Story, mention


async def test_a_removal_is_always_confirmed_in_a_form(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    form = await story.opens("/offboard", f"{mention(ada)} right now")
    assert form.callback_id == "offboard"
    assert form.values["subject"]["value"]["selected_user"] == ada.id
    assert form.values["reason"]["value"]["value"] == "right now"


async def test_the_form_shows_what_would_be_removed(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    text = story.text(await story.opens("/offboard", mention(ada)))
    assert "Delete the account with the role user" in text
    assert "Axiom cannot bring a deleted account back" in text
    assert "Offboard the GitHub login from acme" in text
    assert "Nothing is removed before somebody approves" in text


async def test_a_removal_takes_both_accounts_away(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.offboarding(ada, reason="Leaves for a new job")
    text = story.text(card)
    assert "Leaves for a new job" in text
    assert "Axiom  - remove" in text
    assert story.at_axiom(ada) == "user"
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None
    assert not story.at_axolo(ada)
    assert "done, verified" in story.line(card, "Axiom")
    assert "accepted, cannot be verified" in story.line(card, "Axolo")
    await story.direct(story.asker, "Offboard", "is done.")


async def test_whoever_leaves_is_named_and_never_mentioned(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    card = await story.offboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await story.direct(story.asker, "Offboard", "is done.")
    said = [str(call.arguments) for call in story.slack.calls if "chat" in call.method]
    about = [one for one in said if "Offboard" in one and ada.real_name in one]
    assert len(about) > 2
    assert not any(f"<@{ada.id}>" in one for one in about)


async def test_a_deactivated_account_can_still_be_offboarded(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    ada.deleted = True
    card = await story.offboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None
    assert not story.at_axolo(ada)


async def test_somebody_whom_slack_has_forgotten_can_still_be_offboarded(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    del story.slack.state.directory.users[ada.id]
    card = await story.offboarding(ada)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None


async def test_a_renamed_login_is_offboarded_under_its_new_name(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    new = f"{ada.name}-renamed"
    story.world.server.github.rename(story.people.login(ada), new)
    card = await story.offboarding(ada)
    assert new in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    [call] = story.asked_of_axolo(ada, "offboard")
    assert isinstance(call.body, dict)
    assert call.body["githubLogin"] == new


async def test_a_person_with_nothing_gets_a_plan_that_says_so_and_nothing_is_removed(
    story: Story, ada: User
) -> None:
    deletions = len(story.world.server.axiom.journal.asked("DELETE"))
    story.world.server.axolo.refuses_repeats = True
    try:
        card = await story.offboarding(ada, github=story.people.login(ada))
        assert "nothing to remove" in story.line(card, "Axiom")
        await story.press(card, "Approve")
        await story.reads(card, "Completed")
    finally:
        story.world.server.axolo.refuses_repeats = False
    assert "already so, verified" in story.line(card, "Axiom")
    assert "knows no such engineer" in story.line(card, "Axolo")
    assert len(story.world.server.axiom.journal.asked("DELETE")) == deletions


async def test_a_login_that_nobody_knows_leaves_axolo_to_a_person(story: Story, ada: User) -> None:
    card = await story.offboarding(ada)
    assert "by hand" in story.line(card, "Axolo")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    assert "needs a person" in story.line(card, "Axolo")
    assert "already so, verified" in story.line(card, "Axiom")
    assert not story.asked_of_axolo(ada, "offboard")


async def test_an_account_that_must_stay_is_left_to_a_person(story: Story) -> None:
    lead = story.world.server.cast.lead
    card = await story.offboarding(lead, github=story.world.server.cast.logins[lead.id])
    assert "by hand" in story.line(card, "Axiom")
    assert "last owner" in story.line(card, "Axiom")
    await story.denies(card, "She stays")


@pytest.mark.usefixtures("hurried")
async def test_the_form_opens_while_a_vendor_is_silent(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    story.world.server.axiom.faults.hang(None)
    text = story.text(await story.opens("/offboard", mention(ada)))
    assert "Axiom did not answer when this plan was made" in text


async def test_offboarding_without_a_person_opens_an_empty_form(story: Story) -> None:
    form = await story.opens("/offboard")
    assert form.values["subject"]["value"]["selected_user"] is None


async def test_a_bot_cannot_be_offboarded(story: Story) -> None:
    await story.opens("/offboard")
    values = {"subject": story.world.server.cast.other_bot.id}
    wrong = await story.slack.submit(story.asker, values)
    assert wrong == {"subject": "That is a bot or an app. Please choose a person."}
