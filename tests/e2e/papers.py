"""Files that people get from Aboard in a direct message."""

import csv
import io
from dataclasses import dataclass

from sandbox.slack.files import File
from sandbox.slack.model import Message, User
from tests.e2e.story import Story


@dataclass(frozen=True)
class Papers:
    """What one story's people were handed."""

    story: Story

    def of(self, who: User) -> list[File]:
        """Return the files in somebody's direct messages with Aboard."""
        files = self.story.slack.state.files
        messages = self.story.slack.direct_messages(who)
        return [files.find(one) for message in messages for one in message.files]

    async def newest(self, who: User, than: int = 0) -> File:
        """Wait until somebody has more than so many files, and return the last one."""
        await self.story.until(lambda: len(self.of(who)) > than)
        return self.of(who)[-1]

    async def rows(self, who: User) -> list[dict[str, str]]:
        """Wait for an export, and return its rows."""
        content = (await self.newest(who)).content
        assert content is not None
        page = io.StringIO(content.decode("utf-8-sig"), newline="")
        return list(csv.DictReader(page))

    def answer(self, who: User) -> Message:
        """Return the last thing that only this person was shown."""
        return self.story.slack.ephemerals(who)[-1]
