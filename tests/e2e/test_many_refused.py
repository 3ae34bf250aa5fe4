"""Many at once at two vendors that refuse the credential: all wait, and nobody for each other."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.e2e.crowds import Crowd
from tests.e2e.people import People
from tests.e2e.story import Story
from tests.e2e.test_five_hundred_at_once import DEADLOCKS, READER, SECONDS, hurried
from tests.e2e.world import World, living
from workflow.clock import MINUTE

__all__ = ["hurried"]

MANY = 40
REFUSING = ("axiom", "appxite")


async def _come_on_board(world: World) -> None:
    people = People(world)
    story = Story(world, people, people.member(), people.approver())
    crowd, newcomers = Crowd(story), [people.member() for _ in range(MANY)]
    rows = [f"{one.id},,reader" for one in newcomers]
    assert await crowd.uploads("\n".join(rows).encode()) is None
    card = await crowd.card("Waiting for approval", f"onboard {MANY} people")
    for vendor in REFUSING:
        world.server.vendors[vendor].faults.status(401, None)
    await story.press(card, "Approve")
    await story.slack.until(lambda: len(_alerts(story)) == len(REFUSING), SECONDS)
    for vendor in REFUSING:
        world.server.vendors[vendor].faults.clear()
    world.clock.forward(timedelta(microseconds=MINUTE))
    world.aboard.means.bells.stops.ring()
    await story.slack.until(lambda: crowd.seen("Completed · Batch"), SECONDS)
    assert {story.at_axiom(one) for one in newcomers} == {"read-only"}
    assert {world.server.appxite.user(one.email) is None for one in newcomers} == {False}
    assert len([one for one in _created(story) if one == 200]) == MANY
    assert world.errors == []


def _alerts(story: Story) -> list[str]:
    said = [story.text(one) for one in story.cards()]
    return [one for one in said if "does not accept the credential (" in one]


def _created(story: Story) -> list[int | None]:
    return [one.status for one in story.world.server.axiom.journal.asked("POST", "/v2/users")]


@pytest.mark.postgres
@pytest.mark.usefixtures("alone", "hurried")
@pytest.mark.timeout(300)
async def test_many_wait_for_two_vendors_on_postgresql_without_a_deadlock(
    tmp_path: Path, postgres_url: str
) -> None:
    async with living(tmp_path, postgres_url, policy=READER) as world:
        await _come_on_board(world)
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute(DEADLOCKS).fetchone() == (0,)
