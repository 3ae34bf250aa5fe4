"""Ambition's writes: accounts first, then their groups, then a look whether it is so.

One request takes any number of accounts, and may make some active and others inactive. An account
that is found is named as Ambition names it: another case would be another account.
"""

from collections.abc import Sequence
from dataclasses import replace

from vendors.ambition_access import AmbitionAccess, Deactivation, Wanted
from vendors.ambition_api import NAME, TITLE, AmbitionApi
from vendors.ambition_people import AmbitionPeople, Roster, groups_of, may_be_inactive
from vendors.ambition_plans import lacking
from vendors.ambition_rows import Entry, Membership
from vendors.ambition_settings import AmbitionSettings
from vendors.contract import Account, AccountState, End, Outcome, Person, Result
from vendors.errors import AmbiguousError, VendorError
from vendors.many import Asked


class AmbitionWrites:
    """Gives and takes accounts and groups, and judges what the lists show afterwards."""

    def __init__(
        self, api: AmbitionApi, people: AmbitionPeople, settings: AmbitionSettings
    ) -> None:
        self._api = api
        self._people = people
        self._settings = settings

    async def one(self, person: Person, wanted: Wanted, found: Account | None) -> Outcome:
        """Write what one person is to have; the error where that is not what is shown."""
        (end,) = await self.all_of([(person, wanted, found)])
        if isinstance(end, VendorError):
            raise end
        return end

    async def all_of(self, people: Sequence[Asked[Wanted]]) -> list[End]:
        """Write what everybody is to have; each one's end, by what is shown afterwards.

        One request takes all accounts, whoever comes and whoever leaves. What it raises is
        everybody's end.
        """
        revoked = [row for asked in people for row in self._revoked(asked)]
        if revoked:
            await self._api.revoke(revoked)
        entries = [self._entry(*asked) for asked in people if self._needs_entry(asked)]
        if entries:
            await self._api.upsert(entries)
        assigned = [row for asked in people for row in self._assigned(asked)]
        if assigned:
            await self._api.assign(assigned)
        return await self._ends(people)

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

    async def _ends(self, people: Sequence[Asked[Wanted]]) -> list[End]:
        if not self._settings.lists_accounts:
            said = Outcome(Result.UNVERIFIED, f"{TITLE} said yes, and lists no accounts here.")
            return [said] * len(people)
        roster = await self._people.roster_after()
        return [_shown(roster, person, wanted) for person, wanted, _ in people]

    def _needs_entry(self, asked: Asked[Wanted]) -> bool:
        """Tell whether the account has to be written, and not only its groups."""
        _, wanted, found = asked
        if isinstance(wanted, Deactivation) or found is None:
            return True
        return may_be_inactive(found) or self._by_user_api

    @property
    def _by_user_api(self) -> bool:
        return self._settings.mode == "user_api"

    def _entry(self, person: Person, wanted: Wanted, found: Account | None) -> Entry:
        """Return the row; a name that we do not know is not put over one that is there."""
        known = person.given_name and person.family_name
        named = known or found is None or self._by_user_api
        return Entry(
            username=found.id if found else person.email,
            email=found.who if found else person.email,
            first_name=(person.given_name or person.name) if named else None,
            last_name=(person.family_name or person.name) if named else None,
            is_active=not isinstance(wanted, Deactivation),
            groups=self._groups(wanted),
        )

    def _groups(self, wanted: Wanted) -> dict[str, str]:
        return {} if isinstance(wanted, Deactivation) else self._settings.spelled(wanted.groups)

    def _assigned(self, asked: Asked[Wanted]) -> list[Membership]:
        """Return the memberships to write; a User API's row carries them itself."""
        person, wanted, found = asked
        if self._by_user_api or isinstance(wanted, Deactivation):
            return []
        groups = self._settings.spelled(lacking(wanted.groups, found))
        username = found.id if found else person.email
        return [Membership(username, kind, group) for kind, group in groups.items()]

    def _revoked(self, asked: Asked[Wanted]) -> list[Membership]:
        """Return the memberships to take from whoever leaves, where the settings say so."""
        _, wanted, found = asked
        if isinstance(wanted, AmbitionAccess) or found is None or not self._settings.revoke_groups:
            return []
        return [Membership(found.id, *pair) for pair in (groups_of(found) or {}).items()]


def _shown(roster: Roster, person: Person, wanted: Wanted) -> End:
    try:
        account = roster.account(person.email)
        return _taken(account) if isinstance(wanted, Deactivation) else _judged(account, wanted)
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


def _taken(account: Account | None) -> Outcome:
    """Return the end of a deactivation that Ambition has said yes to."""
    if account is None or account.state is AccountState.INACTIVE:
        return Outcome(Result.DONE, "The account is deactivated.", account)
    if may_be_inactive(account):
        detail = f"{TITLE} said yes, and does not show whether an account is active."
        return Outcome(Result.UNVERIFIED, detail, account)
    raise AmbiguousError(NAME, f"{TITLE} said yes, and shows the account as active still.")
