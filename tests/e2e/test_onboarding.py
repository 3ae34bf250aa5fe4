"""One line brings somebody on board: asked, planned, approved, done, and everybody is told."""

from datetime import timedelta

from sandbox.slack.model import User
from tests.e2e.story import Story, labels, mention


async def test_a_command_is_answered_at_once_with_a_number_and_later_with_the_plan(
    story: Story, ada: User
) -> None:
    login = story.people.login(ada)
    answer = await story.types("/onboard", f"{mention(ada)} {login}")
    assert answer.seconds < 1.0
    assert "is recorded" in answer.text
    plan = await story.hears(story.asker, "Waiting for approval", "Axiom")
    assert "#" in answer.text
    assert "Create an account with the role user" in plan
    assert f"Onboard the GitHub login in {story.world.server.cast.organization}" in plan
    assert not story.slack.direct_messages(story.asker)


async def test_the_card_shows_the_approvers_everything_they_decide_about(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    text = story.text(card)
    expected = [
        ada.real_name,
        ada.email,
        story.people.login(ada),
        f"@{story.asker.real_name}",
        "Engineer",
        "Expires",
        "Axolo  + create",
        "Axiom  + create",
        "Create an account with the role user",
    ]
    assert [one for one in expected if one not in text] == []
    assert labels(card) == {"Approve", "Deny", "Details"}


async def test_nothing_is_created_before_somebody_approves(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await story.nothing_happened(card, ada)
    assert not story.created_at_axiom(ada)


async def test_an_approval_gives_the_person_an_account_at_both_vendors(
    story: Story, ada: User
) -> None:
    card = await story.onboarded(ada)
    assert story.at_axiom(ada) == "user"
    assert story.at_axolo(ada)
    [call] = story.asked_of_axolo(ada)
    assert call.body == {
        "organization": story.world.server.axolo.organization,
        "githubLogin": story.people.login(ada),
        "slackId": ada.id,
    }
    assert f"approved by @{story.approver.real_name}" in story.text(card)
    assert labels(card) == {"Details"}


async def test_only_what_was_read_back_is_called_verified(story: Story, ada: User) -> None:
    card = await story.onboarded(ada)
    assert "done, verified" in story.line(card, "Axiom")
    axolo = story.line(card, "Axolo")
    assert "accepted, cannot be verified" in axolo
    assert "done" not in axolo
    assert "✅" not in axolo


async def test_the_requester_is_told_how_it_ended(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    end = await story.hears(story.asker, "is done.", ada.real_name)
    assert "Axiom  ✅ done, verified" in end
    [told] = story.slack.direct_messages(story.asker)
    assert told.text.startswith("#")


async def test_the_thread_tells_what_happened_and_who_did_it(story: Story, ada: User) -> None:
    card = await story.onboarded(ada)

    def lines() -> str:
        return "\n".join(story.text(reply) for reply in story.slack.replies(card))

    await story.until(lambda: "Request completed" in lines())
    assert f"Approved by @{story.approver.real_name}" in lines()
    assert f"Request received by @{story.asker.real_name}" in lines()
    assert "Step ended at Axiom (done, verified)" in lines()
    assert "Step ended at Axolo (accepted, cannot be verified)" in lines()


async def test_a_named_profile_gives_what_it_says_and_nothing_else(story: Story, ada: User) -> None:
    card = await story.onboarded(ada, "analyst")
    assert "Analyst" in story.text(card)
    assert "Axolo" not in story.text(card)
    assert story.at_axiom(ada) == "read-only"
    assert not story.asked_of_axolo(ada)


async def test_a_profile_is_found_by_its_title_in_any_case(story: Story, ada: User) -> None:
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)} ANALYST")
    assert "Analyst" in story.text(await story.card(ada))


async def test_a_login_is_taken_with_an_at_sign_and_in_any_case(story: Story, ada: User) -> None:
    login = story.people.login(ada)
    await story.types("/onboard", f"{mention(ada)} @{login.upper()}")
    text = story.text(await story.card(ada))
    assert login in text
    assert login.upper() not in text


async def test_a_mention_without_a_name_is_a_person_as_well(story: Story, ada: User) -> None:
    await story.types("/onboard", f"<@{ada.id}> {story.people.login(ada)}")
    assert ada.real_name in story.text(await story.card(ada))


async def test_a_login_that_slack_made_a_link_of_stays_a_login(story: Story, ada: User) -> None:
    login = story.people.login(ada)
    await story.types("/onboard", f"{mention(ada)} <http://{login}|{login}>")
    assert login in story.text(await story.card(ada))


async def test_the_answer_comes_where_it_was_asked_for_even_hours_later(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await story.hears(story.asker, "Waiting for approval")
    await story.world.later(timedelta(hours=5))
    await story.press(card, "Approve")
    await story.hears(story.asker, "is done.")
    assert story.at_axiom(ada) == "user"
