"""Ambition: sales coaching and scorecards; an account is in one group of each group type.

Page: https://help.ambition.com/hc/en-us/articles/360005011731 (User Provisioning API), read
2026-11. Ambition called it phased out in 2020; its successor, the User API integration, is the
other ``mode`` here. Credential: the token of an API integration. Limits: unpublished for accounts.
One POST creates, updates, deactivates or brings back, by username; a membership makes a group that
is not there, so that only allowed groups are sent. Accounts can be listed; groups, by the pages,
cannot.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import ClassVar

from pydantic import BaseModel

from vendors.ambition_access import AmbitionAccess, Deactivation, Wanted
from vendors.ambition_api import NAME, TITLE, AmbitionApi
from vendors.ambition_exchange import Exchange
from vendors.ambition_people import AmbitionPeople
from vendors.ambition_plans import Sight, giving, seen_otherwise, taking
from vendors.ambition_settings import AmbitionSettings
from vendors.ambition_writes import AmbitionWrites
from vendors.contract import Account, Change, Choice, Effect, End, Outcome, Person, Result, Traits
from vendors.errors import PermanentError, RejectedError
from vendors.many import Asked, Bulk, FoundOf, in_bulk
from vendors.tools import Tools

UNKNOWN = "Ambition knows people by their e-mail: say which it is, then ask again."


WRITTEN = frozenset({Effect.CREATE, Effect.CHANGE, Effect.REMOVE})


class Ambition:
    """Gives people an account and groups in an Ambition instance, and deactivates accounts."""

    name: ClassVar[str] = NAME
    title: ClassVar[str] = TITLE
    access: ClassVar[type[BaseModel]] = AmbitionAccess
    settings: ClassVar[type[BaseModel]] = AmbitionSettings
    secrets: ClassVar[Mapping[str, str]] = {"token": "AMBITION_TOKEN"}
    needs: ClassVar[frozenset[str]] = frozenset({"email"})
    traits: ClassVar[Traits] = Traits(
        check=True,
        find=True,
        list=True,
        remove=True,
        verify=True,
        invites=False,
        rate=None,
        page="https://help.ambition.com/hc/en-us/articles/360005011731",
        read_on=date(2026, 11, 1),
        notes=(
            "An account is in one group of each type: a second assignment moves the person.",
            "The account can be confirmed; who is in which group is not shown as a rule.",
            "A group that is not there would be made: only allowed groups are sent.",
            "Whoever leaves is deactivated and told so by mail; their history stays.",
        ),
        many=True,
        calls=4,
    )

    def __init__(self, settings: AmbitionSettings, tools: Tools) -> None:
        self._settings = settings
        self._api = AmbitionApi(settings, tools)
        self._people = AmbitionPeople(self._api, settings)
        self._writes = AmbitionWrites(self._api, self._people, settings)
        self._sight = Sight(settings.lists_accounts, settings.lists_memberships)

    @property
    def instance(self) -> str:
        """Where this instance is called."""
        return self._settings.base_url

    async def check(self) -> None:
        """List the accounts, and the memberships where they are shown."""
        if not self._sight.accounts:
            sentence = "Ambition lists no accounts here, so that nothing harmless proves the token."
            raise PermanentError(NAME, sentence)
        await self._people.roster()

    async def advice(self) -> list[str]:
        """Say that memberships can be listed here, where they can and the settings do not."""
        if self._sight.groups or not await self._people.lists_groups():
            return []
        return ["it lists who is in which group: set lists_memberships to have groups confirmed."]

    async def find(self, person: Person) -> Account | None:
        """Return the account whose username or e-mail is the person's e-mail."""
        if not person.email or not self._sight.accounts:
            return None
        return (await self._people.roster()).account(person.email)

    async def look(self) -> FoundOf:
        """List everybody once, and return what does for many people what ``find`` does for one."""
        return await self._people.look() if self._sight.accounts else lambda _person: None

    def plan(self, person: Person, access: AmbitionAccess, found: Account | None) -> Change:
        """Say which account would be made or brought back, and which groups it would move to."""
        lack = self._lack(person, access)
        if lack is not None:
            return Change(Effect.BY_HAND, lack, found.access if found else None, access.text)
        return giving(self._settings.spelled(access.groups), found, self._sight)

    def plan_removal(self, person: Person, found: Account | None) -> Change:
        """Say that the account would be deactivated, unless there is none or it is."""
        if not person.email:
            return Change(Effect.BY_HAND, UNKNOWN)
        return taking(found, self._sight)

    async def provision(
        self, person: Person, access: AmbitionAccess, found: Account | None
    ) -> Outcome:
        """Make or bring back the account, assign its groups, and read back what is shown."""
        change = self.plan(person, access, found)
        if change.effect is Effect.KEEP:
            return Outcome(Result.UNCHANGED, change.detail, found)
        if change.effect is Effect.BY_HAND:
            return Outcome(Result.ACTION_REQUIRED, change.detail, found)
        return await self._writes.one(person, access, found)

    async def provision_many(
        self, people: Sequence[tuple[Person, AmbitionAccess, Account | None]]
    ) -> list[End]:
        """Write everybody's account by one request, and everybody's groups by another."""
        bulk: Bulk[AmbitionAccess] = Bulk(self._is_written, self._writes.all_of, self.look)
        return await in_bulk(self, people, bulk)

    async def deprovision(self, person: Person, found: Account | None) -> Outcome:
        """Deactivate the account, and see that the list says so."""
        change = self.plan_removal(person, found)
        if change.effect is Effect.ABSENT:
            return Outcome(Result.UNCHANGED, change.detail, found)
        if change.effect is Effect.BY_HAND:
            return Outcome(Result.ACTION_REQUIRED, change.detail, found)
        return await self._writes.one(person, Deactivation(), found)

    def planned(self, person: Person, wanted: Wanted, found: Account | None) -> Change:
        """Say what would happen to somebody who comes or leaves; pure, like ``plan``."""
        if isinstance(wanted, Deactivation):
            return self.plan_removal(person, found)
        return self.plan(person, wanted, found)

    def is_hidden(self, wanted: Wanted, found: Account | None) -> bool:
        """Tell whether nothing that is shown differs from what is wanted: it may be so already."""
        return not seen_otherwise(wanted, found, self._sight)

    async def exchange(self, people: Sequence[Asked[Wanted]]) -> list[End]:
        """Write the accounts of whoever comes and whoever leaves by one request; an end each."""
        bulk = Bulk(self._is_written, self._writes.all_of, self.look)
        return await in_bulk(Exchange(self), people, bulk)

    async def revoke(self, person: Person, groups: Mapping[str, str]) -> Outcome:
        """Take the person out of ``groups``, by type; UNVERIFIED where groups are not shown."""
        found = await self.find(person)
        if found is None:
            return Outcome(Result.UNCHANGED, "There is no account to take out of groups.")
        return await self._writes.revoke(found, dict(groups))

    async def create_groups(self) -> None:
        """Create every allowed group and its type; ``VendorError`` where Ambition refuses one."""
        allowed = self._settings.allowed_groups
        await self._api.create_group_types(list(allowed))
        pairs = [(kind, group) for kind, names in allowed.items() for group in names]
        await self._api.create_groups(pairs)

    async def accounts(self) -> AsyncIterator[Account]:
        """Yield every account, the deactivated included."""
        if not self._sight.accounts:
            raise RejectedError(NAME, "Ambition lists no accounts here, by its settings.")
        for account in (await self._people.roster()).everybody():
            yield account

    async def choices(self, field: str, query: str) -> list[Choice]:
        """Return the groups that may be named, as "type: group"; Ambition lists none."""
        if field != "groups":
            raise ValueError(f"Ambition's access has no {field}")
        allowed = self._settings.allowed_groups.items()
        texts = [f"{kind}: {group}" for kind, groups in allowed for group in groups]
        wanted = query.casefold()
        return [Choice(one, one) for one in dict.fromkeys(texts) if wanted in one.casefold()]

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    def _lack(self, person: Person, access: AmbitionAccess) -> str | None:
        """Return what keeps Ambition from being asked, as a sentence that says what to do."""
        if not person.email:
            return UNKNOWN
        strange = self._settings.strange(access.groups)
        if strange is not None:
            return f"Ambition is not set up for {strange}: an administrator must allow it."
        return None

    def _is_written(self, person: Person, wanted: Wanted, found: Account | None) -> bool:
        return self.planned(person, wanted, found).effect in WRITTEN
