"""What ``aboard check`` finds: one line each for people, one JSON object a line for programs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.rows import Row

REQUEST: Final = "request"


class Mark(StrEnum):
    """How it stands."""

    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"  # there is no way to tell, or nothing to be told


_SIGNS = {Mark.OK: "ok", Mark.WRONG: "!!", Mark.UNKNOWN: "--"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about Slack or a vendor: what it is about, how it stands, and a sentence."""

    subject: str
    about: str
    mark: Mark
    detail: str

    @property
    def text(self) -> str:
        """The finding as people read it; a request stands there as it would be sent."""
        if self.about == REQUEST:
            return f"{self.detail}\n"
        return f"{_SIGNS[self.mark]}  {self.subject}, {self.about}: {self.detail}"

    @property
    def row(self) -> Row:
        """The finding for programs."""
        return {
            "subject": self.subject,
            "about": self.about,
            "state": self.mark.value,
            "detail": self.detail,
        }
