"""Who of a batch has left Slack by the time it is approved does not come on board; others do."""

from datetime import timedelta

from sandbox.slack.model import User
from tests.e2e.crowds import asked
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.world import OUT_OF_DATE


def nobody_is_there(story: Story, people: list[User]) -> None:
    assert [one for one in people if story.at_axiom(one) or story.asked_of_axolo(one)] == []


async def test_who_left_slack_after_it_was_asked_is_left_out_alone(
    story: Story, people: People
) -> None:
    good, gone, guest = [people.member(), people.member()], people.member(), people.member()
    crowd, card = await asked(story, [good[0], gone, guest, good[1]])
    gone.deleted, guest.is_restricted = True, True
    await story.world.later(OUT_OF_DATE)
    await story.press(card, "Approve")
    read = await story.reads(card, "Completed · Batch", "onboard 2 people")
    left = {"Line 3": (gone, "deactivated"), "Line 4": (guest, "is a guest")}
    for line, (who, why) in left.items():
        assert f"{line}, @{who.real_name}: That" in read
        assert why in read
    await crowd.answer("Completed · Batch", "Line 3", "Line 4")
    result = await crowd.result()
    outcomes = [result[line]["outcome"] for line in range(2, 6)]
    assert outcomes == ["Completed", "Cancelled", "Cancelled", "Completed"]
    assert "deactivated. Have it reactivated first." in result[3]["details"]
    nobody_is_there(story, [gone, guest])
    assert {story.at_axiom(one) for one in good} == {"user"}


async def test_a_batch_of_which_everybody_left_ends_as_cancelled(
    story: Story, people: People
) -> None:
    gone = [people.member(), people.member()]
    _, card = await asked(story, gone)
    for one in gone:
        one.deleted = True
    await story.world.later(OUT_OF_DATE)
    await story.press(card, "Approve")
    await story.reads(card, "Cancelled · Batch", "Approved, and not brought on board")
    nobody_is_there(story, gone)


async def test_while_slack_cannot_say_who_is_still_there_nobody_of_a_batch_comes_on_board(
    story: Story, people: People
) -> None:
    good, gone, slack = (
        [people.member(), people.member()],
        people.member(),
        story.world.server.slack,
    )
    _, card = await asked(story, [*good, gone])
    gone.deleted = True
    await _caller_is_known(story)
    slack.faults.status(503, None, only="users.info")
    await story.press(card, "Approve")
    await story.hears(story.approver, "You approved batch")
    await story.reads(card, "Under way · Batch")
    await story.world.later(timedelta(seconds=10))
    nobody_is_there(story, [*good, gone])
    slack.faults.clear()
    await story.world.later(timedelta(minutes=1))
    story.world.aboard.means.bells.batches.ring()
    await story.reads(card, "Completed · Batch", "onboard 2 people", f"@{gone.real_name}: That")
    nobody_is_there(story, [gone])


async def _caller_is_known(story: Story) -> None:
    """Have what Slack said of everybody be out of date, but for whoever decides."""
    story.world.clock.forward(OUT_OF_DATE)
    await story.world.aboard.means.directory.resident(story.approver.id)
