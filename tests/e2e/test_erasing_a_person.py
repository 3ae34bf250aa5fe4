"""A person is erased: nothing names them any more, and the evidence stands and verifies."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.single import only_one
from sandbox.slack.model import Message, User
from storage.engine import create_engine, is_sqlite
from storage.history import Filter
from storage.models import METADATA
from tests.e2e.calendar import Calendar
from tests.e2e.people import People
from tests.e2e.restarts import Bot, restartable
from tests.e2e.story import Story, mention
from tests.e2e.world import World
from tests.unit.storage.rows import add_request
from workflow.erasing import Retention, hold

pytestmark = pytest.mark.usefixtures("alone", "logging_as_before")

TRAIL = {"auditevent", "auditlink", "auditanchor"}


@pytest.fixture
async def bot(database_url: str, tmp_path: Path) -> AsyncIterator[Bot]:
    async with restartable(tmp_path, database_url) as bot:
        yield bot


def told_by(world: World) -> Story:
    people = People(world)
    return Story(world, people, people.member(), people.approver())


async def came_and_went(story: Story, ada: User) -> list[Message]:
    """Have somebody come on board and leave, with their name in whatever people type."""
    await story.opens("/onboard", mention(ada))
    reason = f"{ada.real_name} <{ada.email.upper()}> sells"
    values = {"github": story.people.login(ada), "reason": reason}
    assert await story.slack.submit(story.asker, values) is None
    came = await story.card(ada)
    await story.press(came, "Approve")
    await story.reads(came, "Completed")
    went = await story.offboarding(ada, reason=f"{ada.real_name} leaves")
    await story.press(went, "Approve")
    await story.reads(went, "Completed")
    bea = story.people.member()
    await story.opens("/onboard", mention(bea))
    values = {"github": story.people.login(bea), "reason": f"Takes over from {ada.real_name}"}
    assert await story.slack.submit(story.asker, values) is None
    return [came, went, await story.card(bea)]


async def types(story: Story, folder: Path, url: str, *words: str) -> Result:
    """Have an operator type a command, while no bot runs or while one does."""
    environment = story.world.server.environment() | {
        "ABOARD_CONFIG": str(folder / "aboard.toml"), "DATABASE_URL": url, "COLUMNS": "200",
    }  # fmt: skip
    return await asyncio.to_thread(CliRunner(env=environment).invoke, app, list(words))


def rows(url: str, *, trail: bool) -> str:
    """Return every value in every table of ours, of the audit trail or of all the others."""
    engine = create_engine(url)
    with engine.begin() as connection:
        tables = [one for one in METADATA.sorted_tables if (one.name in TRAIL) is trail]
        found = [str(row) for table in tables for row in connection.execute(sa.select(table))]
    engine.dispose()
    return "\n".join(found)


def words_of(story: Story, ada: User) -> list[str]:
    names = [ada.real_name, ada.real_name.split()[-1]]
    return [ada.id, ada.email, ada.email.upper(), *names, story.people.login(ada)]


def in_files(folder: Path) -> bytes:
    """Return every byte of the database, also of its journal."""
    return b"".join(one.read_bytes() for one in folder.glob("*.db*"))


async def known(world: World, who: User) -> int:
    """Return how many requests about somebody there are."""
    return len((await world.aboard.reads.page(Filter(subject=who.id))).requests)


async def test_nothing_is_left_of_whoever_is_erased_and_the_trail_verifies(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    async with bot() as world:
        story = told_by(world)
        ada = story.people.member()
        cards = await came_and_went(story, ada)
    words = words_of(story, ada)
    assert all(word in rows(database_url, trail=False) for word in words), "the control"
    shown = await types(story, tmp_path, database_url, "person", "show", ada.email, "--json")
    assert (shown.exit_code, '"erasable": "yes"' in shown.stdout) == (0, True), shown.output
    erased = await types(story, tmp_path, database_url, "person", "erase", ada.id, "--yes")
    assert erased.exit_code == 0, erased.output
    for trail in (False, True):
        assert not [word for word in words if word in rows(database_url, trail=trail)]
    if is_sqlite(database_url):
        files = in_files(tmp_path)
        assert story.asker.id.encode() in files, "the control"
        assert not [word for word in words if word.encode() in files]
    verified = await types(story, tmp_path, database_url, "audit", "verify")
    assert verified.exit_code == 0, verified.output
    exported = await types(story, tmp_path, database_url, "history", "--csv")
    assert len(exported.stdout.splitlines()) == 4
    assert not [word for word in words if word in exported.stdout]
    again = await types(story, tmp_path, database_url, "person", "show", ada.id)
    assert "Nothing is kept of" in again.output
    async with bot() as world:
        story.world = world
        for card in cards[:2]:
            await story.reads(card, "unknown")
            assert not [word for word in words if word in story.text(card)]
        assert "somebody (erased" in await story.asks("history", who=story.approver)


async def test_whoever_is_still_needed_or_held_stays(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    async with bot() as world:
        story = told_by(world)
        ada, bea, cem = (story.people.member() for _ in range(3))
        await story.onboarding(ada)
        await story.onboarded(bea)
        await came_and_went(story, cem)

    async def says(*words: str) -> str:
        return (await types(story, tmp_path, database_url, "person", *words)).output

    if is_sqlite(database_url):
        with only_one(database_url):
            assert "another Aboard works on this file" in await says("erase", cem.id, "--yes")
    assert "Something is still to come of #1" in await says("erase", ada.id, "--yes")
    assert "There are accounts at" in await says("erase", bea.id, "--yes")
    assert "held" in await says("hold", cem.id, "--reason", "Case 7")
    assert "A legal hold is on this data (Case 7)" in await says("erase", cem.id, "--yes")
    assert cem.id in await says("holds")
    assert "released" in await says("release", cem.id)
    assert "There is no hold" in await says("release", cem.id)
    assert "Nothing is kept of" in await says("erase", "U0NOBODY", "--yes")
    await says("hold", ada.id, "--reason", f"Case 8, {cem.real_name}")
    assert "erased" in (said := await says("erase", cem.id, "--yes", "--json"))
    assert "Something was left that is about somebody else whose data is held" in said
    assert cem.real_name in await says("holds", "--json")


async def test_people_are_erased_by_themselves_when_they_were_kept_long_enough(bot: Bot) -> None:
    async with bot() as world:
        story = told_by(world)
        calendar = Calendar(story)
        ada, held, stays, ends = (story.people.member() for _ in range(4))
        for one in (ada, held):
            await story.onboarded(one)
            card = await story.offboarding(one)
            await story.press(card, "Approve")
            await story.reads(card, "Completed")
        await story.onboarded(stays)
        await calendar.asks(ends, until=calendar.wall(200, "18:00", ends))
        team = world.slack.state.team.id
        database = world.aboard.means.database
        await database.write(
            partial(hold, team_id=team, slack_id=held.id, reason="Case 7", now=world.clock())
        )
        retention = Retention(world.aboard.means, team, 30)
        world.clock.forward(timedelta(days=29))
        await retention.once()
        assert await known(world, ada) == 2
        world.clock.forward(timedelta(days=2))
        assert await Retention(world.aboard.means, team, None).once() is None
        assert await known(world, ada) == 2
        await retention.once()
        assert await known(world, ada) == 0
        assert [await known(world, one) for one in (held, stays, ends)] == [2, 1, 1]
        gone = [f"U0GONE{number}" for number in range(21)]
        for slack_id in gone:
            await database.write(
                partial(add_request, subject=slack_id, team_id=team, state="completed", ended_at=0)
            )
        assert await retention.once() == 1.0, "one pass is not enough"
        assert await retention.once() is None
        left = await asyncio.to_thread(rows, world.aboard.means.database.url, trail=False)
        assert "U0GONE" not in left
