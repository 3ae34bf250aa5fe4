"""Home under a policy of stages and of confidence: each thing waits for those who are asked."""

import re

import pytest

from sandbox.slack.model import User
from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.rules import POLICY, Groups
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story
from tests.e2e.test_home import home_of, part, shown
from tests.e2e.test_home_batches import WAITING, below, waits
from tests.e2e.test_policy_leaving import director, leaves

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


async def waits_for(story: Story, who: User, number: int) -> bool:
    return f"#{number}, asked" in part(story, await home_of(story, who), "Waiting for you")


async def test_a_request_waits_for_those_whose_turn_it_is(
    story: Story, ada: User, groups: Groups
) -> None:
    bea, cem = groups.board()
    card = await story.onboarding(ada, "director")
    number = story.number(card)
    assert await waits_for(story, story.approver, number)
    assert not await waits_for(story, bea, number)
    await story.press(card, "Approve")
    await story.reads(card, "from The board")
    assert not await waits_for(story, story.approver, number)
    assert await waits_for(story, bea, number)
    await story.press(await home_of(story, bea), "Approve", who=bea)
    await story.reads(card, f"approved by @{bea.real_name}")
    assert not await waits_for(story, bea, number)
    assert await waits_for(story, cem, number)


async def test_what_is_confidential_is_in_the_homes_of_those_alone_who_are_asked(
    story: Story, ada: User, groups: Groups
) -> None:
    await director(story, ada, groups)
    bea, _ = groups.board()
    card = await leaves(story, ada)
    number = f"#{story.number(card)}, asked"
    assert number in part(story, await home_of(story, story.approver), "Waiting for you")
    assert number in part(story, await home_of(story, story.asker), "Asked by you")
    for other in (bea, ada, story.people.member()):
        assert number not in story.text(await home_of(story, other))
    groups.join("S0ITOPS001", ada)
    assert number not in story.text(await home_of(story, ada))
    axiom = story.world.server.axiom
    axiom.faults.status(400, only="DELETE /axiom/v2/users")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    for other in (bea, story.people.approver(), ada):
        assert number not in story.text(await home_of(story, other))
    assert "Axiom: ❌ failed" in part(story, await home_of(story, story.asker), "Asked by you")


async def test_a_batch_waits_for_those_whose_turn_it_is(
    story: Story, people: People, groups: Groups
) -> None:
    bea, cem = groups.board()
    rows = [people.member(), people.member()]
    crowd = Crowd(story)
    assert await crowd.pastes(*(crowd.row(one, "director") for one in rows)) is None
    card = await crowd.card("Waiting for approval", "0 of 1 approval from IT operations")
    named = re.search(r"Batch \d+", story.text(card))
    assert named
    batch = named[0]

    async def asked() -> list[bool]:
        for who in (story.approver, bea, cem):
            await home_of(story, who)
        return [waits(story, who, batch) for who in (story.approver, bea, cem)]

    assert await asked() == [True, False, False]
    await story.press(card, "Approve")
    await story.reads(card, "0 of 2 approvals from The board")
    assert await asked() == [False, True, True]
    await story.press(below(shown(story, bea), WAITING), "Approve", who=bea)
    await story.reads(card, "1 of 2 approvals from The board")
    assert await asked() == [False, False, True]
