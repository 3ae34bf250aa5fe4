"""Mornings in stories: what the daily digests of people and channels say."""

from datetime import timedelta

from rules import moments
from rules.moments import wall
from sandbox.slack.model import Message, User
from tests.e2e.story import Story
from tests.e2e.world import World

READERS, CHANNEL, NEW_YORK = "S0READERS1", "#general", "America/New_York"
DIGEST = f"""
[digest]
at = "09:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
readers = ["S0ITOPS001", "{READERS}"]
channels = ["C0GENERAL1"]
zone = "{NEW_YORK}"
replaces_reminders = true
"""
A_WHILE = timedelta(minutes=11)
"""After this, whoever was named since is known."""


async def look(world: World) -> None:
    """Let the bot send whatever digest is due, and learn of new readers.

    No time passes while one is on its way, which would be taken for one that nobody sends.
    """
    await world.looked()
    world.clock.forward(A_WHILE)
    await world.aboard.daily.once()
    await world.looked()


async def evening(world: World) -> None:
    """Let time pass until no digest is due for hours, and none is sent late any more."""
    today = moments.reading(world.clock(), NEW_YORK).day
    begins = moments.instant(wall(today.isoformat(), "16:00"), NEW_YORK)
    left = timedelta(microseconds=begins - world.clock())
    world.clock.forward(left if left > timedelta() else left + timedelta(days=1))
    await look(world)


async def morning(world: World, zone: str) -> None:
    """Let time pass until a minute before nine, tomorrow."""
    await look(world)
    tomorrow = moments.reading(world.clock(), zone).day + timedelta(days=1)
    left = moments.instant(wall(tomorrow.isoformat(), "09:00"), zone) - world.clock()
    world.clock.forward(timedelta(microseconds=left) - A_WHILE - timedelta(minutes=1))
    await look(world)


def digests(story: Story, who: User | str) -> list[Message]:
    """Return the digests that somebody, or a channel, has got since the story began."""
    found = story.slack.messages(who) if isinstance(who, str) else story.slack.direct_messages(who)
    mine = [one for one in found if one.ts > story.began]
    return [one for one in mine if story.text(one).startswith("Today: ")]


def about(story: Story, who: User | str, words: str) -> list[Message]:
    return [one for one in digests(story, who) if words in story.text(one)]


async def reads(story: Story, who: User | str, words: str, times: int = 1) -> Message:
    """Wait until so many digests have these words, and return the last of them."""
    await story.until(lambda: len(about(story, who, words)) >= times)
    found = about(story, who, words)
    assert len(found) == times
    return found[-1]
