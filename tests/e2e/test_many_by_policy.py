"""A batch stands under the strictest of what the rules ask for any of its people."""

import pytest

from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.rules import POLICY, Groups
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


async def test_one_who_needs_two_stages_has_all_of_them_wait_for_both(
    story: Story, people: People, groups: Groups
) -> None:
    crowd, (bea, cem) = Crowd(story), groups.board()
    reader, director = people.member(), people.member()
    rows = [crowd.row(reader, "reader"), crowd.row(director, "director")]
    assert await crowd.pastes(*rows) is None
    card = await crowd.card(
        "Waiting for approval", "0 of 1 approval from IT operations; then The board"
    )
    await story.press(card, "Approve", who=bea)
    await story.hears(bea, "IT operations decides now, and you are not among them")
    await story.press(card, "Approve")
    await story.hears(story.approver, "needs 2 more approvals of The board")
    await story.reads(card, "0 of 2 approvals from The board")
    await story.press(card, "Approve", who=bea)
    await story.reads(card, "1 of 2 approvals from The board")
    await story.press(card, "Approve", who=bea)
    await story.hears(bea, "You have already decided")
    assert story.at_axiom(reader) is None
    assert story.at_axiom(director) is None
    await story.press(card, "Approve", who=cem)
    await story.reads(card, "Completed · Batch")
    assert (story.at_axiom(reader), story.at_axiom(director)) == ("read-only", "user")


async def test_what_a_rule_approves_for_each_it_approves_for_all(
    story: Story, people: People, groups: Groups
) -> None:
    crowd, readers = Crowd(story), [people.member(), people.member()]
    assert groups.world is story.world
    assert await crowd.pastes(*(crowd.row(one, "reader") for one in readers)) is None
    await crowd.card("Completed · Batch", "approved by Aboard")
    assert {story.at_axiom(one) for one in readers} == {"read-only"}


async def test_whom_the_requester_may_not_ask_for_is_told_by_line(
    story: Story, people: People, groups: Groups
) -> None:
    crowd, seller, reader = Crowd(story), people.member(), people.member()
    assert groups.world is story.world
    rows = [crowd.row(seller, "rep"), crowd.row(reader, "reader")]
    assert await crowd.pastes(*rows) is None
    answer = story.text(await crowd.answer("Completed · Batch", "Line 2"))
    assert "lets only some people ask for this" in answer
    assert story.at_axiom(seller) is None


async def test_whoever_alone_could_approve_themselves_is_told_by_line(
    story: Story, people: People, groups: Groups
) -> None:
    crowd, (bea, _), director = Crowd(story), groups.board(), people.member()
    rows = [crowd.row(bea, "director"), crowd.row(director, "director")]
    assert await crowd.pastes(*rows) is None
    card = await crowd.card("Waiting for approval", "onboard 1 person", director.real_name)
    answer = story.text(await crowd.answer("Line 2", "Nobody is left who could approve this"))
    assert "Line 3" not in answer
    await story.denies(card, "Not now")
    await story.reads(card, "Denied")
