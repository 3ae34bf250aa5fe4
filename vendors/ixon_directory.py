"""IXON's roles and groups: what they are called, and which role may be given in which group.

Names are looked up at most once a minute, since every look at a person shows them; a word that is
not among them is looked up again before it is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from vendors.contract import Choice
from vendors.errors import RejectedError
from vendors.ixon_access import Grant, Held
from vendors.ixon_api import NAME, IxonApi
from vendors.ixon_wire import Group, Membership, Named
from vendors.words import words_for

KEPT = timedelta(minutes=1)

NamedT = TypeVar("NamedT", bound=Named)


@dataclass(frozen=True, slots=True)
class GroupRole:
    """A role in a group, by their ids."""

    group_id: str
    role_id: str


@dataclass(frozen=True, slots=True)
class Names:
    """Roles and groups as they were at one moment.

    ``allowed`` maps a group to the roles that may be given there, None to those that may be given
    anywhere. About a group that it does not name, IXON says nothing.
    """

    roles: Sequence[Named]
    groups: Sequence[Group]
    allowed: Mapping[str | None, frozenset[str]]

    def held(self, membership: Membership) -> Held:
        """Return a membership with names; an id stands in for a name that is not shown."""
        role_id = membership.role.public_id if membership.role else ""
        group_id = membership.group.public_id
        return Held(
            group_id,
            _name(self.groups, group_id),
            role_id,
            _name(self.roles, role_id),
            membership.expires_on,
            membership.public_id,
        )

    def of(self, grant: Grant) -> GroupRole:
        """Return what ``grant`` names; ``RejectedError`` where that is nothing, or several."""
        group = _only(self.groups, grant.group, "group")
        role = _only(self.roles, grant.role, "role")
        if not self.allows(group, role):
            sentence = f"IXON does not let the role {role.name} be given in {group.name}."
            raise RejectedError(NAME, sentence)
        return GroupRole(group.public_id, role.public_id)

    def allows(self, group: Group, role: Named) -> bool:
        """Tell whether the role may be given in the group, as far as IXON says."""
        here = self.allowed.get(group.public_id)
        everywhere = self.allowed.get(None, frozenset())
        return here is None or role.public_id in here | everywhere

    def ids(self) -> set[str]:
        """Return the id of every role and every group."""
        return {one.public_id for one in (*self.roles, *self.groups)}

    def pairs(self) -> Iterator[Choice]:
        """Yield every role in every group that allows it, the company group first."""
        groups, roles = _words(self.groups), _words(self.roles)
        for group in sorted(self.groups, key=_company_first):
            for role in self.roles:
                if self.allows(group, role):
                    grant = Grant(group=groups[group.public_id], role=roles[role.public_id])
                    yield Choice(grant.choice.value, f"{role.name} in {group.name}")


class IxonDirectory:
    """The roles and groups of one company, asked for when needed."""

    def __init__(self, api: IxonApi, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._names: Names | None = None
        self._read_at = clock()
        self._hidden: frozenset[str] = frozenset()

    async def names(self) -> Names:
        """Return what roles and groups are called, not older than a minute."""
        if self._names is None or self._clock() - self._read_at >= KEPT:
            return await self.read()
        return self._names

    async def names_for(self, memberships: Iterable[Membership]) -> Names:
        """Return the same, read anew where a role or a group of ``memberships`` is missing.

        What the token may not see is missed once, and then no more.
        """
        met = {one for held in memberships for one in _ids(held)} - self._hidden
        names = await self.names()
        if met <= names.ids():
            return names
        names = await self.read()
        self._hidden |= met - names.ids()
        return names

    async def read(self) -> Names:
        """Return what roles and groups are called now."""
        roles, groups = await self._api.roles(), await self._api.groups()
        allowed: dict[str | None, frozenset[str]] = {}
        for one in await self._api.group_roles():
            group = one.group.public_id if one.group else None
            here = frozenset(role.public_id for role in one.roles)
            allowed[group] = allowed.get(group, frozenset()) | here
        self._names, self._read_at = Names(roles, groups, allowed), self._clock()
        return self._names

    async def resolved(self, grants: Sequence[Grant]) -> list[GroupRole]:
        """Return what ``grants`` name; ``RejectedError`` where IXON has no such thing."""
        try:
            names = await self.names()
            return [names.of(grant) for grant in grants]
        except RejectedError:
            names = await self.read()
            return [names.of(grant) for grant in grants]

    async def choices(self, field: str, query: str) -> list[Choice]:
        """Return what a field of the access may be set to; nothing where any text will do."""
        names = await self.read()
        match field:
            case "grants":
                offered = list(names.pairs())
            case "grants.group":
                groups = sorted(names.groups, key=_company_first)
                offered = _choices(groups)
            case _:
                offered = _choices(names.roles)
        wanted = query.casefold()
        return [one for one in offered if wanted in f"{one.value}\n{one.label}".casefold()]


def _ids(held: Membership) -> Iterator[str]:
    yield held.group.public_id
    if held.role is not None:
        yield held.role.public_id


def _words(known: Sequence[Named]) -> dict[str, str]:
    return words_for((one.public_id, one.name) for one in known)


def _choices(known: Sequence[Named]) -> list[Choice]:
    words = _words(known)
    return [Choice(words[one.public_id], one.name) for one in known]


def _company_first(group: Group) -> tuple[bool, str]:
    return (not group.is_company_group, group.name.casefold())


def _name(known: Sequence[Named], public_id: str) -> str:
    return next((one.name for one in known if one.public_id == public_id), public_id)


def _only(known: Sequence[NamedT], word: str, what: str) -> NamedT:
    fitting = [one for one in known if one.public_id == word]
    fitting = fitting or [one for one in known if one.name.casefold() == word.casefold()]
    if len(fitting) != 1:
        several = f"several {what}s are" if fitting else f"no {what} is"
        raise RejectedError(NAME, f"At IXON {several} called {word}.")
    return fitting[0]
