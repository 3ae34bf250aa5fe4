"""What can be asked for and who answers: profiles and the approval rule, as validated settings.

Access stays as the canonical text that the vendor's own model checked, since rules know no vendor.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import rfc8785

from rules.values import is_group_id


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """Who approves, how many of them, and for how long the question stands."""

    approvers: tuple[str, ...]
    threshold: int
    expires_after: timedelta

    @property
    def users(self) -> frozenset[str]:
        """The approvers that are named one by one."""
        return frozenset(one for one in self.approvers if not is_group_id(one))

    @property
    def groups(self) -> tuple[str, ...]:
        """The user groups whose members approve."""
        return tuple(one for one in self.approvers if is_group_id(one))

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of the rule, for the audit."""
        seconds = int(self.expires_after.total_seconds())
        canonical = rfc8785.dumps([*sorted(self.approvers), self.threshold, seconds])
        return hashlib.sha256(canonical).hexdigest()


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of accesses: vendor name to the access as canonical JSON text."""

    name: str
    title: str
    accesses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that can be asked for here."""

    profiles: Mapping[str, Profile]
    approval: ApprovalRule

    @property
    def default(self) -> Profile:
        """The profile that is given where none is named: the first."""
        return next(iter(self.profiles.values()))

    def find(self, name: str) -> Profile | None:
        """Return the profile of this name or title, however it is cased; None where none fits."""
        wanted = name.strip().casefold()
        for profile in self.profiles.values():
            if wanted in {profile.name.casefold(), profile.title.casefold()}:
                return profile
        return None
