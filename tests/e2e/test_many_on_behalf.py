"""Many people asked for on behalf of another: both are told of all, and neither of them decides."""

from datetime import timedelta

import pytest

from sandbox.slack.model import Message, User
from tests.e2e.crowds import Crowd
from tests.e2e.papers import Papers
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.test_home import home_of, part
from tests.e2e.test_home_batches import ASKED, WAITING, waits
from tests.e2e.world import OUT_OF_DATE


@pytest.fixture
def boss(people: People) -> User:
    """An approver who has another one ask."""
    return people.approver()


@pytest.fixture
def two(people: People) -> list[User]:
    return [people.member(), people.member()]


async def asked(story: Story, people: list[User], boss: User) -> tuple[Crowd, Message]:
    crowd = Crowd(story)
    assert await crowd.pastes(*(crowd.row(one) for one in people), principal=boss.id) is None
    return crowd, await crowd.card("Waiting for approval", f"onboard {len(people)} people")


def both(story: Story, boss: User) -> str:
    return f"@{story.asker.real_name} on behalf of @{boss.real_name}"


async def test_card_messages_and_every_request_name_both(
    story: Story, two: list[User], boss: User
) -> None:
    crowd, card = await asked(story, two, boss)
    assert both(story, boss) in story.text(card)
    for who in (story.asker, boss):
        await story.direct(who, "Waiting for approval · Batch", both(story, boss))
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    for who in (story.asker, boss):
        await story.direct(who, "Completed · Batch", both(story, boss))
    assert len(await crowd.result()) == 2
    assert (await Papers(story).newest(boss)).name.startswith("aboard-batch-")
    number = story.text(card).split("Batch ")[1].split(":")[0]
    said = await story.asks(f"history batch {number}", who=boss)
    assert all(one.real_name in said for one in two), said
    await story.asks(f"export batch {number}", who=story.approver)
    rows = await Papers(story).rows(story.approver)
    assert {(row["requester"], row["on_behalf_of"]) for row in rows} == {(story.asker.id, boss.id)}


async def test_neither_of_both_decides_a_batch_by_whatever_account(
    story: Story, people: People, two: list[User], boss: User
) -> None:
    alias = people.approver()
    alias.email = boss.email.replace("@", "+two@")
    story.world.server.cast.group.users.append(story.asker.id)
    story.world.clock.forward(OUT_OF_DATE)
    _, card = await asked(story, two, boss)
    for who in (boss, alias):
        for label in ("Approve", "Deny"):
            await story.press(card, label, who=who)
            await story.hears(who, "This is asked on your behalf, so somebody else has to decide.")
    await story.press(card, "Approve", who=story.asker)
    await story.hears(story.asker, "You asked for this, so somebody else has to decide.")
    assert "Waiting for approval" in story.text(card)
    assert [one for one in two if story.at_axiom(one)] == []
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")


async def test_whoever_is_asked_for_finds_it_at_home_and_calls_it_off(
    story: Story, two: list[User], boss: User
) -> None:
    crowd, card = await asked(story, two, boss)
    home = await home_of(story, boss)
    assert both(story, boss) in part(story, home, ASKED)
    number = story.text(card).split("Batch ")[1].split(":")[0]
    assert not waits(story, boss, f"Batch {number}")
    assert both(story, boss) in part(story, await home_of(story, story.approver), WAITING)
    told = [one for one in story.slack.direct_messages(boss) if "Batch" in story.text(one)]
    await story.press(told[-1], "List", who=boss)
    assert (await Papers(story).newest(boss)).name.startswith("aboard-batch-")
    await story.press(told[-1], "Cancel", who=boss)
    await story.reads(card, "Cancelled · Batch")
    await crowd.answer("Cancelled · Batch")


async def test_whoever_is_asked_for_is_not_reminded_to_decide_a_batch(
    story: Story, two: list[User], boss: User
) -> None:
    await asked(story, two, boss)
    await story.world.later(timedelta(hours=5))
    story.world.aboard.means.bells.batches.ring()
    await story.direct(story.approver, "still waits for you", two[0].real_name)
    await story.world.spoken()
    mine = [one for one in story.heard(boss) if two[0].real_name in one]
    assert [one for one in mine if "still waits for you" in one] == []


async def test_nobody_asks_for_many_on_behalf_of_somebody_who_could_not_ask(
    story: Story, people: People, two: list[User]
) -> None:
    guest, crowd = people.member(), Crowd(story)
    guest.is_restricted = True
    wrong = await crowd.pastes(crowd.row(two[0]), principal=guest.id)
    assert wrong == {
        "principal": "You can ask on behalf of a full, active member of this workspace only."
    }
    wrong = await crowd.pastes(crowd.row(two[0]), principal=story.asker.id)
    assert wrong == {"principal": "That is you. Leave this empty to ask for yourself."}
    assert story.cards() == []


async def test_the_line_about_whoever_is_asked_for_is_refused_alone(
    story: Story, people: People, two: list[User], boss: User
) -> None:
    alias = people.member()
    alias.email = boss.email.replace("@", "+two@")
    crowd = Crowd(story)
    rows = [f"{one.id},{people.login(one)}" for one in (boss, alias, *two)]
    assert await crowd.pastes(*rows, principal=boss.id) is None
    await crowd.card("Waiting for approval", "onboard 2 people")
    answer = story.text(await crowd.answer("Waiting for approval · Batch", "Line 2", "Line 3"))
    assert "Name somebody who neither asks nor is the one concerned." in answer
    assert "That is the person concerned. Name somebody else, or nobody." in answer
    assert "Line 4" not in answer
