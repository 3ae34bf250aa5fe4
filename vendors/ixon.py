"""IXON Cloud: remote access to machines; a person has roles in groups of a company.

Page: https://developer.ixon.cloud/docs/manage-users, read 2026-11 with its neighbours.
Credential: the token of an API service account (Admin → API Integrations) with its own application
id, and rights to see and manage users, invitations, roles and groups. Whoever is given access gets
an invitation, which expires; only accepting it makes an account, and until then the person is in no
list of users. Limits: 50 calls a second over five seconds, 40 over two minutes, for each source
address; a 429 locks the address out for ten minutes.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import ClassVar

from pydantic import BaseModel

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
from vendors.errors import AmbiguousError
from vendors.ixon_access import IxonAccess, gives
from vendors.ixon_api import NAME, RATE, TITLE, IxonApi, IxonSettings
from vendors.ixon_directory import IxonDirectory
from vendors.ixon_inviting import IxonInviting, appeared, judged
from vendors.ixon_people import IxonPeople, Places
from vendors.ixon_writes import IxonWrites
from vendors.many import Bulk, FoundOf, found_by, in_bulk
from vendors.tools import Tools

UNKNOWN = "IXON knows people by their e-mail: say which it is, then ask again."
UNNAMED = "IXON gives access by a role in a group: name both in the profile, then ask again."
MAILED = "IXON mails an invitation that expires, and the person must accept it."


class Ixon:
    """Invites people into an IXON company, changes their roles in its groups, and removes them."""

    name: ClassVar[str] = NAME
    title: ClassVar[str] = TITLE
    access: ClassVar[type[BaseModel]] = IxonAccess
    settings: ClassVar[type[BaseModel]] = IxonSettings
    secrets: ClassVar[Mapping[str, str]] = {"token": "IXON_TOKEN"}
    needs: ClassVar[frozenset[str]] = frozenset({"email"})
    traits: ClassVar[Traits] = Traits(
        check=True,
        find=True,
        list=True,
        remove=True,
        verify=True,
        invites=True,
        rate=RATE,
        page="https://developer.ixon.cloud/docs/manage-users",
        read_on=date(2026, 11, 1),
        notes=(
            "Whoever is invited has no account until they accept, and an invitation expires.",
            "Offboarding removes the user and takes back an open invitation.",
            "Who calls too often is locked out for ten minutes; then Aboard is silent, too.",
            "Service accounts, IXON's support staff and the token's own user are left alone.",
        ),
        many=True,
        calls=5,
        resend=True,
    )

    def __init__(self, settings: IxonSettings, tools: Tools) -> None:
        self._api = IxonApi(settings, tools)
        self._directory = IxonDirectory(self._api, tools.clock)
        self._people = IxonPeople(self._api, self._directory, tools.clock)
        self._inviting = IxonInviting(self._api, self._directory, self._people)
        self._writes = IxonWrites(self._api)

    async def check(self) -> None:
        """Read the company's roles, groups, users and invitations: all that is needed to work."""
        await self._people.company()

    async def find(self, person: Person) -> Account | None:
        """Return the user with the person's e-mail, the invitation sent there, or both as one."""
        if not person.email:
            return None
        return (await self._people.company()).account(person.email)

    async def look(self) -> FoundOf:
        """List everybody once, and return what does for many people what ``find`` does for one."""
        return found_by((await self._people.company()).account)

    def plan(self, person: Person, access: IxonAccess, found: Account | None) -> Change:
        """Say what would be given: by an invitation, or by changing what is held already."""
        after = access.text
        lack = _lack(person, access)
        if lack is not None:
            return Change(Effect.BY_HAND, lack, found.access if found else None, after)
        if found is None:
            return Change(Effect.INVITE, f"Invite as {after}. {MAILED}", None, after)
        same = gives(found.access_keys, access.grants)
        if same and found.state is AccountState.INACTIVE:
            detail = f"Mail the invitation again, as {after}: the one from before has expired."
            return Change(Effect.INVITE, detail, found.access, after)
        if same:
            told = "is invited" if found.pending else "has the access"
            detail = f"The person {told} already: {found.access}."
            return Change(Effect.KEEP, detail, found.access, found.access)
        if found.protected is not None:
            detail = f"The access stays {found.access}: the account is {found.protected}."
            return Change(Effect.BY_HAND, detail, found.access, after)
        detail = f"Change the access from {found.access} to {after}."
        return Change(Effect.CHANGE, detail, found.access, after)

    def plan_removal(self, person: Person, found: Account | None) -> Change:
        """Say that the user would be removed and an open invitation taken back."""
        if not person.email:
            return Change(Effect.BY_HAND, UNKNOWN)
        if found is None:
            return Change(Effect.ABSENT, "There is no user and no invitation to remove.")
        if found.protected is not None:
            detail = f"The account stays, being {found.protected}: sort that at IXON first."
            return Change(Effect.BY_HAND, detail, found.access)
        places = Places.of(found)
        kept = {"Remove the user": places.user, "Take the invitation back": places.invite}
        steps = " ".join(f"{step}." for step, public_id in kept.items() if public_id)
        return Change(Effect.REMOVE, f"{steps} Access now: {found.access}.", found.access)

    async def provision(self, person: Person, access: IxonAccess, found: Account | None) -> Outcome:
        """Invite the person or change what is held, and read it back."""
        change = self.plan(person, access, found)
        match change.effect:
            case Effect.INVITE if found is None:
                return await self._inviting.invite(person, access)
            case Effect.INVITE | Effect.CHANGE if found is not None:
                return await self._give(person, access, found)
            case Effect.KEEP:
                return Outcome(Result.UNCHANGED, change.detail, found)
            case _:
                return Outcome(Result.ACTION_REQUIRED, change.detail, found)

    async def provision_many(
        self, people: Sequence[tuple[Person, IxonAccess, Account | None]]
    ) -> list[End]:
        """Invite by one call for many whoever is in neither list; the others one by one."""
        bulk = Bulk(
            fits=self._is_new,
            send=self._inviting.invite_all,
            look=self.look,
            appeared=appeared,
        )
        return await in_bulk(self, people, bulk)

    async def deprovision(self, person: Person, found: Account | None) -> Outcome:
        """Remove the user and take the invitation back, and see that neither is left."""
        change = self.plan_removal(person, found)
        if change.effect is Effect.ABSENT:
            return Outcome(Result.UNCHANGED, change.detail)
        if change.effect is not Effect.REMOVE or found is None:
            return Outcome(Result.ACTION_REQUIRED, change.detail, found)
        taken = await self._writes.take(found, lambda: self.find(person))
        if (await self._people.company_after()).account(person.email) is not None:
            raise AmbiguousError(NAME, "IXON said yes, and shows the account still.")
        if not taken:
            return Outcome(Result.UNCHANGED, "Somebody else has just removed the account.")
        return Outcome(Result.DONE, "IXON shows neither a user nor an invitation any more.")

    async def resend(self, person: Person, found: Account | None) -> Outcome:
        """Mail an open invitation again; UNCHANGED where there is none."""
        places = Places.of(found) if found else Places(None, None)
        if places.invite is None or places.user is not None:
            return Outcome(Result.UNCHANGED, "There is no open invitation.", found)
        await self._api.resend(places.invite)
        account = (await self._people.company_after()).account(person.email)
        if account is None or account.state is AccountState.INACTIVE:
            raise AmbiguousError(NAME, "IXON said yes, and shows no open invitation.")
        return Outcome(Result.INVITED, "The invitation was mailed again.", account)

    async def accounts(self) -> AsyncIterator[Account]:
        """Yield everybody in the company, and everybody who is invited."""
        for account in (await self._people.company()).accounts():
            yield account

    async def choices(self, field: str, query: str) -> list[Choice]:
        """Return roles in groups ("grants"), "grants.group" or "grants.role"; a message is free."""
        if field == "message":
            return []
        if field not in {"grants", "grants.group", "grants.role"}:
            raise ValueError(f"IXON's access has no {field}")
        return await self._directory.choices(field, query)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    def _is_new(self, person: Person, access: IxonAccess, found: Account | None) -> bool:
        return found is None and self.plan(person, access, None).effect is Effect.INVITE

    async def _give(self, person: Person, access: IxonAccess, found: Account) -> Outcome:
        wanted = await self._directory.resolved(access.grants)
        await self._writes.give(found, wanted)
        return judged((await self._people.company_after()).account(person.email), access)


def _lack(person: Person, access: IxonAccess) -> str | None:
    """Return what keeps IXON from being asked, as a sentence that says what to do."""
    if not person.email:
        return UNKNOWN
    return None if access.grants else UNNAMED
