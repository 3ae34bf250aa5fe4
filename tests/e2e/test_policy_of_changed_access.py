"""A form may change what a profile gives; rules then speak of what is asked, not of its name."""

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.rules import POLICY, Groups
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


async def asked(story: Story, subject: User, profile: str, **access: str) -> Message:
    """Fill in the form, with another role than the profile's."""
    await story.opens("/onboard")
    person = {"subject": subject.id, "github": story.people.login(subject), "profile": profile}
    fields = {f"access:{profile}:axiom:{name}": value for name, value in access.items()}
    assert await story.slack.submit(story.asker, person | fields) is None
    return await story.card(subject)


async def test_what_was_changed_in_the_form_is_not_approved_by_a_rule(
    story: Story, ada: User
) -> None:
    card = await asked(story, ada, "reader", role="user")
    text = await story.reads(card, "Waiting for approval", "0 of 1 approval")
    assert "changed in the form: role user instead of read-only" in text
    assert story.at_axiom(ada) is None


async def test_a_form_left_as_the_profile_has_it_is_approved_by_its_rule(
    story: Story, ada: User
) -> None:
    card = await asked(story, ada, "reader", role="read-only")
    await story.reads(card, "Completed", "approved by Aboard")
    assert story.at_axiom(ada) == "read-only"


async def test_a_rule_about_an_access_holds_for_what_the_form_asks_for(
    story: Story, ada: User, groups: Groups
) -> None:
    groups.board()
    card = await asked(story, ada, "engineer", role="admin")
    await story.reads(card, "Waiting for approval", "then The board")
