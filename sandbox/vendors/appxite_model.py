"""What an AppXite platform consists of: users, roles, identity providers, organizations.

Sources, read 2026-11: https://support.appxite.com/hc/en-us/articles/9082247376924 (what is
listed of whom), /25428187976220 (New, Active, Blocked). `account` is the provider that works
with a password.
"""

import itertools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.faults import Faults

NEW = "New"
ACTIVE = "Active"
BLOCKED = "Blocked"
PASSWORD = "account"  # noqa: S105 - the prefix of the provider with passwords


@dataclass(frozen=True)
class Role:
    """A role; invitations call its id the group id."""

    id: str
    name: str
    weight: int


@dataclass(frozen=True)
class IdentityProvider:
    """A way to log in."""

    id: str
    name: str
    prefix: str
    enabled: bool = True


@dataclass(frozen=True)
class Profile:
    """What is said of somebody when they are invited."""

    email: str
    first_name: str
    last_name: str
    role: str
    provider: str
    organizations: tuple[str, ...]
    external_id: str | None = None


@dataclass
class AppxiteUser:
    """Somebody on the platform; `unseen_reads` is how many lists will still miss them."""

    id: str
    profile: Profile
    created: float
    state: str
    unseen_reads: int = 0


class Platform:
    """Everything on one platform; the first organization is the platform's own."""

    def __init__(self, organizations: tuple[str, ...], clock: Clock, faults: Faults) -> None:
        self.organizations = organizations
        self.users: dict[str, AppxiteUser] = {}
        self.roles: dict[str, Role] = {}
        self.providers: dict[str, IdentityProvider] = {}
        self._clock = clock
        self._faults = faults
        self._numbers = itertools.count(1)

    def add_role(self, name: str, weight: int) -> Role:
        """Create a role."""
        role = Role(self._new_id(), name, weight)
        self.roles[role.id] = role
        return role

    def add_provider(self, name: str, prefix: str, *, enabled: bool = True) -> IdentityProvider:
        """Create an identity provider."""
        provider = IdentityProvider(self._new_id(), name, prefix, enabled)
        self.providers[provider.id] = provider
        return provider

    def add(self, profile: Profile, state: str) -> AppxiteUser:
        """Put somebody on the platform; lists miss them while they lag."""
        unseen = self._faults.lagging_reads
        user = AppxiteUser(self._new_id(), profile, self._clock(), state, unseen)
        self.users[user.id] = user
        return user

    def user(self, email: str) -> AppxiteUser | None:
        """Return the user with this address, case folded."""
        wanted = email.casefold()
        return next(
            (one for one in self.users.values() if one.profile.email.casefold() == wanted), None
        )

    def listed(self, organization: str) -> list[AppxiteUser]:
        """Return whom a list shows now on behalf of this organization; the platform sees all."""
        seen = _seen(self.users.values())
        if organization == self.organizations[0]:
            return seen
        return [one for one in seen if organization in one.profile.organizations]

    def _new_id(self) -> str:
        name = f"{self.organizations[0]}/{next(self._numbers)}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _seen(users: Iterable[AppxiteUser]) -> list[AppxiteUser]:
    everybody = list(users)
    seen = [one for one in everybody if one.unseen_reads == 0]
    for one in everybody:
        one.unseen_reads = max(0, one.unseen_reads - 1)
    return seen
