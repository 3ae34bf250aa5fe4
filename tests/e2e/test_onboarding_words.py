"""What is typed after `/onboard` and makes no sense, and the sentence that helps."""

import asyncio
from datetime import timedelta

import pytest

from sandbox.slack.model import User
from tests.e2e.story import Story, mention


async def test_a_person_without_a_login_opens_the_form_with_the_person_in_it(
    story: Story, ada: User
) -> None:
    form = await story.opens("/onboard", mention(ada))
    assert form.values["subject"]["value"]["selected_user"] == ada.id
    assert form.values["github"]["value"]["value"] is None


async def test_a_login_that_is_remembered_stands_in_the_form(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    form = await story.opens("/onboard", mention(ada))
    assert form.values["github"]["value"]["value"] == story.people.login(ada)


async def test_an_unknown_profile_is_answered_with_those_that_exist(
    story: Story, ada: User
) -> None:
    said = await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)} astronaut")
    assert "There is no such profile" in said.text
    assert "`engineer`" in said.text
    assert "`analyst`" in said.text


async def test_what_cannot_be_a_login_is_refused_at_once(story: Story, ada: User) -> None:
    for login in ("-dash", "two--dashes", "a" * 40, "ada@acme.example", "a_b_c"):
        said = await story.types("/onboard", f"{mention(ada)} {login}")
        assert "That is no GitHub login" in said.text


async def test_a_login_that_github_does_not_know_is_refused_after_a_look(
    story: Story, ada: User
) -> None:
    await story.types("/onboard", f"{mention(ada)} nobody-of-this-name")
    told = await story.hears(story.asker, "is not possible")
    assert "GitHub knows no nobody-of-this-name" in told.replace("`", "")


async def test_a_login_of_an_organization_is_refused_after_a_look(story: Story, ada: User) -> None:
    story.people.accounts[ada.id].kind = "Organization"
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    assert "is no person" in await story.hears(story.asker, "is not possible")


async def test_a_name_that_slack_did_not_find_gets_a_helpful_sentence(story: Story) -> None:
    said = await story.types("/onboard", "@nobody some-login")
    assert "Slack found nobody called `@nobody`" in said.text
    assert "choose the person from the list" in said.text


async def test_words_without_a_person_get_an_example(story: Story) -> None:
    said = await story.types("/onboard", "engineer please")
    assert "start with the person" in said.text


async def test_two_people_at_a_time_are_one_too_many(story: Story, ada: User) -> None:
    bea = story.people.member()
    said = await story.types("/onboard", f"{mention(ada)} {mention(bea)} some-login")
    assert said.text == "One person at a time, please."


async def test_a_second_ask_about_the_same_person_names_the_first(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    said = await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    number = story.number(card)
    assert f"Request #{number} about this person is still open (waiting for approval)" in said.text
    assert f"/aboard cancel {number}" in said.text


async def test_of_two_asks_about_one_person_at_the_same_moment_one_is_told_of_the_other(
    story: Story,
) -> None:
    for _ in range(5):
        ada = story.people.member()
        text = f"{mention(ada)} {story.people.login(ada)}"
        said = await asyncio.gather(
            story.types("/onboard", text), story.types("/onboard", text, who=story.approver)
        )
        assert sorted("is recorded" in one.text for one in said) == [False, True]
        assert sorted("is still open" in one.text for one in said) == [False, True]


async def test_a_guest_may_not_ask(story: Story, ada: User) -> None:
    story.asker.is_restricted = True
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
    assert "Guests can't do this" in await story.hears(story.asker, "is not possible")


async def test_nobody_asks_where_nobody_would_be_left_to_approve(story: Story, ada: User) -> None:
    cast = story.world.server.cast
    cast.group.users[:] = []
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}", who=cast.lead)
    told = await story.hears(cast.lead, "is not possible")
    assert "Nobody is left who could approve this" in told


async def test_a_profile_that_is_gone_when_it_is_looked_into_is_refused_with_what_to_do(
    story: Story, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = story.world.aboard.means.catalog.profiles
    assert isinstance(profiles, dict)
    story.world.server.slack.faults.down(only="users.info")
    await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)} analyst")
    monkeypatch.delitem(profiles, "analyst")
    story.world.server.slack.faults.clear()
    await story.world.later(timedelta(seconds=10))
    await story.hears(story.asker, "is not possible", "not offered any more")
