"""Time that somebody lets pass: the sandbox's clock is ahead of the machine's, and so is the bot's.

The bot is a process of its own; a file tells it how far ahead it is, so that one that was killed
comes back to the same moment.
"""

import time
from pathlib import Path

HOUR, DAY, WEEK = 3600, 86_400, 604_800
STEPS = (HOUR, DAY, WEEK)
"""So many seconds are let pass at once."""


class Passing:
    """A clock that can be put forward; `file` holds by how many seconds it was."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.ahead = 0
        self._tell()

    def __call__(self) -> float:
        """Return the present moment, in seconds since 1970."""
        return time.time() + self.ahead

    def forward(self, seconds: int) -> None:
        """Let time pass; raises ValueError where it is none of `STEPS`."""
        if seconds not in STEPS:
            raise ValueError("Only an hour, a day or a week can be let pass.")
        self.ahead += seconds
        self._tell()

    def _tell(self) -> None:
        """Put a whole file in the place of the last: the bot may be reading it."""
        beside = self.file.with_name(f"{self.file.name}.new")
        beside.write_text(str(self.ahead))
        beside.replace(self.file)
