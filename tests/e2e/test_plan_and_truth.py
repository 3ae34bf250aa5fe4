"""What was approved is what is done: the plan says what is, and is held against what is then."""

from sandbox.slack.model import User
from tests.e2e.story import Story, labels


async def test_a_person_who_is_there_already_is_left_as_they_are(story: Story, ada: User) -> None:
    story.world.server.axiom.add(ada.real_name, ada.email, "user")
    card = await story.onboarding(ada)
    assert "already so" in story.line(card, "Axiom")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert "already so, verified" in story.line(card, "Axiom")
    assert not story.created_at_axiom(ada)


async def test_another_role_is_shown_before_and_after_and_is_changed(
    story: Story, ada: User
) -> None:
    story.world.server.axiom.add(ada.real_name, ada.email, "admin")
    card = await story.onboarding(ada)
    assert "change" in story.line(card, "Axiom")
    assert "Change the role from admin to user" in story.line(card, "Axiom")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert "The role was changed from admin to user" in story.line(card, "Axiom")
    assert story.at_axiom(ada) == "user"


async def test_a_role_that_changed_after_the_approval_was_asked_for_stops_the_step(
    story: Story, ada: User
) -> None:
    account = story.world.server.axiom.add(ada.real_name, ada.email, "read-only")
    card = await story.onboarding(ada)
    assert "from read-only to user" in story.line(card, "Axiom")
    account.role = "admin"
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    line = story.line(card, "Axiom")
    assert "needs a person" in line
    assert "This is not what was approved any more: Change the role from admin to user" in line
    assert story.at_axiom(ada) == "admin"
    assert not story.world.server.axiom.journal.asked("PUT", f"/v2/users/{account.id}")


async def test_an_account_that_appeared_meanwhile_with_another_role_stops_the_step(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    assert "create" in story.line(card, "Axiom")
    account = story.world.server.axiom.add(ada.real_name, ada.email, "admin")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "not what was approved any more")
    assert story.at_axiom(ada) == "admin"
    assert not story.world.server.axiom.journal.asked("PUT", f"/v2/users/{account.id}")


async def test_what_became_something_else_is_asked_again_with_its_new_plan(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    story.world.server.axiom.add(ada.real_name, ada.email, "admin")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "It is asked again as request")
    second = await story.card(ada)
    assert f"request #{story.number(second)}" in story.line(card, "Axiom")
    assert "Change the role from admin to user" in story.line(second, "Axiom")
    await story.direct(story.asker, f"#{story.number(second)}", "Change the role")
    await story.press(second, "Approve")
    await story.reads(second, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_a_retry_does_not_widen_what_was_approved(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    story.world.server.axiom.add(ada.real_name, ada.email, "admin")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "Retry Axiom")
    second = await story.card(ada)
    await story.asks(f"cancel {story.number(second)}")
    await story.reads(second, "Cancelled")
    await story.press(card, "Retry Axiom")
    await story.hears(story.approver, "Trying Axiom again")
    await story.world.at_rest()
    assert "not what was approved any more" in story.line(card, "Axiom")
    assert story.at_axiom(ada) == "admin"


async def test_what_somebody_else_did_meanwhile_is_not_done_again(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    story.world.server.axiom.add(ada.real_name, ada.email, "user")
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert "already so, verified" in story.line(card, "Axiom")
    assert not story.created_at_axiom(ada)


async def test_a_removal_of_an_account_with_more_power_than_was_shown_is_stopped(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    card = await story.offboarding(ada)
    account = story.world.server.axiom.user(ada.email)
    assert account
    account.role = "admin"
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention", "not what was approved any more")
    assert story.at_axiom(ada) == "admin"


async def test_a_plan_made_while_a_vendor_was_silent_says_so_and_is_checked_later(
    story: Story, ada: User
) -> None:
    story.world.server.axiom.faults.down()
    card = await story.onboarding(ada)
    assert "Axiom did not answer when this plan was made" in story.line(card, "Axiom")
    story.world.server.axiom.faults.clear()
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) == "user"


async def test_a_removal_of_which_nothing_could_be_seen_covers_the_account_that_is_there(
    story: Story, ada: User
) -> None:
    await story.onboarded(ada)
    story.world.server.axiom.faults.down()
    card = await story.offboarding(ada)
    assert "Remove the account, if there is one" in story.line(card, "Axiom")
    assert "Axiom did not answer when this plan was made" in story.line(card, "Axiom")
    story.world.server.axiom.faults.clear()
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is None


async def test_an_account_that_must_stay_keeps_its_role(story: Story) -> None:
    lead = story.world.server.cast.lead
    login = story.world.server.cast.logins[lead.id]
    await story.types("/onboard", f"<@{lead.id}> {login} analyst")
    card = await story.card(lead)
    assert "The role stays owner" in story.line(card, "Axiom")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    assert story.at_axiom(lead) == "owner"
    able = {"Retry Axiom", "Axiom is done by hand", "Hand over Axiom", "Details"}
    assert labels(card) == able
