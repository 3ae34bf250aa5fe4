"""AppXite: a marketplace of cloud services; a user has a role, in organizations of a platform.

Page: https://support.appxite.com/hc/en-us/articles/9082247376924-User-Management-via-APIs, read
2026-11 with what ``appxite_settings`` names. It describes four calls (list users, roles and
identity providers; invite one user or many) and keeps their paths behind a login: so an operator
confirms them. Credential: a subscription key of the product Core Resources, approved by AppXite,
and a bearer token. Limits: unpublished. Of a user the list shows the state (New, Active, Blocked),
and no role; no documented call changes or removes one. A conflict may be answered with 500, so that
after a 500 the list is looked at, and nothing is sent again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import ClassVar

from pydantic import BaseModel

from vendors.appxite_access import AppxiteAccess
from vendors.appxite_api import AppxiteApi, ListedProvider, ListedRole
from vendors.appxite_directory import AppxiteDirectory
from vendors.appxite_inviting import AppxiteInviting, may_be_conflict
from vendors.appxite_settings import AppxiteSettings
from vendors.appxite_tokens import NAME, TITLE
from vendors.appxite_users import AppxiteUsers
from vendors.contract import (
    Account,
    AccountState,
    Change,
    Choice,
    Effect,
    End,
    Outcome,
    Person,
    Result,
    Traits,
)
from vendors.errors import AmbiguousError, NotFoundError
from vendors.many import Bulk, FoundOf, in_bulk
from vendors.tools import Tools

UNKNOWN = "AppXite knows people by their e-mail: say which it is, then ask again."
UNNAMED = "AppXite gives access by a role: name one in the profile, then ask again."
BLOCK = "No call of AppXite's removes a user: open AppXite → Users, and block the account."
UNBLOCK = "The account is blocked: open AppXite → Users, and unblock it."
BLOCKED = "The account is blocked at AppXite."


class Appxite:
    """Invites people to an AppXite platform, and says how they are taken off it again."""

    name: ClassVar[str] = NAME
    title: ClassVar[str] = TITLE
    access: ClassVar[type[BaseModel]] = AppxiteAccess
    settings: ClassVar[type[BaseModel]] = AppxiteSettings
    secrets: ClassVar[Mapping[str, str]] = {
        "subscription_key": "APPXITE_SUBSCRIPTION_KEY",
        "token": "APPXITE_TOKEN",
        "client_id": "APPXITE_CLIENT_ID",
        "client_secret": "APPXITE_CLIENT_SECRET",
    }
    needs: ClassVar[frozenset[str]] = frozenset({"email"})
    traits: ClassVar[Traits] = Traits(
        check=True,
        find=True,
        list=True,
        remove=False,
        verify=True,
        invites=True,
        rate=None,
        page="https://support.appxite.com/hc/en-us/articles/9082247376924-User-Management-via-APIs",
        read_on=date(2026, 11, 1),
        notes=(
            "The paths and most names are known to AppXite's customers only: confirm them.",
            "The list shows whether somebody is there and in which state, but not with which role.",
            "No documented call removes a user or changes a role: that is done in the portal.",
            "A conflict may look like a failure (HTTP 500): the list is looked at afterwards.",
        ),
        many=True,
    )

    def __init__(self, settings: AppxiteSettings, tools: Tools) -> None:
        self._api = AppxiteApi(settings, tools)
        self._directory = AppxiteDirectory(self._api, settings, tools.clock)
        self._users = AppxiteUsers(self._api, self._directory, settings)
        self._inviting = AppxiteInviting(self._api, self._directory, self._users, settings)
        self._removes = settings.paths.remove_user is not None

    async def check(self) -> None:
        """Read roles, identity providers and users: all the calls that change nothing."""
        await self._directory.read()
        await self._users.platform()

    async def find(self, person: Person) -> Account | None:
        """Return the user with the person's e-mail."""
        if not person.email:
            return None
        return (await self._users.platform()).account(person.email)

    async def look(self) -> FoundOf:
        """List everybody once, and return what does for many people what ``find`` does for one."""
        return await self._users.look()

    def plan(self, person: Person, access: AppxiteAccess, found: Account | None) -> Change:
        """Say as what the person would be invited, or what has to be done in the portal."""
        after, before = self._inviting.text(access), found.access if found else None
        lack = self._lack(person, access)
        if lack is not None:
            return Change(Effect.BY_HAND, lack, before, after)
        if found is None:
            return _invitation(access, after)
        if found.state is AccountState.INACTIVE:
            return Change(Effect.BY_HAND, UNBLOCK, before, after)
        if not found.access_keys:
            detail = f"The person is on the platform already, with {found.access}."
            risk = f"Whether the role is {after} is to be seen in AppXite → Users."
            return Change(Effect.KEEP, detail, before, before, (risk,))
        if access.role is not None and access.role.casefold() in found.access_keys:
            detail = f"The person is on the platform already, as {found.access}."
            return Change(Effect.KEEP, detail, before, before)
        detail = f"No call of AppXite's changes a role: open AppXite → Users, and make it {after}."
        return Change(Effect.BY_HAND, detail, before, after)

    def plan_removal(self, person: Person, found: Account | None) -> Change:
        """Say that the user would be removed, where a call for that is set up; else who does it."""
        if not person.email:
            return Change(Effect.BY_HAND, UNKNOWN)
        if found is None:
            return Change(Effect.ABSENT, "There is no account to remove.")
        if found.state is AccountState.INACTIVE:
            return Change(Effect.ABSENT, BLOCKED, found.access)
        if not self._removes:
            return Change(Effect.BY_HAND, BLOCK, found.access)
        detail = f"Remove the account with {found.access}."
        return Change(Effect.REMOVE, detail, found.access)

    async def provision(
        self, person: Person, access: AppxiteAccess, found: Account | None
    ) -> Outcome:
        """Invite the person, and see in which state the list shows them."""
        change = self.plan(person, access, found)
        match change.effect:
            case Effect.INVITE | Effect.CREATE:
                return await self._inviting.invite(person, access)
            case Effect.KEEP:
                return Outcome(Result.UNCHANGED, change.detail, found)
            case _:
                return Outcome(Result.ACTION_REQUIRED, change.detail, found)

    async def provision_many(
        self, people: Sequence[tuple[Person, AppxiteAccess, Account | None]]
    ) -> list[End]:
        """Invite by one call for many whoever is not on the platform; the others one by one."""
        bulk = Bulk(
            fits=self._is_new,
            send=self._inviting.invite_all,
            look=self.look,
            appeared=self._inviting.already_there,
            kind=self._inviting.company_of,
            splits=may_be_conflict,
        )
        return await in_bulk(self, people, bulk)

    async def deprovision(self, person: Person, found: Account | None) -> Outcome:
        """Remove the user where that is set up, and see that the list agrees; else say how."""
        change = self.plan_removal(person, found)
        if change.effect is Effect.ABSENT:
            return Outcome(Result.UNCHANGED, change.detail, found)
        if change.effect is not Effect.REMOVE or found is None:
            return Outcome(Result.ACTION_REQUIRED, change.detail, found)
        removed = await self._removed(found.id)
        left = (await self._users.platform_after()).account(person.email)
        if left is not None and left.state is not AccountState.INACTIVE:
            raise AmbiguousError(NAME, "AppXite said yes, and shows the account still.")
        if not removed:
            return Outcome(Result.UNCHANGED, "Somebody else has just removed the account.")
        return Outcome(Result.DONE, BLOCKED if left else "The account was removed.", left)

    async def accounts(self) -> AsyncIterator[Account]:
        """Yield everybody on the platform, the blocked included."""
        for account in (await self._users.platform()).accounts():
            yield account

    async def choices(self, field: str, query: str) -> list[Choice]:
        """Return roles and providers as AppXite lists them, and what the settings name."""
        if field not in AppxiteAccess.model_fields:
            raise ValueError(f"AppXite's access has no {field}")
        wanted = query.casefold()
        offered = await self._directory.choices(field)
        return [one for one in offered if wanted in f"{one.value}\n{one.label}".casefold()]

    async def roles(self) -> list[ListedRole]:
        """Return every role of the platform, with its weight."""
        return await self._api.roles()

    async def identity_providers(self) -> list[ListedProvider]:
        """Return every way to sign in, those that are switched off included."""
        return await self._api.identity_providers()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    def _is_new(self, person: Person, access: AppxiteAccess, found: Account | None) -> bool:
        effect = self.plan(person, access, found).effect
        return effect in {Effect.INVITE, Effect.CREATE}

    def _lack(self, person: Person, access: AppxiteAccess) -> str | None:
        """Return what keeps AppXite from being asked, as a sentence that says what to do."""
        if not person.email:
            return UNKNOWN
        if access.role is None:
            return UNNAMED
        strange = self._directory.unknown_organization(access)
        if strange is not None:
            return f"AppXite is not set up for {strange}: an administrator must add it."
        return None

    async def _removed(self, user_id: str) -> bool:
        """Tell whether AppXite still knew the user."""
        try:
            await self._api.remove(user_id)
        except NotFoundError:
            return False
        return True


def _invitation(access: AppxiteAccess, after: str) -> Change:
    if access.activate_by_email:
        detail = f"Invite as {after}; AppXite mails a link, and the person must confirm."
        return Change(Effect.INVITE, detail, None, after)
    detail = f"Create an account as {after}, active at once and without a mail."
    return Change(Effect.CREATE, detail, None, after)
