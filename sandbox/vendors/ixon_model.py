"""What an IXON company consists of: groups, roles, users, invites and the memberships among them.

Whoever is in the company, or invited to it, holds memberships: one role in one group each. The
company group stands for everything; a group with an agent is one device's. Public ids have
twelve characters.

The documents leave open how long an invite lives, so that comes in as a number of seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sandbox.clock import Clock, Ids
from sandbox.faults import Faults

ID_LENGTH = 12
PERSON = "person"
SERVICE_ACCOUNT = "service_account"


@dataclass(frozen=True)
class IxonGroup:
    """A part of the company; `agent` names the one device of a device's own group."""

    public_id: str
    name: str
    is_company_group: bool = False
    agent: str | None = None


@dataclass(frozen=True)
class IxonRole:
    """A set of permissions; `groups` are the ids it may be given in (None: in every group)."""

    public_id: str
    name: str
    groups: frozenset[str] | None = None


@dataclass
class IxonUser:
    """Somebody in the company; `unseen_reads` is how many lists will still miss them."""

    public_id: str
    name: str
    email: str | None
    registered_on: float
    kind: str = PERSON
    support: bool = False
    unseen_reads: int = 0


@dataclass
class IxonInvite:
    """Somebody asked to join; `mails` counts the mails that were sent."""

    public_id: str
    email: str
    expires_on: float
    message: str | None = None
    language: str | None = None
    mails: int = 1
    unseen_reads: int = 0


@dataclass
class Membership:
    """One role in one group, held by a user or by an invite."""

    public_id: str
    holder: str
    group: str
    role: str
    expires_on: float | None = None


class Seen(Protocol):
    """What a list may miss for a while."""

    unseen_reads: int


SeenT = TypeVar("SeenT", bound=Seen)


@dataclass(frozen=True)
class InviteLife:
    """The time it is, and how many seconds the link in a mail works."""

    clock: Clock
    seconds: float

    def end(self) -> float:
        """Return when what is sent now stops working."""
        return self.clock() + self.seconds


class Company:
    """Everything one company holds, by public id."""

    def __init__(self, public_id: str, name: str, life: InviteLife, faults: Faults) -> None:
        self.public_id = public_id
        self.name = name
        self.groups: dict[str, IxonGroup] = {}
        self.roles: dict[str, IxonRole] = {}
        self.users: dict[str, IxonUser] = {}
        self.invites: dict[str, IxonInvite] = {}
        self._held: dict[str, list[Membership]] = {}
        self._life = life
        self._faults = faults
        self._ids = Ids(public_id)

    def memberships(self) -> list[Membership]:
        """Return every membership in the company."""
        return [one for holder in list(self._held) for one in self.held_by(holder)]

    def add_group(
        self, name: str, agent: str | None = None, *, is_company_group: bool = False
    ) -> IxonGroup:
        """Create a group."""
        group = IxonGroup(self._new_id(), name, is_company_group, agent)
        self.groups[group.public_id] = group
        return group

    def add_role(self, name: str, groups: Iterable[IxonGroup] | None = None) -> IxonRole:
        """Create a role that may be given in these groups, or in all of them."""
        allowed = None if groups is None else frozenset(one.public_id for one in groups)
        role = IxonRole(self._new_id(), name, allowed)
        self.roles[role.public_id] = role
        return role

    def may_give(self, role: str, group: str) -> bool:
        """Whether this role may be given in this group."""
        known = self.roles.get(role)
        if known is None or group not in self.groups:
            return False
        return known.groups is None or group in known.groups

    def add_user(
        self, name: str, email: str | None, kind: str = PERSON, *, support: bool = False
    ) -> IxonUser:
        """Put somebody into the company; lists miss them while they lag."""
        unseen = self._faults.lagging_reads
        user = IxonUser(self._new_id(), name, email, self._life.clock(), kind, support, unseen)
        self.users[user.public_id] = user
        return user

    def add_invite(
        self, email: str, message: str | None = None, language: str | None = None
    ) -> IxonInvite:
        """Invite somebody; lists miss the invite while they lag."""
        invite = IxonInvite(self._new_id(), email, self._life.end(), message, language)
        invite.unseen_reads = self._faults.lagging_reads
        self.invites[invite.public_id] = invite
        return invite

    def resend(self, invite: IxonInvite) -> None:
        """Send the mail again; the invite lives anew."""
        invite.mails += 1
        invite.expires_on = self._life.end()

    def is_live(self, invite: IxonInvite) -> bool:
        """Whether the link in the mail still works."""
        return invite.expires_on > self._life.clock()

    def grant(
        self, holder: str, group: str, role: str, expires_on: float | None = None
    ) -> Membership:
        """Give a role in a group; the same one twice is one membership."""
        for one in self.held_by(holder):
            if (one.group, one.role) == (group, role):
                one.expires_on = expires_on
                return one
        given = Membership(self._new_id(), holder, group, role, expires_on)
        self._held.setdefault(holder, []).append(given)
        return given

    def held_by(self, holder: str) -> list[Membership]:
        """Return what a user or an invite holds; temporary access ends by itself."""
        now = self._life.clock()
        held = self._held.get(holder, [])
        return [one for one in held if one.expires_on is None or one.expires_on > now]

    def take(self, membership: Membership) -> None:
        """Take one membership away, if it is still there."""
        held = self._held.get(membership.holder, [])
        self._held[membership.holder] = [one for one in held if one is not membership]

    def strip(self, holder: str) -> None:
        """Take every membership away."""
        self._held.pop(holder, None)

    def remove(self, public_id: str) -> None:
        """Take a user or an invite out, with what they hold."""
        self.strip(public_id)
        self.users.pop(public_id, None)
        self.invites.pop(public_id, None)

    def user(self, email: str) -> IxonUser | None:
        """Return the person with this address, case folded."""
        wanted = email.casefold()
        people = (one for one in self.users.values() if one.email)
        return next((one for one in people if (one.email or "").casefold() == wanted), None)

    def invites_to(self, email: str) -> list[IxonInvite]:
        """Return every invite to this address, case folded, oldest first."""
        wanted = email.casefold()
        return [one for one in self.invites.values() if one.email.casefold() == wanted]

    def _new_id(self) -> str:
        return self._ids.new("", ID_LENGTH)


def listed(records: Iterable[SeenT]) -> list[SeenT]:
    """Return what a list shows now; what lags comes one list nearer."""
    everything = list(records)
    seen = [one for one in everything if one.unseen_reads == 0]
    for one in everything:
        one.unseen_reads = max(0, one.unseen_reads - 1)
    return seen
