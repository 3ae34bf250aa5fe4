"""Ambition's writes: accounts first, then their groups, then a look whether it is so.

One request takes any number of accounts, and may make some active and others inactive. An account
that is found is named as Ambition names it: another case would be another account.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vendors.ambition_access import AmbitionAccess
from vendors.ambition_api import NAME, TITLE, AmbitionApi
from vendors.ambition_people import AmbitionPeople, Roster, groups_of, may_be_inactive
from vendors.ambition_plans import lacking
from vendors.ambition_rows import Entry, Membership
from vendors.ambition_settings import AmbitionSettings
from vendors.contract import Account, AccountState, End, Outcome, Person, Result
from vendors.errors import AmbiguousError, VendorError
from vendors.many import Asked


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who leaves, and what ``find`` said just now."""

    person: Person
    found: Account | None


class AmbitionWrites:
    """Gives and takes accounts and groups, and judges what the lists show afterwards."""

    def __init__(
        self, api: AmbitionApi, people: AmbitionPeople, settings: AmbitionSettings
    ) -> None:
        self._api = api
        self._people = people
        self._settings = settings

    async def give_all(self, people: Sequence[Asked[AmbitionAccess]]) -> list[End]:
        """Give everybody an active account and groups; each one's end, by what is shown."""
        given, _ = await self.exchange(people, ())
        return given

    async def take(self, leaver: Leaver) -> Outcome:
        """Deactivate an account; the error where that is not what is shown."""
        _, (taken,) = await self.exchange((), (leaver,))
        if isinstance(taken, VendorError):
            raise taken
        return taken

    async def exchange(
        self, joining: Sequence[Asked[AmbitionAccess]], leaving: Sequence[Leaver]
    ) -> tuple[list[End], list[End]]:
        """Give and take by one request for accounts; what it raises is everybody's end."""
        revoked = [one for leaver in leaving for one in self._revoked(leaver)]
        if revoked:
            await self._api.revoke(revoked)
        entries = [self._joined(*one) for one in joining if self._needs_entry(one[2])]
        entries += [self._left(leaver) for leaver in leaving]
        if entries:
            await self._api.upsert(entries)
        assigned = [one for asked in joining for one in self._assigned(*asked)]
        if assigned:
            await self._api.assign(assigned)
        return await self._ends(joining, leaving)

    async def revoke(self, found: Account, groups: dict[str, str]) -> Outcome:
        """Take an account out of groups, and see that it is in none of them."""
        await self._api.revoke([Membership(found.id, *pair) for pair in groups.items()])
        left = (await self._people.roster_after()).account(found.who)
        held = groups_of(left) if left else {}
        if held is None:
            detail = f"{TITLE} said yes, and does not show who is in which group."
            return Outcome(Result.UNVERIFIED, detail, left)
        if set(groups.items()) & set(held.items()):
            raise AmbiguousError(NAME, f"{TITLE} said yes, and shows the groups still.")
        return Outcome(Result.DONE, "The person is out of the groups.", left)

    async def _ends(
        self, joining: Sequence[Asked[AmbitionAccess]], leaving: Sequence[Leaver]
    ) -> tuple[list[End], list[End]]:
        if not self._settings.lists_accounts:
            said = Outcome(Result.UNVERIFIED, f"{TITLE} said yes, and lists no accounts here.")
            return [said] * len(joining), [said] * len(leaving)
        roster = await self._people.roster_after()
        return (
            [_given(roster, person, access) for person, access, _ in joining],
            [_taken(roster, leaver.person) for leaver in leaving],
        )

    def _needs_entry(self, found: Account | None) -> bool:
        """Tell whether the account has to be written, and not only its groups."""
        return found is None or may_be_inactive(found) or self._by_user_api

    @property
    def _by_user_api(self) -> bool:
        return self._settings.mode == "user_api"

    def _joined(self, person: Person, access: AmbitionAccess, found: Account | None) -> Entry:
        return self._entry(person, found, self._settings.spelled(access.groups), is_active=True)

    def _left(self, leaver: Leaver) -> Entry:
        return self._entry(leaver.person, leaver.found, {}, is_active=False)

    def _entry(
        self, person: Person, found: Account | None, groups: dict[str, str], *, is_active: bool
    ) -> Entry:
        """Return the row; a name that we do not know is not put over one that is there."""
        known = person.given_name and person.family_name
        named = known or found is None or self._by_user_api
        return Entry(
            username=found.id if found else person.email,
            email=found.who if found else person.email,
            first_name=(person.given_name or person.name) if named else None,
            last_name=(person.family_name or person.name) if named else None,
            is_active=is_active,
            groups=groups,
        )

    def _assigned(
        self, person: Person, access: AmbitionAccess, found: Account | None
    ) -> list[Membership]:
        """Return the memberships to write; a User API's row carries them itself."""
        if self._by_user_api:
            return []
        groups = self._settings.spelled(lacking(access.groups, found))
        username = found.id if found else person.email
        return [Membership(username, kind, group) for kind, group in groups.items()]

    def _revoked(self, leaver: Leaver) -> list[Membership]:
        if not self._settings.revoke_groups or leaver.found is None:
            return []
        held = groups_of(leaver.found) or {}
        return [Membership(leaver.found.id, kind, group) for kind, group in held.items()]


def _given(roster: Roster, person: Person, access: AmbitionAccess) -> End:
    try:
        account = roster.account(person.email)
        return _judged(account, access)
    except VendorError as error:
        return error


def _judged(account: Account | None, access: AmbitionAccess) -> Outcome:
    """Return the end of a write that Ambition has said yes to."""
    if account is None:
        raise AmbiguousError(NAME, f"{TITLE} said yes, and does not show the account.")
    if account.state is AccountState.INACTIVE:
        raise AmbiguousError(NAME, f"{TITLE} said yes, and shows the account as deactivated.")
    held = groups_of(account)
    if held is not None and lacking(access.groups, account):
        raise AmbiguousError(NAME, f"{TITLE} said yes, and shows other groups: {account.access}.")
    given = account if held is not None else replace(account, access=access.text)
    if may_be_inactive(account) or (held is None and access.groups):
        detail = f"{TITLE} said yes to {access.text}, and does not show all of it."
        return Outcome(Result.UNVERIFIED, detail, given)
    return Outcome(Result.DONE, f"The account is active: {given.access}.", given)


def _taken(roster: Roster, person: Person) -> End:
    try:
        account = roster.account(person.email)
    except VendorError as error:
        return error
    if account is None or account.state is AccountState.INACTIVE:
        return Outcome(Result.DONE, "The account is deactivated.", account)
    if may_be_inactive(account):
        detail = f"{TITLE} said yes, and does not show whether an account is active."
        return Outcome(Result.UNVERIFIED, detail, account)
    return AmbiguousError(NAME, f"{TITLE} said yes, and shows the account as active still.")
