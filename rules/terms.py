"""What the policy asks of one request: the terms that stood when the question was put.

Terms are kept in the request as canonical JSON (https://www.rfc-editor.org/rfc/rfc8785), so that a
later change of the policy changes no request that is under way. Their digest is SHA-256 over it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import rfc8785

from rules.values import is_group_id, is_person_id


@dataclass(frozen=True, slots=True)
class Stage:
    """Some people, and how many of them have to approve before the next stage is asked.

    ``rule`` is the name of the rule that wants it; ``approvers`` are ids of people and user groups.
    """

    rule: str
    title: str
    approvers: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class Circle:
    """The people and user groups that ``rule`` lets ask."""

    rule: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that is asked of a request. Without stages, ``automatic`` names what approves it.

    ``rules`` are the names of those that apply; whoever asks has to be in each of ``requesters``.
    """

    rules: tuple[str, ...]
    stages: tuple[Stage, ...]
    automatic: str | None
    requesters: tuple[Circle, ...]
    expires_after: timedelta
    valid_for: timedelta
    confidential: bool

    @property
    def listed(self) -> tuple[str, ...]:
        """The people and user groups that approve in any stage, each once."""
        return tuple(dict.fromkeys(one for stage in self.stages for one in stage.approvers))

    @property
    def approvals(self) -> int:
        """How many people have to approve in all."""
        return sum(stage.threshold for stage in self.stages)

    def text(self) -> str:
        """Return the terms as canonical JSON."""
        return _text(self)

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of the terms, for the audit."""
        return hashlib.sha256(self.text().encode()).hexdigest()


@lru_cache(maxsize=256)
def _text(terms: Terms) -> str:
    """Return canonical JSON; a policy has few terms, and each request writes down its own."""
    facts = asdict(terms) | {
        "expires_after": int(terms.expires_after.total_seconds()),
        "valid_for": int(terms.valid_for.total_seconds()),
    }
    return rfc8785.dumps(facts).decode()


@lru_cache(maxsize=256)
def from_text(text: str) -> Terms:
    """Return the terms that ``text`` holds; ``ValueError`` where it holds none, so that nobody may.

    Terms without a stage that name no rule to approve by are none.
    """
    try:
        terms = _terms(json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("These are no terms.") from error
    if not terms.stages and terms.automatic is None:
        raise ValueError("Nobody could approve under these terms.")
    return terms


def _terms(facts: Mapping[str, Any]) -> Terms:
    return Terms(
        rules=tuple(facts["rules"]),
        stages=tuple(_stage(one) for one in facts["stages"]),
        automatic=facts["automatic"],
        requesters=tuple(Circle(one["rule"], tuple(one["people"])) for one in facts["requesters"]),
        expires_after=timedelta(seconds=facts["expires_after"]),
        valid_for=timedelta(seconds=facts["valid_for"]),
        confidential=facts["confidential"] is not False,
    )


def _stage(facts: Mapping[str, Any]) -> Stage:
    stage = Stage(facts["rule"], facts["title"], tuple(facts["approvers"]), facts["threshold"])
    known = all(is_person_id(one) or is_group_id(one) for one in stage.approvers)
    if not stage.approvers or not known or stage.threshold < 1:
        raise ValueError("This is no stage.")
    return stage
