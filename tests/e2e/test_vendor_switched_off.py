"""Who leaves may have an account at a vendor that is in the settings no more: that is said."""

from functools import partial

from sqlalchemy.engine import Connection

from sandbox.slack.model import User
from storage import people
from storage.models import Person
from tests.e2e.story import Story


def _give(connection: Connection, team_id: str, slack_id: str, vendor: str) -> None:
    """Note an account as Aboard does when it gave one."""
    held = people.find(connection, team_id, slack_id)
    assert isinstance(held, Person)
    access = {"vendor_id": "7", "access": "{}", "state": "verified", "updated_at": 1}
    people.note_account(connection, {"person_id": held.id, "vendor": vendor, **access})


async def test_a_removal_names_the_accounts_that_it_cannot_take(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    give = partial(_give, team_id=ada.team_id, slack_id=ada.id, vendor="payroll")
    await story.world.aboard.means.database.write(give)
    text = story.text(await story.offboarding(ada))
    assert "payroll is no longer in Aboard's settings" in text
    assert "see to it by hand" in text


async def test_nothing_is_said_of_accounts_that_it_takes(story: Story, ada: User) -> None:
    await story.onboarded(ada)
    text = story.text(await story.offboarding(ada))
    assert "no longer in Aboard's settings" not in text
