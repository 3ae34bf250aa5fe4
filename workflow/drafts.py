"""What people ask for, as it arrives, and what they are told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rules.values import Kind, Verdict

Field = Literal["subject", "github", "profile", "reason", "starts", "until", "principal"]


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """One ask, before anything about it was checked.

    ``delivery`` identifies what Slack sent: the same delivery makes one request. ``asked_in`` is
    the conversation in which the answer is expected. ``accesses`` (vendor to canonical JSON) are
    those that the form changed: they are checked already (``workflow.accesses``). ``starts`` and
    ``until`` are wall times where the person lives, as ``rules.moments`` writes them; ``origin`` is
    the request whose end this one extends; ``batch`` is the batch that it is a row of.
    ``principal`` is the person on whose behalf it is asked, where that is somebody else.
    """

    kind: Kind
    team_id: str
    requester: str
    subject: str
    github_login: str | None
    profile: str | None
    reason: str
    asked_in: str | None
    delivery: str
    accesses: Mapping[str, str] = field(default_factory=dict)
    starts: str | None = None
    until: str | None = None
    origin: int | None = None
    batch: int | None = None
    principal: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ask is on disk under this number. ``repeated`` says that it was there before."""

    number: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done, in a sentence that says what to do next.

    ``again_at`` is from when on the same may be asked, where that is known.
    """

    sentence: str
    field: Field | None = None
    rule: str | None = None
    again_at: int | None = None


@dataclass(frozen=True, slots=True)
class Click:
    """Somebody pressed Approve or Deny on the request, or the batch, that ``ref`` names.

    ``seen`` is the digest of the plans of a batch as they stood when its button was drawn.
    """

    ref: str
    actor: str
    verdict: Verdict
    reason: str
    delivery: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a click: whether it counted, and the sentence for the one who clicked."""

    counted: bool
    sentence: str
    number: int | None = None
