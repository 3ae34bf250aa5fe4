"""Axiom's roles: what they are called, which of them are powerful, and which a word means.

A role is sent by its id. The built-in ones (axiom-go's users.go, read 2026-11) have one word for id
and name; an organization's own have UUIDs, and are readable with rbac|read, a paid extra. The
"member" of the OpenAPI example is none of them.
"""

from vendors.axiom_api import NAME, AxiomApi, RoleOnWire
from vendors.contract import Account, Choice
from vendors.errors import ForbiddenError, NotFoundError, RejectedError
from vendors.words import words_for

BUILT_IN_ROLES = ("none", "read-only", "user", "admin", "owner")
POWERFUL_ROLES = frozenset({"admin", "owner"})
OWNER = "owner"


class AxiomRoles:
    """The roles of one organization, asked for when needed."""

    def __init__(self, api: AxiomApi) -> None:
        self._api = api

    async def choices(self, query: str) -> list[Choice]:
        """Return the built-in roles, and the organization's own where the token may read them."""
        roles = {role: role for role in BUILT_IN_ROLES}
        roles |= {role.id: role.name for role in await self._own() or ()}
        words, wanted = words_for(roles.items()), query.casefold()
        return [
            Choice(words[role_id], name)
            for role_id, name in roles.items()
            if wanted in role_id.casefold() or wanted in name.casefold()
        ]

    async def id_of(self, role: str) -> str:
        """Return the id that ``role``, an id or a name in any case, stands for.

        A word that is not built in is sent as it is where the token may not read the roles;
        ``RejectedError`` where it may, and no role or more than one answers to it.
        """
        if role.casefold() in BUILT_IN_ROLES:
            return role.casefold()
        own = await self._own()
        if own is None:
            return role
        fitting = [one.id for one in own if _is_called(one, role)]
        if len(fitting) != 1:
            several = "several roles are" if fitting else "no role is"
            raise RejectedError(NAME, f"At Axiom {several} called {role}.")
        return fitting[0]

    async def _own(self) -> list[RoleOnWire] | None:
        """Return the organization's roles, or None where the token or the plan does not allow."""
        try:
            return await self._api.roles()
        except (NotFoundError, ForbiddenError):  # no such plan, or a token without rbac|read
            return None


def _is_called(role: RoleOnWire, word: str) -> bool:
    return word.casefold() in {role.id.casefold(), role.name.casefold()}


def has_role(account: Account, role: str) -> bool:
    """Tell whether the account's role is ``role``, by id or by name, in any case."""
    names = {account.access.casefold(), *(key.casefold() for key in account.access_keys)}
    return role.casefold() in names


def power_gained(role: str) -> tuple[str, ...]:
    """Return what an approver should know before somebody gets ``role``."""
    if role.casefold() not in POWERFUL_ROLES:
        return ()
    return (f"{role.casefold()} may manage people and settings of the whole organization.",)


def power_lost(account: Account) -> tuple[str, ...]:
    """Return what an approver should know before the account loses its role."""
    held = {account.access.casefold(), *account.access_keys} & POWERFUL_ROLES
    return tuple(f"The account is {role} of the organization now." for role in sorted(held))
