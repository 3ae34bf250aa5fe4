"""An approval of a batch is one of what was shown: it is bound to everybody's plan by a digest."""

import hashlib
from functools import partial

import pytest
import rfc8785
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sandbox.slack.model import Message, User
from storage.models import METADATA
from tests.e2e.crowds import asked
from tests.e2e.forging import Forger
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.test_home import home_of
from tests.e2e.test_home_batches import WAITING, below

DECISIONS, EVENTS = METADATA.tables["batchdecision"], METADATA.tables["auditevent"]
REQUESTS = METADATA.tables["request"]

CHANGED = "has changed since. Please read its card"


@pytest.fixture
def three(people: People) -> list[User]:
    return [people.member() for _ in range(3)]


async def take_out(story: Story, who: User) -> None:
    """Have the requester call off the request of one of the batch."""
    told = await story.asks(f"history {who.id}", who=story.asker)
    number = told.split("#")[1].split()[0].rstrip(":·,")
    assert "is cancelled" in await story.asks(f"cancel {number}")


async def test_who_saw_somebody_in_a_batch_who_is_out_of_it_by_then_looks_again(
    story: Story, three: list[User], forger: Forger
) -> None:
    _, card = await asked(story, three)
    click = forger.click(story.approver, card, "Approve")
    await take_out(story, three[2])
    assert (await forger.send("interaction", click)).ok
    await story.hears(story.approver, CHANGED)
    await story.reads(card, "Waiting for approval", "onboard 2 people")
    assert [one for one in three if story.at_axiom(one)] == []
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch", "onboard 2 people")
    assert [story.at_axiom(one) for one in three] == ["user", "user", None]


async def test_what_home_showed_is_compared_as_well(
    story: Story, three: list[User], forger: Forger
) -> None:
    await asked(story, three)
    home = below(await home_of(story, story.approver), WAITING)
    click = forger.click(story.approver, home, "Approve")
    await take_out(story, three[2])
    assert (await forger.send("interaction", click)).ok
    await story.hears(story.approver, CHANGED)
    again = below(await home_of(story, story.approver), WAITING)
    assert three[2].real_name not in story.text(again)
    await story.press(again, "Approve")
    await story.hears(story.approver, "You approved batch")
    await story.until(lambda: all(story.at_axiom(one) for one in three[:2]))


async def test_a_button_that_does_not_say_what_it_showed_approves_nothing(
    story: Story, three: list[User], forger: Forger
) -> None:
    _, card = await asked(story, three)
    click = forger.click(story.approver, card, "Approve")
    (action,) = click["actions"]
    action["value"] = action["value"].partition(":")[0]
    assert (await forger.send("interaction", click)).ok
    await story.hears(story.approver, CHANGED)
    assert "Waiting for approval" in story.text(card)
    await story.denies(card, "Not now")
    await story.reads(card, "Denied · Batch")


async def test_decision_and_trail_hold_the_digest_of_all_plans(
    story: Story, three: list[User]
) -> None:
    _, card = await asked(story, three)
    await story.press(card, "Approve")
    await story.reads(card, "Completed · Batch")
    number = _number(story, card)
    read = story.world.aboard.means.database.read
    plans, decided, recorded = await read(partial(_digests, number=number))
    whole = hashlib.sha256(rfc8785.dumps(sorted(plans))).hexdigest()
    assert len(set(plans)) == 3
    assert decided == [whole]
    assert recorded == [("BAT002I", whole), ("BAT003I", whole)]


def _number(story: Story, card: Message) -> int:
    return int(story.text(card).split("Batch ")[1].split(":")[0])


def _digests(
    connection: Connection, number: int
) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    plans = sa.select(REQUESTS.c.plan_digest).where(REQUESTS.c.batch == number)
    decided = sa.select(DECISIONS.c.plan_digest).where(DECISIONS.c.batch_number == number)
    mine = (EVENTS.c.detail == f"batch {number}") & EVENTS.c.code.in_(["BAT002I", "BAT003I"])
    recorded = sa.select(EVENTS.c.code, EVENTS.c.plan_digest).where(mine).order_by(EVENTS.c.seq)
    return (
        list(connection.scalars(plans)),
        list(connection.scalars(decided)),
        [(row.code, row.plan_digest) for row in connection.execute(recorded)],
    )
