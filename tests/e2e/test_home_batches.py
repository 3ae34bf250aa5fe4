"""Many people at once, at Home: what waits is decided there, and whoever asked sees how it goes."""

import re
from dataclasses import replace

from sandbox.slack.model import Message, User, View
from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.story import Story, labels
from tests.e2e.test_home import home_of, part, shown

WAITING = "Several people, waiting for you"
ASKED = "Several people, asked by you"


async def crowd_of(story: Story, people: list[User]) -> tuple[Crowd, Message, str]:
    """Ask for these people; return the card, and what the batch is called."""
    crowd = Crowd(story)
    assert await crowd.pastes(*(crowd.row(one) for one in people)) is None
    card = await crowd.card("Waiting for approval", f"onboard {len(people)} people")
    named = re.search(r"Batch \d+", story.text(card))
    assert named
    return crowd, card, named[0]


def below(home: View, title: str) -> View:
    """Return a Home in which only what stands below one headline can be pressed."""
    found, kept = False, []
    for block in home.blocks:
        if block["type"] == "header":
            found = block["text"]["text"] == title
        elif found:
            kept.append(block)
    return replace(home, content={**home.content, "blocks": kept})


def waits(story: Story, who: User, batch: str) -> bool:
    return f"{batch}, asked" in part(story, shown(story, who), WAITING)


async def test_a_batch_is_approved_at_home_and_waits_no_longer(
    story: Story, people: People
) -> None:
    good = [people.member() for _ in range(3)]
    _, card, batch = await crowd_of(story, good)
    home = await home_of(story, story.approver)
    waiting = part(story, home, WAITING)
    for words in (
        f"{batch}: onboard 3 people", "Reason: A new team", "Profiles: Engineer: 3",
        "Axiom  + create, 3 people: Create an account", *(f"@{one.real_name}" for one in good),
    ):  # fmt: skip
        assert words in waiting
    await story.press(below(home, WAITING), "Approve")
    await story.hears(story.approver, f"You approved {batch.lower()}")
    await story.until(lambda: not waits(story, story.approver, batch))
    await story.reads(card, "Completed · Batch", f"approved by @{story.approver.real_name}")
    assert {story.at_axiom(one) for one in good} == {"user"}


async def test_a_batch_is_denied_at_home_and_waits_no_longer(story: Story, people: People) -> None:
    good = [people.member(), people.member()]
    _, card, batch = await crowd_of(story, good)
    home = await home_of(story, story.approver)
    await story.press(below(home, WAITING), "Deny")
    await story.until(lambda: story.slack.modal(story.approver))
    assert await story.slack.submit(story.approver, {"reason": "Not this year"}) is None
    await story.until(lambda: not waits(story, story.approver, batch))
    await story.reads(card, "Denied · Batch", "Not this year")
    assert [one for one in good if story.at_axiom(one)] == []


async def test_whoever_asked_sees_how_far_their_batch_has_come(
    story: Story, people: People
) -> None:
    good = [people.member(), people.member()]
    _, card, batch = await crowd_of(story, good)
    mine = part(story, await home_of(story, story.asker), ASKED)
    assert f"Waiting for approval · {batch}: onboard 2 people" in mine
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    home = await home_of(story, story.asker)
    mine = part(story, home, ASKED)
    assert f"Completed · {batch}: onboard 2 people" in mine
    assert "Completed: 2" in mine
    assert labels(below(home, ASKED)) == {"List"}
    await story.press(below(home, ASKED), "List", who=story.asker)
    await story.until(lambda: any(one.files for one in story.slack.direct_messages(story.asker)))


async def test_whoever_asked_withdraws_their_batch_at_home(story: Story, people: People) -> None:
    good = [people.member(), people.member()]
    _, card, batch = await crowd_of(story, good)
    home = await home_of(story, story.asker)
    await story.press(below(home, ASKED), "Cancel", who=story.asker)
    await story.until(
        lambda: f"Cancelled · {batch}" in part(story, shown(story, story.asker), ASKED)
    )
    await story.reads(card, "Cancelled · Batch")
    assert [one for one in good if story.at_axiom(one)] == []


async def test_lines_of_which_nothing_came_are_counted_at_home(
    story: Story, people: People
) -> None:
    crowd = Crowd(story)
    rows = [crowd.row(people.member()), crowd.row(people.member()), "nobody@acme.example,nobody"]
    assert await crowd.pastes(*rows) is None
    await crowd.card("Waiting for approval", "onboard 2 people")
    mine = part(story, await home_of(story, story.asker), ASKED)
    assert "Lines of which nothing came: 1" in mine


async def test_a_batch_does_not_wait_for_whoever_asked_for_it_or_is_in_it(
    story: Story, people: People
) -> None:
    story.asker, within = people.approver(), people.approver()
    _, _, batch = await crowd_of(story, [people.member(), within])
    for who, is_asked in ((story.approver, True), (story.asker, False), (within, False)):
        await home_of(story, who)
        assert waits(story, who, batch) is is_asked
    assert batch not in story.text(await home_of(story, people.member()))


async def test_status_tells_of_a_batch_in_one_line(story: Story, people: People) -> None:
    good = [people.member(), people.member()]
    _, card, batch = await crowd_of(story, good)
    line = f"Waiting for approval · {batch}: onboard 2 people"
    for who in (story.approver, story.asker):
        told = await story.asks("status", who=who)
        assert line in told
        assert [one for one in good if one.real_name in told] == []
    assert batch not in await story.asks("status", who=people.member())
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    assert f"{batch}:" not in await story.asks("status", who=story.approver)
    assert f"{batch}:" not in await story.asks("status", who=story.asker)
