"""The form behind `/onboard`: what stands in it, and what is said beside a field."""

from collections.abc import Callable

from sandbox.slack.model import User
from tests.e2e.story import Story, mention


def answers(story: Story, subject: User, **more: str) -> dict[str, str]:
    return {"subject": subject.id, "github": story.people.login(subject), **more}


async def test_a_command_alone_opens_the_form(story: Story) -> None:
    form = await story.opens("/onboard")
    asked = {block["block_id"] for block in form.blocks if block["type"] == "input"}
    assert asked >= {"subject", "github", "profile", "reason"}
    assert form.values["profile"]["value"]["selected_option"]["value"] == "engineer"


async def test_the_form_makes_a_request_with_its_reason(story: Story, ada: User) -> None:
    await story.opens("/onboard")
    values = answers(story, ada, profile="analyst", reason="Reads the dashboards")
    assert await story.slack.submit(story.asker, values) is None
    card = await story.card(ada)
    assert "Reads the dashboards" in story.text(card)
    assert "Analyst" in story.text(card)
    await story.hears(story.asker, "is recorded")
    await story.hears(story.asker, "Waiting for approval")


async def test_the_answer_to_a_form_comes_to_the_channel_it_was_opened_in(
    story: Story, ada: User
) -> None:
    await story.opens("/onboard")
    assert await story.slack.submit(story.asker, answers(story, ada)) is None
    await story.hears(story.asker, "Waiting for approval")
    channels = {one.channel for one in story.slack.ephemerals(story.asker)}
    assert channels == {story.slack.channel("#general")}


def _deactivated(user: User) -> None:
    user.deleted = True


def _guest(user: User) -> None:
    user.is_ultra_restricted = True


def _bot(user: User) -> None:
    user.is_bot = True


def _without_email(user: User) -> None:
    user.email = ""


def _of_another_team(user: User) -> None:
    user.team_id = "T0NORTHW01"


WRONGS: list[tuple[Callable[[User], None], str]] = [
    (_deactivated, "That Slack account is deactivated. Have it reactivated first."),
    (_guest, "That is a guest. Have them made a full member first."),
    (_bot, "That is a bot or an app. Please choose a person."),
    (_without_email, "That profile has no e-mail address. Please have it added."),
    (_of_another_team, "That person belongs to another workspace; ask them to join."),
]


async def test_what_is_wrong_with_the_person_stands_beside_the_person(story: Story) -> None:
    await story.opens("/onboard")
    for make, sentence in WRONGS:
        ada = story.people.member()
        make(ada)
        wrong = await story.slack.submit(story.asker, answers(story, ada))
        assert wrong == {"subject": sentence}


async def test_what_is_wrong_with_a_typed_person_is_told_after_a_look(story: Story) -> None:
    for make, sentence in WRONGS:
        ada = story.people.member()
        make(ada)
        await story.types("/onboard", f"{mention(ada)} {story.people.login(ada)}")
        await story.hears(story.asker, "is not possible", sentence)
    assert story.cards() == []


async def test_a_missing_login_is_asked_for_beside_its_field(story: Story, ada: User) -> None:
    await story.opens("/onboard")
    wrong = await story.slack.submit(story.asker, {"subject": ada.id, "profile": "engineer"})
    assert wrong == {"github": "Axolo needs a GitHub login. Please add it."}


async def test_a_login_is_not_asked_for_where_no_vendor_needs_it(story: Story, ada: User) -> None:
    await story.opens("/onboard")
    values = {"subject": ada.id, "profile": "analyst"}
    assert await story.slack.submit(story.asker, values) is None
    card = await story.card(ada)
    assert "none" in story.text(card)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    assert story.at_axiom(ada) is not None


async def test_a_login_of_the_wrong_form_is_marked_and_can_be_mended(
    story: Story, ada: User
) -> None:
    await story.opens("/onboard")
    wrong = await story.slack.submit(story.asker, answers(story, ada, github="not a login"))
    assert wrong is not None
    assert wrong["github"].startswith("That is no GitHub login")
    assert await story.slack.submit(story.asker, answers(story, ada)) is None
    await story.card(ada)


async def test_a_person_with_an_open_request_is_marked_with_its_number(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await story.opens("/onboard")
    wrong = await story.slack.submit(story.asker, answers(story, ada))
    assert wrong is not None
    assert f"Request #{story.number(card)} about this person is still open" in wrong["subject"]
    assert "`" not in wrong["subject"]


async def test_a_form_left_without_a_person_goes_nowhere(story: Story) -> None:
    form = await story.opens("/onboard")
    wrong = await story.slack.submit(story.asker, {"github": "some-login"})
    assert wrong == {"subject": "Please complete this required field."}
    assert form.errors


async def test_a_form_whose_command_came_too_late_says_so(story: Story) -> None:
    story.world.server.slack.faults.status(200, body=EXPIRED, only="views.open")
    said = await story.types("/onboard")
    assert "Please try once more" in said.text
    assert story.slack.modal(story.asker) is None


EXPIRED = {"ok": False, "error": "expired_trigger_id"}
