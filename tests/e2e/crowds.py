"""Many people at once: what the requester hands in, and how a batch is followed."""

import csv
import io
from dataclasses import dataclass

from sandbox.slack.files import file_object
from sandbox.slack.model import Message, User
from tests.e2e.papers import Papers
from tests.e2e.story import Story

HEADING = "person,github_login,profile"


async def asked(story: Story, people: list[User]) -> "tuple[Crowd, Message]":
    """Ask for these people together, and wait for the card."""
    crowd = Crowd(story)
    assert await crowd.pastes(*(crowd.row(one) for one in people)) is None
    return crowd, await crowd.card("Waiting for approval", f"onboard {len(people)} people")


@dataclass(frozen=True)
class Crowd:
    """One story about a batch."""

    story: Story

    async def opens(self) -> None:
        """Open the form for several people."""
        view = await self.story.opens("/onboard")
        await self.story.press(view, "Several people", who=self.story.asker)
        slack, asker = self.story.slack, self.story.asker
        await self.story.until(lambda: "Onboard several" in slack.opened(asker).title)

    async def pastes(self, *rows: str, **more: str) -> dict[str, str] | None:
        """Paste rows below the heading and submit; return what the form says is wrong."""
        await self.opens()
        text = "\n".join([HEADING, *rows])
        answers = {"rows": text, "reason": "A new team", **more}
        return await self.story.slack.submit(self.story.asker, answers)

    async def uploads(self, content: bytes) -> dict[str, str] | None:
        """Choose a file in the form and submit."""
        await self.opens()
        state = self.story.slack.state
        file = file_object(state.files.handed_in("people.csv", content), state.base_url)
        return await self.story.slack.submit(self.story.asker, {"file": [file]})

    def row(self, user: User, profile: str = "engineer") -> str:
        """Return the line of somebody, by e-mail."""
        return f"{user.email},{self.story.people.login(user)},{profile}"

    async def card(self, *words: str) -> Message:
        """Wait for the card of the batch to say all of these words."""
        found = await self.story.until(lambda: self.seen(*words))
        assert found is not None
        return found

    def seen(self, *words: str) -> Message | None:
        """Return the card of the batch if it says all of these words."""
        return self._find(self.story.cards(), words)

    async def answer(self, *words: str) -> Message:
        """Wait until the requester's copy says all of these words."""
        told = self.story.slack.direct_messages
        found = await self.story.until(lambda: self._find(told(self.story.asker), words))
        assert found is not None
        return found

    def _find(self, messages: list[Message], words: tuple[str, ...]) -> Message | None:
        wanted = ("Batch", *words)
        for one in reversed(messages):
            if all(word in self.story.text(one) for word in wanted):
                return one
        return None

    async def result(self) -> dict[int, dict[str, str]]:
        """Wait for the file at the end; return its rows by line."""
        file = await Papers(self.story).newest(self.story.asker)
        assert file.content is not None
        page = io.StringIO(file.content.decode("utf-8-sig"), newline="")
        return {int(row["line"]): row for row in csv.DictReader(page)}
