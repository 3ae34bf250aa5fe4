"""The plan of a request: what would happen at each vendor, and the digest that an approval binds.

The digest is SHA-256 over RFC 8785 canonical JSON (https://www.rfc-editor.org/rfc/rfc8785).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import rfc8785


class Effect(StrEnum):
    """What a step would do to an account; the words of ``vendors.contract.Effect``."""

    CREATE = "create"
    INVITE = "invite"
    CHANGE = "change"
    KEEP = "keep"
    REMOVE = "remove"
    ABSENT = "absent"
    BY_HAND = "by_hand"


NOTHING = frozenset({Effect.KEEP, Effect.ABSENT})
"""The effects of a step that changes nothing."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """What would happen at one vendor, and the access that is asked for there."""

    vendor: str
    effect: Effect
    detail: str
    before: str | None
    after: str | None
    risks: tuple[str, ...]
    access: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen to one person at every vendor, from when on, and until when.

    ``starts_at`` and ``until_at`` are microseconds since the epoch; None is at once, and for good.
    """

    kind: str
    subject: str
    email: str
    github_login: str | None
    steps: tuple[PlannedStep, ...]
    starts_at: int | None = None
    until_at: int | None = None

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 that an approval is bound to."""
        facts = asdict(self)
        facts["steps"] = _wordless(self.steps)
        return hashlib.sha256(rfc8785.dumps(facts)).hexdigest()


def digest_of_all(digests: Iterable[str]) -> str:
    """Return the hexadecimal SHA-256 that one approval of several plans is bound to."""
    return hashlib.sha256(rfc8785.dumps(sorted(digests))).hexdigest()


def _wordless(steps: Sequence[PlannedStep]) -> list[dict[str, str | list[str] | None]]:
    """Drop the sentences: a plan is its facts, however they are worded."""
    ordered = sorted(steps, key=lambda step: step.vendor)
    return [
        {
            "vendor": step.vendor,
            "effect": step.effect.value,
            "before": step.before,
            "after": step.after,
            "access": step.access,
        }
        for step in ordered
    ]


def is_unseen(step: PlannedStep) -> bool:
    """Tell whether a removal was planned of an account, if there is one, that nobody could see."""
    return step.effect is Effect.REMOVE and step.before is None


def within(approved: PlannedStep, now: PlannedStep) -> bool:
    """Tell whether what would happen ``now`` is what was approved, or less.

    Less is: nothing left to do. More or different (another role before or after, a change where a
    creation was approved) has to be asked again. Where nothing could be seen of an account whose
    removal was approved, it was approved whatever it is.
    """
    if now.effect in NOTHING or (is_unseen(approved) and now.effect is Effect.REMOVE):
        return True
    return (approved.effect, approved.before, approved.after, approved.access) == (
        now.effect,
        now.before,
        now.after,
        now.access,
    )
