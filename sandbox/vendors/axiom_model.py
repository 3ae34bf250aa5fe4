"""What an Axiom organization consists of: users, roles and tokens.

Built-in role ids and the names of the capabilities come from the vendor's Go client and its
token page; custom roles have ids of their own.
"""

from dataclasses import dataclass

from sandbox.clock import Ids
from sandbox.faults import Faults

BUILT_IN = ("none", "read-only", "user", "admin", "owner")
EVERYTHING = frozenset({"users|create", "users|read", "users|update", "users|delete", "rbac|read"})


@dataclass
class AxiomUser:
    """One user; `unseen_reads` is how many lists will still miss it."""

    id: str
    name: str
    email: str
    role: str
    unseen_reads: int = 0


@dataclass(frozen=True)
class Token:
    """A credential; a personal one (xapt-) has an owner."""

    value: str
    capabilities: frozenset[str] = EVERYTHING
    owner: str | None = None

    @property
    def is_personal(self) -> bool:
        """Whether it belongs to a person."""
        return self.owner is not None


class Organization:
    """The users of one organization, by id."""

    def __init__(self, org_id: str, faults: Faults) -> None:
        self.id = org_id
        self.users: dict[str, AxiomUser] = {}
        self.roles = {role: role for role in BUILT_IN}
        self._faults = faults
        self._ids = Ids(org_id)

    def add(self, name: str, email: str, role: str) -> AxiomUser:
        """Put a user into the organization; lists miss it while they lag."""
        unseen = self._faults.lagging_reads
        user = AxiomUser(self._ids.new("", 12).lower(), name, email, role, unseen)
        self.users[user.id] = user
        return user

    def user(self, email: str) -> AxiomUser | None:
        """Return the user with this address, case folded."""
        wanted = email.casefold()
        return next((one for one in self.users.values() if one.email.casefold() == wanted), None)

    def listed(self) -> list[AxiomUser]:
        """Return who a list shows now; who lags comes one list nearer."""
        seen = [user for user in self.users.values() if user.unseen_reads == 0]
        for user in self.users.values():
            user.unseen_reads = max(0, user.unseen_reads - 1)
        return seen
