"""One message a day says what waits for its reader, and nothing that they may not know."""

from datetime import timedelta

import pytest

from sandbox.slack.model import User, UserGroup
from tests.e2e.calendar import Calendar
from tests.e2e.crowds import Crowd
from tests.e2e.mornings import (
    CHANNEL,
    DIGEST,
    NEW_YORK,
    READERS,
    about,
    digests,
    evening,
    look,
    morning,
    reads,
)
from tests.e2e.rules import POLICY, Groups
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story, labels, mention
from tests.e2e.world import World

pytestmark = pytest.mark.usefixtures("asked_in_the_evening")

both = pytest.mark.parametrize("house", on_both_databases(policy=POLICY + DIGEST), indirect=True)


@pytest.fixture
async def asked_in_the_evening(world: World) -> None:
    """Have every story begin when no digest is due soon: at nine, one would come on the way."""
    await evening(world)


async def shown(story: Story, who: User) -> str:
    """Return what somebody reads who asks for their digest now."""
    await story.asks("digest", who=who)
    return story.text(story.slack.ephemerals(who)[-1])


@both
async def test_an_approver_reads_at_nine_what_waits_and_decides_it_there(
    story: Story, ada: User
) -> None:
    card = await story.onboarding(ada)
    await morning(story.world, story.approver.tz)
    assert digests(story, story.approver) == []
    await look(story.world)
    told = await reads(story, story.approver, ada.email)
    text = story.text(told)
    assert "for you to decide" in text
    assert f"#{story.number(card)}, asked" in text
    assert "Axiom: + create · Create an account with the role user" in text
    assert about(story, story.asker, ada.email) == []
    await story.press(told, "Approve")
    await story.reads(card, "Completed", f"approved by @{story.approver.real_name}")
    assert story.at_axiom(ada) == "user"


@both
async def test_it_comes_once_a_day_and_not_for_what_is_decided(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await morning(story.world, story.approver.tz)
    for _ in range(3):
        await look(story.world)
    await reads(story, story.approver, ada.email)
    await morning(story.world, story.approver.tz)
    await look(story.world)
    await reads(story, story.approver, ada.email, times=2)
    await story.press(card, "Approve")
    await story.reads(card, "Completed")
    await morning(story.world, story.approver.tz)
    await look(story.world)
    await reads(story, story.approver, ada.email, times=2)


@both
async def test_it_takes_the_place_of_reminders_for_its_readers_alone(
    story: Story, ada: User, groups: Groups
) -> None:
    bea, _ = groups.board()
    card = await story.onboarding(ada, "keeper")
    await story.press(card, "Approve")
    await story.reads(card, "from The board")
    cem = story.people.member()
    other = await story.onboarding(cem)
    await story.world.later(timedelta(hours=5))
    await story.direct(bea, "still waits for you", ada.email)
    await story.world.spoken()
    assert "Waiting for approval" in story.text(other)
    assert not [one for one in story.heard(story.approver) if "still waits for you" in one]


@both
async def test_whoever_has_nothing_to_do_hears_nothing(story: Story) -> None:
    reader = story.people.member()
    story.world.slack.state.directory.groups[READERS] = UserGroup(
        READERS, "readers", "Readers", [reader.id]
    )
    await morning(story.world, reader.tz)
    await look(story.world)
    assert digests(story, reader) == []
    assert "Nothing waits for you." in await shown(story, reader)


@both
async def test_it_says_what_needs_attention_and_who_leaves_within_a_week(
    story: Story, ada: User
) -> None:
    calendar = Calendar(story)
    soon, late = story.people.member(), story.people.member()
    for who, days in ((soon, 5), (late, 20)):
        card = await calendar.asks(who, until=calendar.wall(days, "18:00", who))
        await story.press(card, "Approve")
        await story.reads(card, "Completed")
    card = await story.onboarding(ada)
    story.world.server.axiom.faults.status(403, times=None, only="POST /axiom/v2/users")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    story.world.server.axiom.faults.clear()
    text = await shown(story, story.approver)
    assert "in need of attention" in text
    assert f"Needs attention · Onboard {ada.real_name} · #{story.number(card)}" in text
    assert "Axiom: ❌ failed" in text
    assert soon.real_name in text
    assert late.real_name not in text
    assert ada.real_name in await shown(story, story.asker)


@both
async def test_a_channel_reads_in_its_own_zone_and_calls_nobody(story: Story, ada: User) -> None:
    card = await story.onboarding(ada)
    await morning(story.world, NEW_YORK)
    assert about(story, CHANNEL, ada.real_name) == []
    await look(story.world)
    told = await reads(story, CHANNEL, ada.real_name)
    assert f"#{story.number(card)}, asked" in story.text(told)
    assert labels(told) == set()
    assert "<@" not in str(told.blocks)
    assert ada.email not in story.text(told)


@both
async def test_a_channel_reads_how_many_people_wait_at_once(story: Story, ada: User) -> None:
    crowd, other = Crowd(story), story.people.member()
    assert await crowd.pastes(crowd.row(ada), crowd.row(other)) is None
    card = await crowd.card("Waiting for approval")
    headline = story.text(card).splitlines()[0]
    assert "onboard 2 people" in headline
    await morning(story.world, NEW_YORK)
    await look(story.world)
    told = await reads(story, CHANNEL, headline)
    assert labels(told) == set()
    assert ada.real_name not in story.text(told)


@both
async def test_what_is_asked_in_confidence_is_told_to_those_who_decide_it_alone(
    story: Story, ada: User, groups: Groups
) -> None:
    board = groups.board()
    card = await story.onboarding(ada, "director")
    for one in (story.approver, *board):
        await story.press(card, "Approve", who=one)
        await story.reads(card, f"approved by @{one.real_name}")
    await story.reads(card, "Completed")
    await story.opens("/offboard", mention(ada))
    assert await story.slack.submit(story.asker, {"reason": "Leaves"}) is None
    await story.card(ada, told=story.approver)
    await morning(story.world, story.approver.tz)
    await look(story.world)
    await reads(story, story.approver, f"Offboard {ada.real_name}")
    await morning(story.world, NEW_YORK)
    await look(story.world)
    assert about(story, CHANNEL, ada.real_name) == []
    assert ada.real_name in await shown(story, story.approver)
    assert ada.real_name not in await shown(story, board[0])
