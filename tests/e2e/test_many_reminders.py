"""Who has not answered a batch is reminded, others are asked after a while, and no one else is."""

from datetime import timedelta
from functools import partial

import pytest

from sandbox.slack.model import Message, User, UserGroup
from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story
from tests.e2e.world import OUT_OF_DATE, World

SECOND_LINE = "S0SECOND02"
POLICY = f"""
[reminders]
escalate_to = ["{SECOND_LINE}"]
escalate_after = "30h"
"""

pytestmark = pytest.mark.parametrize(
    "house", on_both_databases(threshold=2, policy=POLICY), indirect=True
)

HOURS = timedelta(hours=1)
STILL = "still waits for you"


@pytest.fixture
def chief(world: World, people: People) -> User:
    """Somebody of the group that is asked after a while."""
    user = people.member()
    group = UserGroup(SECOND_LINE, "chiefs", "Chiefs", [user.id])
    world.slack.state.directory.groups[SECOND_LINE] = group
    world.clock.forward(OUT_OF_DATE)
    return user


async def asked(story: Story, *people: User) -> Message:
    crowd = Crowd(story)
    assert await crowd.pastes(*(crowd.row(one) for one in people)) is None
    return await crowd.card("Waiting for approval", f"onboard {len(people)} people")


async def later(story: Story, hours: int) -> None:
    await story.world.later(hours * HOURS)
    story.world.aboard.means.bells.batches.ring()


def reminders(story: Story, who: User) -> list[Message]:
    return [one for one in story.slack.direct_messages(who) if STILL in story.text(one)]


async def test_those_who_are_missing_are_reminded_less_and_less_often(
    story: Story, people: People
) -> None:
    other, within = people.approver(), people.approver()
    card = await asked(story, people.member(), within)
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")

    def told_so_often(count: int) -> bool:
        return len(reminders(story, other)) == count

    for count, hours in enumerate((4, 20, 24), start=1):
        await later(story, hours - 2)
        assert len(reminders(story, other)) == count - 1
        await later(story, 2)
        await story.until(partial(told_so_often, count))
    everybody_else = (story.approver, story.asker, within)
    assert [one.id for one in everybody_else if reminders(story, one)] == []
    assert [one.ts for one in story.cards()] == [card.ts]


async def test_a_reminder_decides_and_says_later_that_nothing_is_to_be_done(
    story: Story, people: People
) -> None:
    other = people.approver()
    card = await asked(story, people.member(), people.member())
    await later(story, 4)
    await story.until(lambda: reminders(story, other))
    [mine] = reminders(story, other)
    await story.press(mine, "Approve", who=other)
    await story.reads(card, "1 of 2 approvals")
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    await story.reads(mine, "no longer waits for you")
    assert "[Approve]" not in story.text(mine)


async def test_after_a_while_others_may_decide_a_batch_as_well(
    story: Story, people: People, chief: User
) -> None:
    newcomers = [people.member(), people.member()]
    card = await asked(story, *newcomers)
    await story.press(card, "Approve", who=chief)
    await story.hears(chief, "You are not an approver of this request")
    await story.press(card, "Approve")
    await story.reads(card, "1 of 2 approvals")
    await later(story, 29)
    assert not reminders(story, chief)
    await later(story, 2)
    await story.until(lambda: reminders(story, chief))
    [mine] = reminders(story, chief)
    await story.press(mine, "Approve", who=chief)
    await story.reads(card, "Completed · Batch")
    assert {story.at_axiom(one) for one in newcomers} == {"user"}
