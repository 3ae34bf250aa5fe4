"""A day at the sandbox's company: a bot of its own, its people, and what they do in Slack."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser

from docs.images.studio import Studio
from sandbox.cast import Cast
from sandbox.slack.model import Message, User
from tests.e2e.calendar import Calendar
from tests.e2e.people import People
from tests.e2e.story import Story, mention
from tests.e2e.world import living

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Office:
    """One day: who acts is the engineering manager, who decides the platform lead."""

    story: Story
    studio: Studio

    @property
    def cast(self) -> Cast:
        """Who is there."""
        return self.story.world.server.cast

    @property
    def calendar(self) -> Calendar:
        """The days to come."""
        return Calendar(self.story)

    async def asks(self, subject: User, profile: str = "seller") -> Message:
        """Ask for somebody's accounts with one command, and wait for the card."""
        login = self.cast.logins[subject.id]
        await self.story.types("/onboard", f"{mention(subject)} {login} {profile}")
        return await self.story.card(subject)

    async def has(self, subject: User, profile: str = "seller") -> Message:
        """Bring somebody on board."""
        card = await self.asks(subject, profile)
        await self.approve(card, "Completed")
        return card

    async def approve(self, card: Message, *words: str) -> None:
        """Approve what a card asks, and wait until it says these words."""
        await self.story.press(card, "Approve")
        await self.story.reads(card, *words)

    async def fill_in(self, who: User, **answers: str) -> None:
        """Submit somebody's open form; RuntimeError with what it says against that."""
        wrong = await self.story.slack.submit(who, answers)
        if wrong is not None:
            raise RuntimeError(f"{wrong}")

    async def picture(self, name: str, who: User, *words: str, place: str = "") -> None:
        """Picture the newest message with these words, as somebody sees it."""
        page = await self.studio.look(who.id, place or self.cast.requests)
        await self.studio.shoot(await self.studio.message(page, *words), name)
        await page.close()


@asynccontextmanager
async def day(browser: Browser, policy: str = "", threshold: int = 1) -> AsyncIterator[Office]:
    """Begin with an empty database, and end with it thrown away."""
    with tempfile.TemporaryDirectory(prefix="aboard-pictures-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'aboard.db'}"
        async with living(folder, url, threshold, policy) as world:
            cast = world.server.cast
            story = Story(world, People(world), cast.manager, cast.lead)
            yield Office(story, Studio(browser, world.server.url, HERE))
