"""Dates in stories: days from now where somebody lives, and time that passes until a moment."""

from dataclasses import dataclass
from datetime import time, timedelta

from rules import moments
from rules.moments import Wall
from sandbox.slack.model import Message, User
from tests.e2e.story import Story, mention
from workflow.clock import MINUTE


@dataclass(frozen=True)
class Calendar:
    """The days to come in a story."""

    story: Story

    def wall(self, days: int, clock: str, user: User) -> Wall:
        """Return a time of day so many days from now, where a user lives."""
        today = moments.reading(self.story.world.clock(), user.tz).day
        return Wall(today + timedelta(days=days), time.fromisoformat(clock))

    def before_long(self, user: User) -> Wall:
        """Return a time of day hours from now: what is approved now may still be carried out."""
        hours = 2 * 60 * MINUTE
        return moments.reading(self.story.world.clock() + hours, user.tz)

    async def asks(
        self, subject: User, *, starts: Wall | None = None, until: Wall | None = None
    ) -> Message:
        """Ask for somebody's accounts in the form, with dates, and wait for the card."""
        await self.story.opens("/onboard", mention(subject))
        values = {"github": self.story.people.login(subject)} | fields(starts, until)
        assert await self.story.slack.submit(self.story.asker, values) is None
        return await self.story.card(subject)

    async def until(self, at: Wall, user: User, *, less: timedelta = timedelta()) -> None:
        """Let time pass until a moment, or until so long before it."""
        moment = moments.instant(at, user.tz)
        left = timedelta(microseconds=moment - self.story.world.clock()) - less
        assert left > timedelta(), "that moment has passed"
        await self.story.world.later(left + timedelta(microseconds=MINUTE) * (not less))


def fields(starts: Wall | None = None, until: Wall | None = None) -> dict[str, str]:
    """Return what to fill into the forms for a start and an end."""
    filled = dict[str, str]()
    for name, wall in (("starts", starts), ("until", until)):
        if wall is not None:
            day, _, clock = wall.text().partition("T")
            filled |= {name: day, f"{name}_time": clock}
    return filled


def told(wall: Wall, zone: str) -> str:
    """Return how a card tells a moment."""
    day = wall.day
    return f"{day.day} {day:%B %Y} at {wall.clock:%H:%M} in {zone}"
