"""Who has an account at Ambition, whether it is active, and in which groups it is.

The key is the username, by convention the e-mail; in an instance that is linked to Salesforce it is
the name there, and the e-mail stands beside it. What the list does not show (groups as a rule, and
in older interfaces whether an account is active) stays unknown, and is not guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vendors.ambition_access import NO_GROUPS, read
from vendors.ambition_api import NAME, TITLE, AmbitionApi, ListedAccount
from vendors.ambition_settings import AmbitionSettings
from vendors.contract import Account, AccountState
from vendors.errors import VendorError
from vendors.looking import after_a_write, grouped, only_one
from vendors.many import FoundOf, found_by

DEACTIVATED = "a deactivated account"
GROUPS_UNSEEN = "groups are not shown"
ACTIVITY_UNSEEN = "whether it is active is not shown"

_BETWEEN = "\t"  # no name on the wire may hold it


@dataclass(frozen=True)
class Roster:
    """Everybody as they were at one moment; ``groups`` is None where they are not shown."""

    accounts: Sequence[ListedAccount]
    groups: Mapping[str, Mapping[str, str]] | None

    @cached_property
    def _by_key(self) -> Mapping[str, Sequence[ListedAccount]]:
        return grouped(self.accounts, lambda one: (one.username, one.email or ""))

    def account(self, email: str) -> Account | None:
        """Return whose username or e-mail this is; ``RejectedError`` where it is several's."""
        mine = only_one(NAME, TITLE, self._by_key.get(email.casefold(), ()), "accounts")
        return self._account(mine) if mine else None

    def everybody(self) -> Iterator[Account]:
        """Yield every account."""
        yield from (self._account(one) for one in self.accounts)

    def _account(self, one: ListedAccount) -> Account:
        held = None if self.groups is None else self.groups.get(one.username, {})
        inactive = one.is_active is False
        return Account(
            id=one.username,
            who=one.email or one.username,
            access=DEACTIVATED if inactive else _access(one, held),
            access_keys=_access_keys(one, held),
            state=AccountState.INACTIVE if inactive else AccountState.ACTIVE,
        )


class AmbitionPeople:
    """Reads the lists that this instance shows."""

    def __init__(self, api: AmbitionApi, settings: AmbitionSettings) -> None:
        self._api = api
        self._with_groups = settings.lists_memberships

    async def roster(self) -> Roster:
        """Return who has an account now, and in which groups if that is shown."""
        accounts = _each(await self._api.accounts())
        if not self._with_groups:
            return Roster(accounts, None)
        groups: dict[str, dict[str, str]] = {}
        for one in await self._api.memberships():
            groups.setdefault(one.username, {})[one.group_type] = one.group_name
        return Roster(accounts, groups)

    async def lists_groups(self) -> bool:
        """Tell whether this instance lists memberships; an empty list proves nothing."""
        try:
            return bool(await self._api.memberships())
        except VendorError:
            return False

    async def roster_after(self) -> Roster:
        """Return the same after a write; ``AmbiguousError`` where Ambition does not say."""
        return await after_a_write(TITLE, self.roster())

    async def look(self) -> FoundOf:
        """List everybody once, and return what finds a person among them."""
        return found_by((await self.roster()).account)


def _each(accounts: Sequence[ListedAccount]) -> list[ListedAccount]:
    """Leave out what a page has repeated, since somebody came while the list was read."""
    return list({one.username: one for one in accounts}.values())


def groups_of(account: Account) -> dict[str, str] | None:
    """Return the groups that an account is in, by type, or None where they are not shown."""
    if GROUPS_UNSEEN in account.access_keys:
        return None
    pairs = (key.partition(_BETWEEN) for key in account.access_keys if _BETWEEN in key)
    return {kind: group for kind, _, group in pairs}


def may_be_inactive(account: Account) -> bool:
    """Tell whether the account is active, or the list does not show it."""
    return account.state is AccountState.INACTIVE or ACTIVITY_UNSEEN in account.access_keys


def _access(one: ListedAccount, held: Mapping[str, str] | None) -> str:
    unseen = [GROUPS_UNSEEN] if held is None else []
    unseen += [ACTIVITY_UNSEEN] if one.is_active is None else []
    known = NO_GROUPS if held is None else read(held)
    return f"{known} ({', '.join(unseen)})" if unseen else known


def _access_keys(one: ListedAccount, held: Mapping[str, str] | None) -> tuple[str, ...]:
    keys = [] if held is not None else [GROUPS_UNSEEN]
    keys += [] if one.is_active is not None else [ACTIVITY_UNSEEN]
    keys += [_BETWEEN.join(pair) for pair in (held or {}).items()]
    return tuple(sorted(keys))
