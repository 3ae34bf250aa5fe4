"""Axiom: logs and events; a user belongs to an organization with one role.

Page: https://axiom.co/docs/restapi/endpoints/createUser and its neighbours, read 2026-11.
Credential: an advanced API token (xaat-…) with Users create, read, update and delete; rbac read
makes custom roles known by name. A personal token (xapt-…) needs the organization's id with it.
Limits: calls a minute, unpublished; X-RateLimit-Reset says when to go on. Cloud plans end at 1,000
users, personal plans at one. Roles are sent by id; an organization's own roles have UUIDs.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, StringConstraints

from vendors.axiom_api import NAME, TITLE, AxiomApi, AxiomSettings, UserOnWire
from vendors.axiom_roles import OWNER, AxiomRoles, has_role, power_gained, power_lost
from vendors.axiom_self import AxiomSelf
from vendors.contract import Account, Change, Choice, Effect, End, Outcome, Person, Result, Traits
from vendors.errors import (
    AmbiguousError,
    ConflictError,
    NotFoundError,
)
from vendors.looking import only_one
from vendors.many import one_by_one
from vendors.settings import SETTINGS
from vendors.tools import Tools

UNKNOWN = "Axiom knows people by their e-mail: say which it is, then ask again."

Role = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class AxiomAccess(BaseModel):
    """The one role of a user, by id or by name, in any case."""

    model_config = SETTINGS

    role: Role = Field(default="user", title="Role", description="What the person may do.")


class Axiom:
    """Gives people a role in an Axiom organization, and deletes them from it."""

    name: ClassVar[str] = NAME
    title: ClassVar[str] = TITLE
    access: ClassVar[type[BaseModel]] = AxiomAccess
    settings: ClassVar[type[BaseModel]] = AxiomSettings
    secrets: ClassVar[Mapping[str, str]] = {"token": "AXIOM_TOKEN"}
    needs: ClassVar[frozenset[str]] = frozenset({"email"})
    traits: ClassVar[Traits] = Traits(
        check=True,
        find=True,
        list=True,
        remove=True,
        verify=True,
        invites=False,
        rate=None,
        page="https://axiom.co/docs/restapi/endpoints/createUser",
        read_on=date(2026, 11, 1),
        notes=(
            "A deleted account cannot be brought back.",
            "Axiom mails the person when an account is made.",
            "The last owner and the token's own user are never lowered or removed.",
            "Directory Sync may undo what is done here.",
        ),
    )

    def __init__(self, settings: AxiomSettings, tools: Tools) -> None:
        self._api = AxiomApi(settings, tools)
        self._roles = AxiomRoles(self._api)
        self._self = AxiomSelf(self._api, personal=settings.personal)
        self._owners = asyncio.Lock()

    async def check(self) -> None:
        """Read the users: Axiom has no call that only proves a token."""
        await self._api.users()

    async def find(self, person: Person) -> Account | None:
        """Return the user with the person's e-mail, and whether it must stay."""
        if not person.email:
            return None
        users = await self._api.users()
        mine = [user for user in users if user.email.casefold() == person.email.casefold()]
        user = only_one(NAME, TITLE, mine)
        return _account(user, await self._protection(user, users)) if user else None

    def plan(self, person: Person, access: AxiomAccess, found: Account | None) -> Change:
        """Say which role would be given or changed, or why the account keeps the one it has."""
        role = access.role
        if not person.email:
            return Change(Effect.BY_HAND, UNKNOWN, after=role)
        if found is None:
            detail = f"Create an account with the role {role}; Axiom mails an invitation."
            return Change(Effect.CREATE, detail, None, role, power_gained(role))
        if has_role(found, role):
            detail = f"The account has the role {found.access} already."
            return Change(Effect.KEEP, detail, found.access, found.access)
        if found.protected is not None:
            detail = f"The role stays {found.access}: the account is {found.protected}."
            return Change(Effect.BY_HAND, detail, found.access, role)
        detail = f"Change the role from {found.access} to {role}."
        risks = (*power_gained(role), *power_lost(found))
        return Change(Effect.CHANGE, detail, found.access, role, risks)

    def plan_removal(self, person: Person, found: Account | None) -> Change:
        """Say that the user would be deleted, unless there is none or it must stay."""
        if not person.email:
            return Change(Effect.BY_HAND, UNKNOWN)
        if found is None:
            return Change(Effect.ABSENT, "There is no account to remove.")
        if found.protected is not None:
            detail = f"The account stays, being {found.protected}: sort that at Axiom first."
            return Change(Effect.BY_HAND, detail, found.access)
        risks = ("Axiom cannot bring a deleted account back.", *power_lost(found))
        detail = f"Delete the account with the role {found.access}."
        return Change(Effect.REMOVE, detail, found.access, None, risks)

    async def provision(
        self, person: Person, access: AxiomAccess, found: Account | None
    ) -> Outcome:
        """Create the user or change the role, and read it back."""
        if found is None or not _is_owner(found):
            return await self._settle(person, access, found)
        async with self._owners:  # of two owners lowered at once, each would see the other
            return await self._settle(person, access, await self.find(person))

    async def provision_many(
        self, people: Sequence[tuple[Person, AxiomAccess, Account | None]]
    ) -> list[End]:
        """Create or change everybody by a call of their own: Axiom takes one user a call."""
        return await one_by_one(self, people)

    async def deprovision(self, person: Person, found: Account | None) -> Outcome:
        """Delete the user, and see that it is gone."""
        if found is None or not _is_owner(found):
            return await self._remove(person, found)
        async with self._owners:
            return await self._remove(person, await self.find(person))

    async def accounts(self) -> AsyncIterator[Account]:
        """Yield every user of the organization."""
        users = await self._api.users()
        for user in users:
            yield _account(user, await self._protection(user, users))

    async def choices(self, field: str, query: str) -> list[Choice]:
        """Return the roles: the built-in ones, and the organization's where the token may read."""
        if field != "role":
            raise ValueError(f"Axiom's access has no {field}")
        return await self._roles.choices(query)

    async def rename_own(self, name: str) -> Outcome:
        """Rename the token's own user: nobody else can be. Needs a personal token."""
        if await self._self.rename(name):
            return Outcome(Result.DONE, "The name was changed.")
        return Outcome(Result.UNCHANGED, "The name is that already.")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    async def _settle(self, person: Person, access: AxiomAccess, found: Account | None) -> Outcome:
        change = self.plan(person, access, found)
        match change.effect:
            case Effect.CREATE:
                return await self._create(person, access.role)
            case Effect.CHANGE if found is not None:
                return await self._change_role(person, found, access.role)
            case Effect.KEEP:
                return Outcome(Result.UNCHANGED, change.detail, found)
            case _:
                return Outcome(Result.ACTION_REQUIRED, change.detail, found)

    async def _create(self, person: Person, role: str) -> Outcome:
        role_id = await self._roles.id_of(role)
        try:
            user = await self._api.create(person.name, person.email, role_id)
        except ConflictError:
            return await self._already_there(person, role)
        account = await self._read_back(person, user.id, role)
        return Outcome(Result.DONE, f"Created with the role {account.access}.", account)

    async def _already_there(self, person: Person, role: str) -> Outcome:
        """Look again: somebody else has created the account since the look-up."""
        found = await self.find(person)
        if found is None:
            raise AmbiguousError(NAME, "Axiom says that the e-mail is taken, and lists it not yet.")
        if not has_role(found, role):
            sentence = f"Somebody else has just created the account, with the role {found.access}."
            raise AmbiguousError(NAME, sentence)
        detail = f"Somebody else has just created the account, with the role {found.access}."
        return Outcome(Result.UNCHANGED, detail, found)

    async def _change_role(self, person: Person, found: Account, role: str) -> Outcome:
        role_id = await self._roles.id_of(role)
        try:
            await self._api.set_role(found.id, role_id)
        except NotFoundError as error:
            sentence = "Axiom does not know the account any more that it has just shown."
            raise AmbiguousError(NAME, sentence, error.status, error.trace) from error
        account = await self._read_back(person, found.id, role)
        detail = f"The role was changed from {found.access} to {account.access}."
        return Outcome(Result.DONE, detail, account)

    async def _read_back(self, person: Person, user_id: str, role: str) -> Account:
        """Return the account where Axiom shows what was asked for, and nothing else."""
        user = await self._api.seen_after(user_id)
        if user is None or user.email.casefold() != person.email.casefold():
            raise AmbiguousError(NAME, "Axiom said yes, and does not show the account.")
        account = _account(user, None)
        if not has_role(account, role):
            raise AmbiguousError(NAME, f"Axiom said yes, and shows the role {account.access}.")
        return account

    async def _remove(self, person: Person, found: Account | None) -> Outcome:
        change = self.plan_removal(person, found)
        if change.effect is Effect.ABSENT:
            return Outcome(Result.UNCHANGED, change.detail)
        if change.effect is not Effect.REMOVE or found is None:
            return Outcome(Result.ACTION_REQUIRED, change.detail, found)
        try:
            await self._api.delete(found.id)
        except NotFoundError:
            return Outcome(Result.UNCHANGED, "Somebody else has just deleted the account.")
        if await self._api.seen_after(found.id) is not None:
            raise AmbiguousError(NAME, "Axiom said yes, and shows the account still.")
        return Outcome(Result.DONE, "The account was deleted.")

    async def _protection(self, user: UserOnWire, users: list[UserOnWire]) -> str | None:
        """Return what the user is, where that must neither be lowered nor removed."""
        owners = [one.id for one in users if one.role.id.casefold() == OWNER]
        if owners == [user.id]:
            return "the last owner of the organization"
        if await self._self.is_id(user.id):
            return "the one whose token Aboard works with"
        return None


def _is_owner(account: Account) -> bool:
    return has_role(account, OWNER)


def _account(user: UserOnWire, protected: str | None) -> Account:
    return Account(
        id=user.id,
        who=user.email,
        access=user.role.name or user.role.id,
        access_keys=(user.role.id,),
        protected=protected,
    )
